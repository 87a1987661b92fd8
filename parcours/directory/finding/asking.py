"""A question put to the index: near where somebody is, everywhere, or from a distance."""

from collections.abc import Iterable
from datetime import datetime
from math import cos, radians
from typing import Any

from parcours.directory.facts import UNKNOWN, all_of, any_of, fact, quoted
from parcours.directory.finding.question import Question, Sought
from parcours.directory.finding.when import days_query, minutes_of
from parcours.directory.queries.finding import Ask, Box, Wanted
from parcours.directory.vocabulary import vocabulary

KM_IN_A_DEGREE = 111.195
SURE = 0.75


def asked(question: Question, at: datetime, **values: Any) -> Ask:
    """The question as the index reads it; `values` say where and in which column."""
    extra = values.pop("facts", "")
    return Ask(
        on=at.date(),
        words=words_query(question),
        wanted=[_wanted(each) for each in question.sought],
        facts=all_of([*_narrowed(question, at), extra]),
        fits=list(_ranked(question)),
        age=question.age,
        level=question.level,
        minutes=minutes_of(question.when, at) if question.when else "",
        is_free=question.is_free,
        is_accessible=question.is_accessible,
        has_places=question.has_places,
        **values,
    )


def box_of(question: Question) -> Box | None:
    """A square around the place, as wide as one goes."""
    spot = question.spot
    if spot is None or spot.lon is None or spot.lat is None or question.km is None:
        return None
    north = question.km / KM_IN_A_DEGREE
    east = north / max(cos(radians(spot.lat)), 0.1)
    return (spot.lon - east, spot.lat - north, spot.lon + east, spot.lat + north)


def zone_query(question: Question) -> str:
    """Services for people of the place: those for everyone, and those for an area that it lies in."""
    path = question.spot.path if question.spot else ()
    return any_of(quoted(fact("zone", code)) for code in ("everywhere", *path))


# Words


def words_query(question: Question) -> str:
    if question.words == "any":
        return any_of(_query(each) for each in question.sought)
    kept = [each for each in question.sought if each.facts or question.words == "all"]
    return all_of(_query(each) for each in kept)


def _query(sought: Sought) -> str:
    return any_of([*(quoted(each) for each, _weight in sought.facts), _all_words(sought)])


def _all_words(sought: Sought) -> str:
    return all_of(any_of(map(quoted, forms)) for forms in sought.forms)


def _wanted(sought: Sought) -> Wanted:
    strong = any_of([*(quoted(each) for each, weight in sought.facts if weight >= SURE), _all_words(sought)])
    return Wanted(strong, any_of(quoted(each) for each, weight in sought.facts if weight < SURE))


# Facts


def _narrowed(question: Question, at: datetime) -> Iterable[str]:
    """What a service must be, or must not be known not to be."""
    for scheme, codes in (("public", _publics(question)), ("stay", _stay(question))):
        if codes:
            everyone = "tous-publics" if scheme == "public" else "any"
            yield any_of(quoted(fact(scheme, code)) for code in (*codes, everyone, UNKNOWN))
    if question.languages:
        silent = [UNKNOWN] if question.silent_on_languages else []
        yield any_of(quoted(fact("language", code)) for code in (*_spoken(question), *silent))
    if question.gender:
        yield quoted(fact("gender", question.gender))
    if question.is_remote:
        yield quoted(fact("mode", "a-distance"))
    if question.within:
        yield quoted(fact("area", question.within))
    if days := days_query(question.when, at):
        yield any_of([days, quoted(fact("day", UNKNOWN))])


def _ranked(question: Question) -> Iterable[tuple[str, str, str]]:
    """What fits, and what fits everyone."""
    if publics := _publics(question):
        yield "publics", _any("public", publics), quoted(fact("public", "tous-publics"))
    if stay := _stay(question):
        yield "stay", _any("stay", stay), quoted(fact("stay", "any"))
    if question.silent_on_languages:
        yield "languages", _any("language", _spoken(question)), NOTHING
    if question.when and days_of_week(question):
        yield "days", f"!{quoted(fact('day', UNKNOWN))}", NOTHING
    if question.spot and question.spot.path:
        yield "zone", zone_query(question), NOTHING


def days_of_week(question: Question) -> bool:
    return question.when not in ("now", "morning", "evening")


NOTHING = quoted("=")


def _any(scheme: str, codes: Iterable[str]) -> str:
    return any_of(quoted(fact(scheme, code)) for code in codes)


def _spoken(question: Question) -> list[str]:
    return sorted(vocabulary("languages").with_descendants(question.languages))


def _publics(question: Question) -> list[str]:
    return _family("publics", question.publics)


def _stay(question: Question) -> list[str]:
    return _family("stay", question.stay)


def _family(scheme: str, codes: Iterable[str]) -> list[str]:
    """The codes, what they are kinds of, and their kinds."""
    known = vocabulary(scheme)
    found = known.with_descendants(list(codes))
    for code in codes:
        term = known.get(code)
        while term and term.parent:
            found.add(term.parent)
            term = known.get(term.parent)
    return sorted(found - {"any", "tous-publics"})
