"""Documents as tagged PDF (PDF/UA-1), set by Typst from a template of ours and data.

Data goes in as JSON, never as markup, so that nothing a person typed can act. Templates stand in the package, in
`<app>/documents/*.typ`, and may read no file outside it. Fonts come from the package: output is the same everywhere.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

PACKAGE = Path(__file__).resolve().parents[1]
FONTS = PACKAGE / "kit" / "fonts"

# An emoji that somebody typed must not stop a document: what no font can show is replaced, so often at most.
REPLACEMENT = "?"
MAX_REPLACEMENTS = 30
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')


class DocumentError(Exception):
    """The document could not be set; the message is Typst's, for whoever looks after the template."""


def render_pdf(template: Path, data: Mapping[str, Any], language: str, *, at: datetime | None = None) -> bytes:
    """The document as PDF/UA-1 bytes.

    The template reads `data` (anything JSON holds, dates and translated texts as strings) as `data` of
    "/kit/typst/kit.typ". `language` sets hyphens, quotation marks and direction. `at` is the moment written into the
    file: given (with its zone), the same data make the same bytes. Letters that our fonts lack become "?". Raises
    DocumentError, for instance for a picture without alternative text.
    """
    if not template.resolve().is_relative_to(PACKAGE):
        raise DocumentError(f"{template.name} is not a template of this package")
    text = json.dumps(data, default=str, ensure_ascii=False)
    for _attempt in range(MAX_REPLACEMENTS):
        try:
            return _compile(template, {"data": text, "language": language.partition("-")[0]}, at)
        except typst.TypstError as error:
            unknown = NO_GLYPH.search(str(error.message))
            if unknown is None or unknown[1] not in text:
                raise DocumentError(": ".join([str(error.message), *error.hints])) from error
            text = text.replace(unknown[1], REPLACEMENT)
    raise DocumentError(f"{template.name}: too many letters that no font of ours can show")


def _compile(template: Path, inputs: dict[str, str], at: datetime | None) -> bytes:
    document = typst.compile(
        template,
        root=PACKAGE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards="ua-1",
        timestamp=at,
    )
    return bytes(document)
