"""Who plays in the tests of the survey: a small questionnaire in three languages, a wave that asks it, who answers."""

import re
from datetime import UTC, date, datetime
from typing import Any

from django.test import Client

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.directory.actions.people import give_role
from parcours.directory.choices import Role
from parcours.directory.models import Organisation
from parcours.directory.tests import factories as make
from parcours.engines.questionnaire.sheets import Row, Sheets
from parcours.survey.actions.asks import ask_organisations
from parcours.survey.actions.waves import save_wave
from parcours.survey.links import secret_of
from parcours.survey.models import Ask, Questionnaire, Version, Wave

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SITE = "https://parcours.example.org"
FR, AR, RU = "Français (fr)", "العربية (ar)", "Русский (ru)"


def said(fr: str, ar: str = "", ru: str = "", column: str = "label") -> Row:
    """A text in the form's languages; a version that is not given says in which language it stands for."""
    texts = {FR: fr, AR: ar or f"{fr} [ar]", RU: ru or f"{fr} [ru]"}
    return {f"{column}::{language}": text for language, text in texts.items()}


def choices(list_name: str, **labels: str) -> list[Row]:
    return [{"list_name": list_name, "name": name, **said(label)} for name, label in labels.items()]


def sheets(survey: list[Row] | None = None, **settings: str) -> Sheets:
    """The actors' questionnaire, small: two groups, two repeats, a last group."""
    return Sheets.of(
        survey=survey or ACTORS,
        choices=[
            *choices("commune", **{"94081": "Vitry-sur-Seine", "94028": "Créteil"}),
            *choices("axis", rights="Accès aux droits", together="Vivre ensemble", memory="Mémoire"),
            *choices("axis", none="Aucun", dont_know="Ne sait pas", other="Autre"),
            *choices("yes_no", yes="Oui", no="Non"),
            *choices("tie", works_with="Travaille avec", funds="Finance"),
        ],
        settings=[{"form_title": "Enquête", "form_id": "actors", "version": "1", "default_language": FR, **settings}],
    )


def begin(kind: str, name: str, fr: str, ar: str = "", ru: str = "") -> Row:
    return {"type": f"begin_{kind}", "name": name, **said(fr, ar, ru)}


def end(kind: str) -> Row:
    return {"type": f"end_{kind}"}


def ask(type_: str, name: str, fr: str, ar: str = "", ru: str = "", **more: str) -> Row:
    return {"type": type_, "name": name, **said(fr, ar, ru), **more}


ACTORS = [
    begin("group", "you", "Votre structure", "منظمتكم", "Ваша организация"),
    ask("text", "name", "Nom", "الاسم", "Название", required="yes", parcours_field="organisation.name"),
    ask("text", "phone", "Téléphone", "الهاتف", "Телефон", parcours_field="organisation.phone"),
    ask("text", "email", "Adresse électronique", parcours_field="organisation.email",
        constraint="contains(., '@')", **said("Il y manque un @", column="constraint_message")),
    ask("select_one commune", "area", "Commune", "البلدية", "Коммуна", parcours_field="organisation.area"),
    end("group"),
    begin("group", "work", "Ce que vous faites", "ما تفعلونه", "Что вы делаете"),
    ask("note", "why", "Vos réponses servent au plan."),
    ask("select_multiple axis", "axes", "Quels axes ?", "أي محاور؟", "Какие направления?", required="yes",
        **said("Plusieurs réponses possibles", column="hint")),
    ask("text", "axes_other", "Lequel ?", relevant="selected(${axes}, 'other')", required="yes"),
    ask("integer", "people", "Personnes par an", constraint=". >= 0 and . <= 100000"),
    ask("select_one yes_no", "teaches", "Donnez-vous des cours de français ?"),
    ask("text", "where", "Où ?", relevant="${teaches} = 'yes'"),
    end("group"),
    begin("repeat", "actions", "Vos actions", "أعمالكم", "Ваши действия"),
    ask("text", "title", "Titre", "العنوان", "Название", required="yes", parcours_field="action.title"),
    ask("integer", "reach", "Personnes touchées"),
    end("repeat"),
    begin("repeat", "partners", "Vos partenaires", "شركاؤكم", "Ваши партнёры"),
    ask("text", "partner", "Nom", required="yes", parcours_field="partner.name"),
    ask("select_one tie", "tie", "Lien", parcours_field="partner.tie"),
    end("repeat"),
    begin("group", "last", "Pour finir", "أخيرا", "В заключение"),
    ask("text", "wish", "Un souhait pour ${name} ?", appearance="multiline"),
    ask("date", "since", "Depuis quand ?"),
    end("group"),
]  # fmt: skip


def version(survey: list[Row] | None = None, key: str = "actors", at: datetime = NOON) -> Version:
    """A published one."""
    questionnaire, _new = Questionnaire.objects.get_or_create(key=key, defaults={"title": "Enquête des acteurs"})
    return Version.objects.create(
        questionnaire=questionnaire,
        number=questionnaire.versions.count() + 1,
        sheets=sheets(survey).to_store(),
        published_at=at,
    )


def wave(survey: list[Row] | None = None, **values: Any) -> Wave:
    """One that runs, at noon of the cast as on the day of the test, by links that do not expire."""
    usual = {"title": "Automne", "opens_on": date(2026, 11, 1), "closes_on": date(2050, 12, 31), "link_days": 9000}
    return save_wave(wave=Wave(**{**usual, "version": values.pop("version", None) or version(survey), **values}))


def organisation(name: str = "Les Voisins", **values: Any) -> Organisation:
    """One that can be written to."""
    return make.organisation(name, **{"email": f"{name.lower().replace(' ', '.')}@example.org", **values})


def asked(of: Organisation | None = None, *, by: Wave | None = None, at: datetime = NOON, **values: Any) -> Ask:
    """An organisation asked in a wave; nothing has left yet."""
    shown = by or wave(**values)
    return ask_organisations(wave=shown, organisations=[of or organisation()], at=at)[0]


def link(ask: Ask, rest: str = "", language: str = "fr") -> str:
    """The path of its page, or of one below it."""
    return f"/{language}/survey/answer/{secret_of(ask)}/{rest}"


def fill(client: Client, url: str, do: str = "next", **typed: Any) -> Any:
    """Read a page and send it back with this typed in, as a browser does; "work__axes" stands for "work/axes"."""
    page = client.get(url).content.decode()
    hidden = dict(re.findall(r'name="(page:[^"]+)" value="([^"]*)"', page))
    return client.post(url, hidden | {"page:do": do} | {name.replace("__", "/"): text for name, text in typed.items()})


def answer_all(client: Client, ask: Ask) -> Any:
    """Go through the whole questionnaire by the link, and finish."""
    fill(client, link(ask, "page/you/"), you__name="Les Voisins", you__phone="01 40 00 00 01")
    fill(client, link(ask, "page/work/"), work__axes=["rights", "memory"], work__people="120", work__teaches="no")
    fill(client, link(ask, "page/actions/0/"), title="Cours de français", reach="30")
    for page in ("actions", "partners", "last"):
        fill(client, link(ask, f"page/{page}/"))
    return client.post(link(ask, "check/"))


def coordinator() -> User:
    user = create_user(email="office@example.org", name="Coordinator", language="fr")
    give_role(user=user, role=Role.COORDINATOR, organisation=None)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
