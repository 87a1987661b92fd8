"""The sheet that one hands over: a service on one A4 page, French beside another language, with a QR code to its page.

Never a private contact: a sheet goes from hand to hand.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
from django.core.cache import cache
from django.utils import translation

from parcours.directory.sheet.facts import Fact, Freshness, facts_of, in_words
from parcours.directory.sheet.words import Words
from parcours.kit.documents import PACKAGE, render_pdf
from parcours.kit.icons import ICONS
from parcours.translations.choices import TranslationState
from parcours.translations.languages import text_direction
from parcours.translations.texts import Shown

if TYPE_CHECKING:
    from parcours.directory.models import Service
    from parcours.directory.wording import Areas

TEMPLATE = PACKAGE / "directory" / "typst" / "handout.typ"
SECONDS_KEPT = 3600
FRENCH = "fr"

Line = Mapping[str, Any]


def sheet_pdf(
    service: "Service", language: str, *, at: datetime, url: str, freshness: Freshness, areas: "Areas"
) -> bytes:
    """The sheet as PDF/UA; the service comes `with_details()`. The same sheet is set once an hour at most."""
    data = sheet_data(service, language, at=at, url=url, freshness=freshness, areas=areas)
    said = json.dumps(data, sort_keys=True, ensure_ascii=False).encode()
    key = f"sheet:{hashlib.sha256(said + Path(TEMPLATE).read_bytes()).hexdigest()}"
    made: bytes = cache.get_or_set(key, lambda: render_pdf(TEMPLATE, data, FRENCH), SECONDS_KEPT)
    return made


def sheet_data(
    service: "Service", language: str, *, at: datetime, url: str, freshness: Freshness, areas: "Areas"
) -> dict[str, Any]:
    """What the template prints: two columns, and rows that stand side by side in both."""
    told = [facts_of(service, code, at=at, areas=areas) for code in (FRENCH, language)]
    rows = [
        {"icon": picture(left.icon), "left": _cell(left, FRENCH), "right": _cell(right, language)}
        for left, right in zip(*told, strict=True)
    ]
    for row in rows:
        row["right"]["lines"] = _own(row["right"]["lines"], language) or row["right"]["lines"]
    left, right = (
        _column(service, code, freshness, on=at.date(), facts=facts)
        for code, facts in zip((FRENCH, language), told, strict=True)
    )
    return {"title": service.name.in_language(FRENCH).text, "left": left, "right": right, "rows": rows, "url": url,
            "qr": qr_code(url)}  # fmt: skip


def qr_code(url: str) -> str:
    """The address as a QR code, in SVG."""
    drawn = BytesIO()
    segno.make(url, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()


def picture(icon: str) -> str:
    """A pictogram as an SVG file."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#26221c" stroke-width="1.7" '
        f'stroke-linecap="round" stroke-linejoin="round">{ICONS[icon]}</svg>'
    )


def _column(
    service: "Service", language: str, freshness: Freshness, *, on: date, facts: Iterable[Fact]
) -> dict[str, Any]:
    say = Words(language)
    texts = [text.in_language(language) for text in (service.name, service.summary, service.description)]
    shown = [*texts, *(line for fact in facts for line in fact.lines if isinstance(line, Shown))]
    notes = [say("drafted")] if say.is_draft else []
    if any(text and text.language != language for text in shown):
        notes.append(say("in_french"))
    if service.is_invented:
        notes.insert(0, say("invented"))
    with translation.override(language):
        printed = in_words(on)
    name, summary, description = (_line(text, language) for text in texts)
    return {
        "language": language,
        "direction": text_direction(language),
        "name": name,
        "organisation": service.organisation.name,
        "intro": _own([line for line in (summary, description) if line["text"]], language),
        "freshness": freshness.words(language),
        "online": say("online"),
        "shortened": say("shortened"),
        "printed": printed,
        "notes": notes,
    }


def _cell(fact: Fact, language: str) -> dict[str, Any]:
    return {"label": fact.label, "lines": [_line(line, language) for line in fact.lines]}


def _own(lines: list[Line], language: str) -> list[Line]:
    """The lines in this column's language: what is not translated is read in the French one."""
    return [line for line in lines if language == FRENCH or line["language"] == language]


def _line(line: str, language: str) -> Line:
    """A line with its language; what people wrote may be cut where the page is too small, what we say may not."""
    if not isinstance(line, Shown):
        return {"text": str(line), "language": language, "direction": text_direction(language), "may_cut": False,
                "mark": ""}  # fmt: skip
    is_sure = line.state == TranslationState.REVIEWED or line.language != language
    return {"text": line.text, "language": line.language, "direction": line.direction, "may_cut": True,
            "mark": "" if is_sure else "*"}  # fmt: skip
