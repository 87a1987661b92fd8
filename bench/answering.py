"""What a page of a questionnaire weighs, and how long saving takes when 200 organisations answer at once.

Each respondent goes through the whole form by their own link, as a browser does, with as many requests at a time as a
site of two processes serves. The floor, in the same run: one UPDATE of the same answers as JSON, as often, by as many
at a time. Nothing may be lost: every answer is compared with what was typed.
"""

import gzip
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench._ground import Ground, median, options, p95, print_result, print_table, ratio, step

RESPONDENTS, QUICK_RESPONDENTS = 200, 60
AT_ONCE = 8  # two processes of four threads
CACHED = ("kit/site.css", "survey/survey.css", "survey/answering.js", "kit/icon.svg",
          "kit/fonts/noto-latin-400.woff2", "kit/fonts/noto-latin-700.woff2")  # fmt: skip
PAGES: dict[str, dict[str, Any]] = {
    "you": {"you/name": "Association {n}", "you/phone": "01 40 00 00 01", "you/email": "a{n}@example.org"},
    "work": {"work/axes": ["rights", "memory"], "work/people": "{n}", "work/teaches": "no"},
    "actions/0": {"title": "Cours de français {n}", "reach": "30"},
    "actions/1": {"title": "Permanence {n}", "reach": "12"},
    "actions": {},
    "partners": {},
    "last": {"last/wish": "Un local pour {n}, et du temps pour s’y retrouver. " * 8},
}


def main() -> None:
    chosen = options("Weight of a form's page, and saving with many respondents at once.")
    number = QUICK_RESPONDENTS if chosen.quick else RESPONDENTS
    with Ground():
        links = made(number)
        weight = weigh(links[0])
        with step(f"{number} respondents"):
            saving, seconds = answer(links)
        lost = compare(number)
        floor = {"UPDATE ms": floor_of(number, len(saving))}
    figures = {
        "respondents": number, "saves": len(saving), "saves/s": round(len(saving) / seconds, 1), "lost": lost,
        "save p50 ms": median(saving), "save p95 ms": p95(saving), **weight,
    }  # fmt: skip
    ratios = {"save p50": ratio(figures["save p50 ms"], floor["UPDATE ms"])}
    print_table(
        ["saving", "p50 ms", "p95 ms", "× UPDATE alone"],
        [
            ["UPDATE alone", floor["UPDATE ms"], "", 1.0],
            ["a page, saved", figures["save p50 ms"], figures["save p95 ms"], ratios["save p50"]],
        ],
    )
    print(
        f"{len(saving)} saves by {number} respondents, {AT_ONCE} at a time: {figures['saves/s']} a second, {lost} lost"
    )
    print_table(["a page weighs", "KB"], [[name, weight[name]] for name in weight])
    print_result("answering", figures=figures, floor=floor, ratios=ratios)
    if lost:
        raise SystemExit(f"{lost} answers were lost")


def made(number: int) -> list[str]:
    """So many organisations asked in a wave; their links."""
    from django.utils import timezone

    from parcours.directory.choices import OrganisationKind
    from parcours.directory.models import Organisation
    from parcours.survey.actions.asks import ask_organisations
    from parcours.survey.tests.cast import link, wave

    kind = OrganisationKind.ASSOCIATION
    new = [Organisation(key=f"bench-{one}", name=f"Association {one}", kind=kind) for one in range(number)]
    Organisation.objects.bulk_create(new)
    found = Organisation.objects.filter(key__startswith="bench-")
    return [link(ask) for ask in ask_organisations(wave=wave(), organisations=found, at=timezone.now())]


def weigh(link: str) -> dict[str, float]:
    """In kilobytes as they travel: the page each time, the rest once a device."""
    from django.conf import settings
    from django.contrib.staticfiles.storage import staticfiles_storage
    from django.test import Client

    page = Client(SERVER_NAME="127.0.0.1").get(f"{link}page/work/").content
    sizes = {"the page, compressed": len(gzip.compress(page)), "the page, not compressed": len(page)}
    for name in CACHED:
        path = Path(settings.STATIC_ROOT, staticfiles_storage.stored_name(name))
        packed = path.with_name(f"{path.name}.gz")
        sizes[f"{name} (kept by the browser)"] = (packed if packed.exists() else path).stat().st_size
    sizes["first visit, all in"] = sum(size for name, size in sizes.items() if "not compressed" not in name)
    return {name: round(size / 1000, 1) for name, size in sizes.items()}


def answer(links: list[str]) -> tuple[list[float], float]:
    """Milliseconds of each save, and the seconds until the last of all."""
    start = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as beside:
        # page by page, so that all of them answer at once
        took = [ms for page in PAGES for ms in beside.map(lambda link, page=page: fill(link, page), links)]
    return took, time.perf_counter() - start


def fill(link: str, page: str) -> float:
    from django.test import Client

    client, url = Client(SERVER_NAME="127.0.0.1"), f"{link}page/{page}/"
    hidden = dict(re.findall(r'name="(page:[^"]+)" value="([^"]*)"', client.get(url).content.decode()))
    begun = time.perf_counter()
    answered = client.post(url, hidden | typed(page, link))
    took = (time.perf_counter() - begun) * 1000
    if answered.status_code != 302:
        raise SystemExit(f"{url} answers {answered.status_code}")
    return took


def typed(page: str, said: str) -> dict[str, Any]:
    """Its own for each respondent: the link tells them apart."""
    n = str(sum(map(ord, said)))
    return {key: text.replace("{n}", n) if isinstance(text, str) else text for key, text in PAGES[page].items()}


def compare(number: int) -> int:
    """How many answers are not what was typed."""
    from parcours.survey.models import Response
    from parcours.survey.tests.cast import link

    lost = 7 * (number - Response.objects.count())
    for response in Response.objects.select_related("ask__wave"):
        own = link(response.ask)
        wanted = {key: text for page in ("you", "work", "last") for key, text in typed(page, own).items()}
        wanted |= {"work/people": int(wanted["work/people"]), "last/wish": wanted["last/wish"].strip()}
        rows = [typed(f"actions/{row}", own) for row in (0, 1)]
        wanted["actions"] = [row | {"reach": int(row["reach"])} for row in rows]
        lost += sum(response.answers.get(key) != value for key, value in wanted.items())
    return lost


def floor_of(number: int, saves: int) -> float:
    """The same answers, written by nothing but an UPDATE."""
    from django.db import connection

    from parcours.survey.models import Response

    rows = [(one.pk, json.dumps(one.answers)) for one in Response.objects.all()]

    def update(place: int) -> float:
        pk, answers = rows[place % number]
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE survey_response SET answers = %s WHERE id = %s", [answers, pk])
        return (time.perf_counter() - begun) * 1000

    with ThreadPoolExecutor(AT_ONCE) as beside:
        return median(list(beside.map(update, range(saves))))


if __name__ == "__main__":
    main()
