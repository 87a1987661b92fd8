"""How long the plan takes as PDF, against the same engine setting as much plain text.

The floor is a document of the same words, the texts of the plan's document one after another, without its tables,
cards, map or table of contents: what Typst needs for that many words with our fonts.
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench._ground import Ground, median, milliseconds, options, p95, print_result, print_table, ratio, step

LANGUAGES = ("fr", "en")
TIMES = 10
PLAIN = """#import "/kit/typst/kit.typ": data
#set document(title: "Plain text")
#for paragraph in data.paragraphs [#paragraph #parbreak()]
"""


def main() -> None:
    chosen = options("Time of the plan's PDF.")
    figures: dict[str, Any] = {}
    floor: dict[str, Any] = {}
    with Ground() as ground:
        from bench._enlarge import enlarge

        measure("1", 3 if chosen.quick else 10, figures, floor)
        if not chosen.quick:
            ground.copy("larger", lambda: enlarge(TIMES))
            measure(str(TIMES), 3, figures, floor)
    rows = [
        [name, figures[name]["median"], figures[name]["p95"], figures[name]["pages"], figures[name]["kB"],
         floor[name]["median"], floor[name]["pages"], ratio(figures[name]["median"], floor[name]["median"])]
        for name in figures
    ]  # fmt: skip
    print_table(["plan", "ms", "p95", "pages", "kB", "plain ms", "plain pages", "ratio"], rows)
    ratios = {name: ratio(figures[name]["median"], floor[name]["median"]) for name in figures}
    print_result("document", figures=figures, floor=floor, ratios=ratios)


def measure(size: str, repeats: int, figures: dict[str, Any], floor: dict[str, Any]) -> None:
    """Adds one entry a language: reading the plan, writing its document and setting it; and the floor."""
    from django.utils import timezone, translation

    from parcours.kit.documents import PACKAGE, render_pdf
    from parcours.plan.document import Edition, as_json, document
    from parcours.plan.models import Plan
    from parcours.plan.pdf import plan_pdf
    from parcours.plan.snapshot import contents

    plan, edition = Plan.objects.current(), Edition(timezone.localdate())
    for language in LANGUAGES:
        with translation.override(language):
            paragraphs = list(_texts(as_json(document(contents(plan), edition))))
        with tempfile.NamedTemporaryFile("w", suffix=".typ", dir=PACKAGE / "kit" / "typst") as template:
            template.write(PLAIN)
            template.flush()
            made: dict[str, bytes] = {}
            times: dict[str, list[float]] = {"plan": [], "plain": []}

            def plan_document(language: str = language, made: dict[str, bytes] = made) -> None:
                made["plan"] = plan_pdf(contents(plan), edition, language=language)

            def plain_text(
                language: str = language,
                made: dict[str, bytes] = made,
                path: Path = Path(template.name),
                paragraphs: list[str] = paragraphs,
            ) -> None:
                made["plain"] = render_pdf(path, {"paragraphs": paragraphs}, language)

            with step(f"documents, {language}, {size}×"):
                for _number in range(repeats):
                    times["plan"].append(milliseconds(plan_document))
                    times["plain"].append(milliseconds(plain_text))
        for kind, target in (("plan", figures), ("plain", floor)):
            target[f"{size}× {language}"] = {
                "median": median(times[kind]),
                "p95": p95(times[kind]),
                "pages": _pages(made[kind]),
                "kB": round(len(made[kind]) / 1000),
            }


def _texts(value: Any) -> Iterator[str]:
    """Every text of a document that is long enough to be one."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str) and " " in value:
        yield value


def _pages(pdf: bytes) -> int:
    """Its page objects; "/Type/Pages" is their list."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


if __name__ == "__main__":
    main()
