"""How long the tables of a survey take: the results page made anew and from the cache, its files, its document.

30 questions (single and multiple choices, numbers, open ones) of 62, 1,000 and 50,000 made-up respondents. The floor,
in the same run: PostgreSQL reads the answers and counts the same choices by one GROUP BY for each question, which knows
no base, hides nothing and draws nothing.
"""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from bench._ground import Ground, median, milliseconds, options, print_result, print_table, ratio, step

SIZES, QUICK_SIZES = (62, 1_000, 50_000), (62, 1_000)
QUESTIONS = {"one": 14, "many": 8, "number": 5, "text": 3}
CHOICES = [f"choice{number}" for number in range(8)]
MOMENT = datetime(2026, 11, 2, 9, tzinfo=UTC)
BATCH = 2_000
ENDS = ("results/", "results.csv", "results.xlsx", "results.pdf")


def main() -> None:
    chosen = options("Time of a survey's tables: page, files, document.")
    figures, floor = {}, {}
    with Ground():
        for size in QUICK_SIZES if chosen.quick else SIZES:
            with step(f"{size} respondents"):
                wave = fill(size)
            with step("pages"):
                figures[str(size)], floor[str(size)] = measure(wave), {"GROUP BY": counted(wave)}
    names = list(next(iter(figures.values())))
    print_table(["ms", *figures], [[name, *(found[name] for found in figures.values())] for name in names])
    print_table(["floor, ms", *floor], [["GROUP BY", *(found["GROUP BY"] for found in floor.values())]])
    ratios = {size: ratio(found["results/, made anew"], floor[size]["GROUP BY"]) for size, found in figures.items()}
    print_result("survey_pages", figures=figures, floor=floor, ratios=ratios)


def paths(kind: str) -> list[str]:
    return [f"{kind}{number}" for number in range(QUESTIONS[kind])]


def fill(size: int) -> Any:
    """A public wave with so many complete responses."""
    from django.utils import timezone

    from parcours.directory.models import Source
    from parcours.engines.questionnaire.sheets import Sheets
    from parcours.survey.models import Questionnaire, Response, Version, Wave

    types = {"one": "select_one list", "many": "select_multiple list", "number": "integer", "text": "text"}
    survey = [{"type": types[kind], "name": path, "label": path} for kind in QUESTIONS for path in paths(kind)]
    choices = [{"list_name": "list", "name": name, "label": name} for name in CHOICES]
    asked = Questionnaire.objects.create(key=f"bench-{size}", title="Bench")
    sheets = Sheets.of(survey=survey, choices=choices).to_store()
    version = Version.objects.create(questionnaire=asked, number=1, sheets=sheets, published_at=timezone.now())
    wave = Wave.objects.create(
        version=version, key=f"bench-{size}", title="Bench", opens_on=date(2026, 10, 1), closes_on=date(2026, 12, 1),
        results_are_public=True, source=Source.objects.earliest("pk"),
    )  # fmt: skip
    dice = random.Random(94)
    made = [
        Response(
            wave=wave, version=version, key=f"{size}-{number}", progress="complete", started_at=MOMENT, saved_at=MOMENT,
            completed_at=MOMENT, **answers(dice),
        )
        for number in range(size)
    ]  # fmt: skip
    Response.objects.bulk_create(made, batch_size=BATCH)
    return wave


def answers(dice: random.Random) -> dict[str, Any]:
    given: dict[str, Any] = {path: dice.choice(CHOICES) for path in paths("one")}
    given |= {path: dice.sample(CHOICES, dice.randrange(1, 4)) for path in paths("many")}
    given |= {path: dice.randrange(500) for path in paths("number")}
    given |= dict.fromkeys(paths("text"), "Des locaux, du temps, des interprètes.")
    states = {path: "a" if dice.random() < 0.9 else "u" for path in given}
    return {"answers": {path: value for path, value in given.items() if states[path] == "a"}, "states": states}


def measure(wave: Any) -> dict[str, float]:
    from django.core.cache import cache
    from django.test import Client

    client = Client()

    def ask(end: str) -> int:
        answer = client.get(f"/fr/survey/waves/{wave.key}/{end}")
        assert answer.status_code == 200, end
        return len(b"".join(answer.streaming_content) if answer.streaming else answer.content)

    def anew() -> None:
        cache.clear()
        ask("results/")

    ask("results/")  # templates and words are read once for all
    found = {"results/, made anew": median([milliseconds(anew) for _again in range(3)])}
    found |= {end: median([milliseconds(asking(ask, end)) for _again in range(5)]) for end in ENDS}
    return found | {"page, KB": round(ask("results/") / 1000, 1)}


def asking(ask: Callable[[str], int], end: str) -> Callable[[], int]:
    return lambda: ask(end)


def counted(wave: Any) -> float:
    from django.db import connection

    def count() -> None:
        with connection.cursor() as cursor:
            for path in paths("one"):
                cursor.execute(
                    "SELECT answers->>%s, count(*) FROM survey_response WHERE wave_id = %s GROUP BY 1", [path, wave.pk]
                ).fetchall()
            for path in paths("many"):
                cursor.execute(
                    "SELECT tick, count(*) FROM survey_response, jsonb_array_elements_text(answers->%s) tick"
                    " WHERE wave_id = %s GROUP BY 1", [path, wave.pk],
                ).fetchall()  # fmt: skip

    return median([milliseconds(count) for _again in range(3)])


if __name__ == "__main__":
    main()
