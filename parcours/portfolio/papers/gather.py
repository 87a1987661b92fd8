"""From a portfolio to what its documents say: only what the owner shows there, as it stands at this moment."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from parcours.kit.dates import parse
from parcours.people.choices import Level
from parcours.people.languages import language_name
from parcours.people.models import Person
from parcours.portfolio.choices import Layout, Part, SaidBy, Strand
from parcours.portfolio.models import Claim, Cv, Experience, Goal, LevelStep, Portfolio
from parcours.portfolio.papers.records import Aim, Can, Lived, Pair, Paper, Speaks
from parcours.portfolio.reading import shown
from parcours.portfolio.side import fixed_words
from parcours.portfolio.suggesting import concepts_of

HEADINGS = {
    "professional": _("Work"),
    "social": _("With others"),
    "family": _("Family"),
    "migration": _("Migration"),
    "life": _("Life"),
}
WORDS = {
    "competences": _("Competences"),
    "languages": _("Languages"),
    "goals": _("What I want"),
    "steps": _("My steps"),
    "with": _("with"),
    "until": _("until about"),
    "today": _("today"),
    "plan": _("My action plan"),
    "portfolio": _("My portfolio"),
    "invented": _("Invented for the demonstration"),
    "developing": _("I am developing"),
}
# What one page holds, the most useful first.
ONE_PAGE = {"lived": 4, "did": 3, "can": 6}


def both(label: Any, second: str) -> Pair:
    """A label of ours in French and in the second language, where the site or `words.yaml` speaks it."""
    with override("fr"):
        french = str(label)
    if not second or second == "fr":
        return french, ""
    if second in dict(settings.LANGUAGES):
        with override(second):
            return french, str(label)
    with override("en"):
        english = str(label)
    return french, fixed_words().get(second, {}).get(english, "") or fixed_words().get(second, {}).get(
        english.lower(), ""
    )


def said(text: str, translation: str, language: str, second: str) -> Pair:
    """What a person wrote as (French, second language); what exists in one only stands in it."""
    french, other = (text, translation) if language == "fr" else (translation, text)
    return (french or other, other if second and french else "")


@transaction.atomic
def cv_paper(portfolio: Portfolio) -> Paper:
    """The CV: what is marked for it, in no hidden part. One transaction: what is taken back meanwhile is not in it."""
    portfolio = Portfolio.objects.select_related("person").get(pk=portfolio.pk)
    cv = Cv.objects.filter(portfolio=portfolio).first() or Cv(portfolio=portfolio)
    parts = [part for part in Part if part not in portfolio.hidden]
    found = shown(portfolio, parts, to_owner=False)
    second = cv.second_language
    lived = [_lived(one, second) for one in _newest_first(one for one in found.experiences if one.is_in_cv)]
    claims = [one for one in found.claims if one.is_in_cv and not one.is_to_develop]
    can = _competences(claims, portfolio, second)
    can.sort(key=lambda one: -one.step)
    left_out = 0
    if cv.layout == Layout.ONE_PAGE:
        left_out = max(0, len(lived) - ONE_PAGE["lived"]) + max(0, len(can) - ONE_PAGE["can"])
        lived = [_shortened(one) for one in lived[: ONE_PAGE["lived"]]]
        can = can[: ONE_PAGE["can"]]
    return Paper(
        **_who(portfolio.person, second),
        layout=cv.layout,
        headline=said(cv.headline, cv.headline_translation, portfolio.language, second),
        summary=said(cv.summary, cv.summary_translation, portfolio.language, second),
        contact=_contact(portfolio.person, cv),
        lived=tuple(lived),
        can=tuple(can),
        left_out=left_out,
    )


@transaction.atomic
def portfolio_paper(portfolio: Portfolio, *, parts: Iterable[Part] = tuple(Part)) -> Paper:
    """The whole portfolio, as its owner keeps it; in French and in their language."""
    portfolio = Portfolio.objects.select_related("person").get(pk=portfolio.pk)
    found, second = shown(portfolio, parts, to_owner=True), _second(portfolio)
    order = list(HEADINGS)
    lived = sorted(found.experiences, key=lambda one: (order.index(one.strand), one.position, one.pk))
    return Paper(
        **_who(portfolio.person, second),
        layout="portfolio",
        lived=tuple(_lived(one, second) for one in lived),
        can=tuple(_competences(found.claims, portfolio, second)),
        aims=tuple(_aim(one, portfolio, second) for one in found.goals),
    )


@transaction.atomic
def plan_paper(portfolio: Portfolio) -> Paper:
    """The action plan, for the fridge."""
    portfolio = Portfolio.objects.select_related("person").get(pk=portfolio.pk)
    second = _second(portfolio)
    goals = shown(portfolio, [Part.PLAN], to_owner=True).goals
    return Paper(
        **_who(portfolio.person, second), layout="plan", aims=tuple(_aim(one, portfolio, second) for one in goals)
    )


def _second(portfolio: Portfolio) -> str:
    return "" if portfolio.language == "fr" else portfolio.language


def _who(person: Person, second: str) -> dict[str, Any]:
    return {
        "name": person.name,
        "latin_name": person.latin_name,
        "second": second,
        "speaks": tuple(_speaks(one, second) for one in person.languages.all()),
        "is_invented": person.is_invented,
        "words": {key: both(label, second) for key, label in WORDS.items()},
    }


def _speaks(one: Any, second: str) -> Speaks:
    with override("fr"):
        french = language_name(one.language)
    other = ""
    if second in dict(settings.LANGUAGES):
        with override(second):
            other = language_name(one.language)
    cefr = "native" if one.level == "native" else one.level
    return Speaks(one.language, (french, other), both(Level(one.level).label, second), cefr)


def _contact(person: Person, cv: Cv) -> tuple[str, ...]:
    phone = person.phone if cv.shows_phone else ""
    email = person.email if cv.shows_email else ""
    return tuple(filter(None, [cv.contact, phone, email]))


def _newest_first(rows: Iterable[Experience]) -> list[Experience]:
    return sorted(rows, key=lambda one: (one.is_going_on, one.ends or one.starts, one.starts), reverse=True)


def _lived(one: Experience, second: str) -> Lived:
    ends = both(WORDS["today"], "")[0] if one.is_going_on else _when(one.ends)
    return Lived(
        strand=one.strand,
        heading=both(HEADINGS[Strand(one.strand).value], second),
        title=said(one.title, one.title_translation, one.language, second),
        place=one.place,
        starts=_when(one.starts),
        ends=ends,
        since=one.starts,
        until="" if one.is_going_on else one.ends,
        words=said(one.words, one.translation, one.language, second),
        did=tuple(said(line.text, line.translation, one.language, second) for line in one.activities.all()),
    )


def _when(text: str) -> str:
    """ "septembre 2022" of "2022-09": in French, which employers read."""
    with override("fr"):
        return parse(text).formatted() if text else ""


def _shortened(one: Lived) -> Lived:
    return replace(one, words=("", ""), did=one.did[: ONE_PAGE["did"]])


def _competences(claims: Sequence[Claim], portfolio: Portfolio, second: str) -> list[Can]:
    """In the person's words, or in those of the term where there are none."""
    terms = concepts_of(one.concept for one in claims)
    steps = {step.position: both(step.label, second) for step in LevelStep.objects.all()}
    found = []
    for one in claims:
        label = said(one.words, one.translation, portfolio.language, second)
        if not label[0]:
            label = both(terms[one.concept].label, second) if one.concept in terms else ("", "")
        level = steps.get(one.level or 0, ("", ""))
        found.append(Can(label, level, one.level or 0, both(SaidBy(one.said_by).label, second), one.is_to_develop))
    return found


def _aim(one: Goal, portfolio: Portfolio, second: str) -> Aim:
    language = portfolio.language
    steps = tuple(
        (
            said(step.text, step.translation, language, second),
            _day(step.due_on, second),
            step.with_whom,
            bool(step.done_on),
        )
        for step in one.steps.all()
    )
    return Aim(said(one.text, one.translation, language, second), one.until, steps)


def _day(day: Any, second: str) -> Pair:
    if day is None:
        return "", ""
    with override("fr"):
        french = date_format(day, "l j F")
    if second not in dict(settings.LANGUAGES):
        return french, ""
    with override(second):
        return french, date_format(day, "l j F")
