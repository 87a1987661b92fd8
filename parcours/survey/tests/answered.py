"""A wave and answers to it, for tests of its tables: each answer is judged by the form, as on the pages."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from parcours.directory.models import Organisation
from parcours.directory.tests import factories as directory
from parcours.engines.questionnaire.answers import judge
from parcours.engines.questionnaire.sheets import Sheets
from parcours.kit.secret import secret_digest
from parcours.survey.choices import Progress
from parcours.survey.models import Ask, Questionnaire, Response, Version, Wave

_numbers = count(1)
MOMENT = datetime(2026, 11, 2, 9, tzinfo=timezone.get_default_timezone())
FR, EN = "label::Français (fr)", "label::English (en)"


def question(type_: str, name: str, fr: str = "", en: str = "", **more: str) -> dict[str, str]:
    return {"type": type_, "name": name, FR: fr or name, EN: en or fr or name, **more}


def choices(list_name: str, **labels: str) -> list[dict[str, str]]:
    return [{"list_name": list_name, "name": name, FR: label, EN: f"{label} (en)"} for name, label in labels.items()]


SURVEY = [
    question("select_one kind", "kind", "Vous êtes", "You are"),
    {"type": "begin group", "name": "work", FR: "Travail", EN: "Work"},
    question("select_multiple axes", "axes", "Vos axes", "Your axes"),
    question("integer", "people", "Combien de personnes ?", "How many people?", relevant="${kind} = 'club'"),
    question("text", "need", "Que manque-t-il ?", "What is missing?"),
    {"type": "end group", "name": ""},
    {"type": "begin repeat", "name": "actions", FR: "Vos actions", EN: "Your actions"},
    question("text", "title", "Titre", "Title"),
    question("select_one theme", "theme", "Thème", "Theme"),
    {"type": "end repeat", "name": ""},
]
CHOICES = [
    *choices("kind", club="Association", city="Commune", school="École", dont_know="Ne sait pas"),
    *choices("axes", rights="Droits", together="Vivre ensemble", memory="Mémoire", none="Aucun"),
    *choices("theme", french="Français", housing="Logement"),
]


def version(
    survey: list[dict[str, str]] | None = None,
    choice_rows: list[dict[str, str]] | None = None,
    *,
    of: Questionnaire | None = None,
    number: int = 1,
) -> Version:
    of = of or Questionnaire.objects.create(key=f"questionnaire-{next(_numbers)}", title="Les acteurs")
    rows = {"survey": survey or SURVEY, "choices": choice_rows or CHOICES}
    sheets = Sheets.of(**rows, settings=[{"form_title": "Les acteurs", "default_language": "Français (fr)"}])
    return Version.objects.create(questionnaire=of, number=number, sheets=sheets.to_store(), published_at=MOMENT)


def wave(*, of: Version | None = None, **values: Any) -> Wave:
    defaults = {
        "key": f"wave-{next(_numbers)}",
        "title": "Enquête 2026",
        "opens_on": date(2026, 10, 1),
        "closes_on": date(2026, 11, 30),
        "results_are_public": True,
        "source": directory.source(),
    }
    return Wave.objects.create(version=of or version(), **defaults | values)


def ask(of: Wave, organisation: Organisation | None = None) -> Ask:
    number = next(_numbers)
    return Ask.objects.create(
        wave=of,
        organisation=organisation or directory.organisation(),
        secret_digest=secret_digest(str(number)),
        expires_at=MOMENT + timedelta(days=60),
    )


def answer(of: Wave, *, organisation: Organisation | None = None, **values: Any) -> Response:
    """A complete response; paths are written with two underscores: `work__axes`."""
    given = {name.replace("__", "/"): value for name, value in values.items()}
    return respond(of, given, organisation=organisation)


def respond(of: Wave, given: dict[str, Any], **more: Any) -> Response:
    states = judge(of.version.form, given, today=date(2026, 11, 2)).states
    progress = more.pop("progress", Progress.COMPLETE)
    return Response.objects.create(
        wave=of, version=of.version, key=f"response-{next(_numbers)}", progress=progress, answers=given, states=states,
        started_at=MOMENT, saved_at=MOMENT, completed_at=MOMENT if progress == Progress.COMPLETE else None, **more,
    )  # fmt: skip


def many(of: Wave, answers: Iterable[dict[str, Any]]) -> list[Response]:
    return [respond(of, given) for given in answers]


def actors(of: Wave, n: int = 62) -> list[Response]:
    """Answers with every state in them, small cells, open texts and a repeat."""
    kinds, axes = ["club", "club", "city", "school", "club"], ["rights", "together", "memory"]
    made = []
    for at in range(n):
        given: dict[str, Any] = {"kind": "dont_know" if at == 7 else kinds[at % 5] if at % 19 else "city"}
        given["work/axes"] = (
            ["none"] if at % 9 == 8 else [axis for step, axis in enumerate(axes) if at % (step + 2) == 0]
        )
        if not given["work/axes"]:
            del given["work/axes"]
        if given["kind"] == "club":
            given["work/people"] = 3 + at * 7 % 90
        if at % 3 == 0:
            given["work/need"] = f"Des locaux, n° {at}"
        if at % 2 == 0:
            given["actions"] = [{"title": "Cours", "theme": "french"}, {"title": "Bail", "theme": "housing"}][
                : 1 + at % 4 // 2
            ]
        made.append(given)
    return many(of, made)
