"""Who plays when answers become records: a questionnaire that fills facts, a wave, a complete response."""

from datetime import UTC, date, datetime
from typing import Any

from django.test import Client

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.directory.actions.people import give_role
from parcours.directory.choices import Role, SourceKind
from parcours.directory.models import Organisation
from parcours.directory.tests import factories as make
from parcours.engines.questionnaire.answers import judge
from parcours.engines.questionnaire.sheets import Sheets
from parcours.survey.actions.register import accept_review
from parcours.survey.models import Ask, Questionnaire, Response, Version, Wave
from parcours.survey.receivers import NEW
from parcours.survey.reviewing import Review

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
LATER = NOON.replace(hour=15)


def row(kind: str, name: str, fills: str = "") -> dict[str, str]:
    return {"type": kind, "name": name, "label": name, "parcours_field": fills}


SURVEY = [
    {"type": "begin_group", "name": "you", "label": "You"},
    row("text", "name", "organisation.name"),
    row("text", "phone", "organisation.phone"),
    row("text", "email", "organisation.email"),
    row("text", "about", "organisation.description"),
    row("select_one town", "town", "organisation.area"),
    row("text", "siret", "organisation.identifiers.siret"),
    {"type": "end_group"},
    {"type": "begin_repeat", "name": "actions", "label": "Your actions"},
    row("text", "title", "action.title"),
    row("select_one axis", "axis", "action.axis"),
    {"type": "end_repeat"},
    {"type": "begin_repeat", "name": "partners", "label": "Your partners"},
    row("text", "name", "partner.name"),
    row("text", "email", "partner.email"),
    row("select_one town", "town", "partner.area"),
    row("select_multiple tie", "tie", "partner.tie"),
    {"type": "end_repeat"},
]
CHOICES = [
    {"list_name": "town", "name": "94081", "label": "Vitry-sur-Seine"},
    {"list_name": "town", "name": "home", "label": "Créteil"},
    {"list_name": "axis", "name": "rights", "label": "Rights"},
    {"list_name": "axis", "name": "unheard", "label": "Unheard of"},
    *({"list_name": "tie", "name": name, "label": name} for name in ("works_with", "funds", "hosts")),
]


def version(survey: list[dict[str, str]] | None = None) -> Version:
    """A published one."""
    questionnaire, _new = Questionnaire.objects.get_or_create(key="actors", defaults={"title": "Actors"})
    sheets = Sheets.of(survey=survey or SURVEY, choices=CHOICES, settings=[{"form_title": "Actors"}])
    number = questionnaire.versions.count() + 1
    return Version.objects.create(
        questionnaire=questionnaire, number=number, sheets=sheets.to_store(), published_at=NOON
    )


def wave(survey: list[dict[str, str]] | None = None, key: str = "autumn-2026", **values: Any) -> Wave:
    source = make.source(f"survey-{key}", kind=SourceKind.SURVEY, title=make.words("Enquête de novembre 2026"), rank=10)
    days = {"opens_on": date(2026, 11, 1), "closes_on": date(2026, 12, 31)}
    return Wave.objects.create(key=key, title="Autumn", version=version(survey), source=source, **days, **values)


def answered(of: Organisation | None, *, by: Wave, circle: int | None = None, **answers: Any) -> Response:
    """A complete response with these answers, by the name of the question or of the repeat; asked in a circle."""
    told = {question.name: question.path for question in by.version.form.questions() if not question.repeat}
    said = {told.get(name, name): value for name, value in answers.items()}
    ask = asked(of, by=by, circle=circle) if circle and of else None
    key = f"response-{Response.objects.count() + 1}"
    return Response.objects.create(
        wave=by,
        version=by.version,
        ask=ask,
        organisation=of,
        key=key,
        secret_digest="" if of else key,
        progress="complete",
        answers=said,
        states=judge(by.version.form, said, today=NOON.date()).states,
        started_at=NOON,
        saved_at=NOON,
        completed_at=NOON,
    )


def corrected(response: Response, **answers: Any) -> Response:
    """The same response, answered anew an hour later."""
    form = response.version.form
    told = {question.name: question.path for question in form.questions() if not question.repeat}
    response.refresh_from_db()
    response.answers = {told.get(name, name): value for name, value in answers.items()}
    response.states = judge(form, response.answers, today=NOON.date()).states
    response.revision += 1
    response.saved_at = LATER.replace(hour=16)
    response.save()
    return response


def asked(of: Organisation, *, by: Wave, circle: int = 1) -> Ask:
    return Ask.objects.create(
        wave=by, organisation=of, circle=circle, secret_digest=f"{by.key}-{of.key}", expires_at=LATER.replace(year=2027)
    )


def review_of(response: Response) -> Review:
    response = Response.objects.select_related("wave__source", "version", "organisation").get(pk=response.pk)
    assert response.organisation is not None
    return Review(response, response.organisation)


def accepted(
    response: Response, by: User, *, only: dict[str, str] | None = None, at: datetime = LATER, **kept: Any
) -> Any:
    """All that is open taken, each thing as a new one; or as `only` says."""
    review = review_of(response)
    things = {f"{subject}/{told.place}": NEW for subject, told in review.things} if only is None else only
    wanted = {"facts": review.open, "gone": list(review.gone)} | kept
    return accept_review(response=response, seen=review.token, things=things, by=by, at=at, **wanted)


def coordinator() -> User:
    user = create_user(email="office@example.org", name="Coordinator", language="en")
    give_role(user=user, role=Role.COORDINATOR, organisation=None)
    return user


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client
