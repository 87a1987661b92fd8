"""A question put to the index: near where somebody is, everywhere, or from a distance."""

from collections.abc import Iterable
from datetime import datetime
from math import cos, radians
from typing import Any

from parcours.directory.cells import Box
from parcours.directory.facts import UNKNOWN, all_of, any_of, fact, own_fact, quoted
from parcours.directory.finding.question import KM_IN_A_DEGREE, Question, Sought
from parcours.directory.finding.when import days_query, minutes_of
from parcours.directory.listing import EVERYWHERE, with_ancestors
from parcours.directory.queries.finding import Ask, Wanted
from parcours.directory.vocabulary import vocabulary

# How well a service answers what is sought: it is just that or says the words; a kind of that; something near;
# something under the same heading. Only the first three answer it.
EXACT, KIND, NEAR, AKIN = 1.0, 0.85, 0.6, 0.3
SURE = 0.75


def asked(question: Question, at: datetime, *, is_silent: bool = False, **values: Any) -> Ask:
    """The question as the index reads it; `values` say where and in which column.

    `is_silent` lets in who does not say which languages they speak.
    """
    extra = values.pop("facts", "")
    values.setdefault("words", all_of(_query(each) for each in question.sought))
    return Ask(
        on=at.date(),
        wanted=[_wanted(each) for each in question.sought],
        facts=all_of([*_narrowed(question, is_silent=is_silent), extra]),
        kept=all_of(_kept(question, at, is_silent=is_silent)),
        fits=list(_ranked(question)),
        age=question.age,
        level=question.level,
        minutes=minutes_of(question.when, at) if question.when else "",
        is_free=question.is_free,
        is_accessible=question.is_accessible,
        has_places=question.has_places,
        **values,
    )


def middle_of(question: Question) -> tuple[float, float] | None:
    """Where distances are measured from."""
    spot = question.spot
    return (spot.lon, spot.lat) if spot and spot.lon is not None and spot.lat is not None else None


def all_essential(question: Question) -> str:
    """All that names something; every word where nothing does."""
    return all_of(_query(question.sought[number]) for number in question.essential)


def any_subject(question: Question) -> str:
    """One of the themes, or a theme akin to one; where none is named, one of what is essential."""
    sought = [question.sought[number] for number in question.essential]
    themes = [each for each in sought if _headings(each)] or sought
    return any_of([*map(_query, themes), *(quoted(each) for one in themes for each in _headings(one))])


def box_of(question: Question, share: float = 1.0) -> Box | None:
    """A square around the place, as wide as one goes, or a share of it."""
    spot = question.spot
    if spot is None or spot.lon is None or spot.lat is None or question.km is None:
        return None
    north = share * question.km / KM_IN_A_DEGREE
    east = north / max(cos(radians(spot.lat)), 0.1)
    return (spot.lon - east, spot.lat - north, spot.lon + east, spot.lat + north)


def zone_query(question: Question, scheme: str = "zone") -> str:
    """Services for people of the place: those for everyone, and those for an area that it lies in.

    Of the scheme "afar" those that have no place of their own: they come, or one calls them.
    """
    path = question.spot.path if question.spot else ()
    return any_of(quoted(fact(scheme, code)) for code in (EVERYWHERE, *path))


# Words


def _query(sought: Sought) -> str:
    return any_of([*(quoted(each) for each, _weight in sought.facts), _all_words(sought)])


def _all_words(sought: Sought) -> str:
    return all_of(any_of(map(quoted, forms)) for forms in sought.forms)


def _wanted(sought: Sought) -> Wanted:
    sure = [each for each, weight in sought.facts if weight >= SURE]
    words = _all_words(sought)
    levels = (
        (any_of([*(quoted(own_fact(each)) for each in sure), words]), EXACT),
        (any_of(map(quoted, sure)), KIND),
        (any_of(quoted(each) for each, weight in sought.facts if weight < SURE), NEAR),
        (any_of(map(quoted, _headings(sought))), AKIN),
    )
    facts = any_of(quoted(each) for each, _weight in sought.facts)
    return Wanted([(query, held) for query, held in levels if query], words, facts)


def _headings(sought: Sought) -> list[str]:
    """The headings of the themes that are surely meant."""
    codes = [
        each.removeprefix("theme=") for each, weight in sought.facts if weight >= SURE and each.startswith("theme=")
    ]
    above = (with_ancestors("themes", [code])[-1] for code in codes)
    return [fact("theme", heading) for code, heading in zip(codes, above, strict=True) if heading != code]


# Facts


def _narrowed(question: Question, *, is_silent: bool) -> Iterable[str]:
    """What a service must be, said by few."""
    if question.languages and not is_silent:
        yield _any("language", _spoken(question))
    if question.gender:
        yield quoted(fact("gender", question.gender))
    if question.is_remote:
        yield quoted(fact("mode", "a-distance"))
    if question.within:
        yield quoted(fact("area", question.within))


def _kept(question: Question, at: datetime, *, is_silent: bool) -> Iterable[str]:
    """What a service must not be known not to be."""
    if publics := _publics(question):
        yield _any("public", (*publics, "tous-publics", UNKNOWN))
    if stay := _stay(question):
        yield _any("stay", (*stay, "any", UNKNOWN))
    if question.languages and is_silent:
        yield _any("language", (*_spoken(question), UNKNOWN))
    if days := days_query(question.when, at):
        yield any_of([days, quoted(fact("day", UNKNOWN))])


def _ranked(question: Question) -> Iterable[tuple[str, str, str]]:
    """What fits, and what fits everyone."""
    if publics := _publics(question):
        yield "publics", _any("public", publics), quoted(fact("public", "tous-publics"))
    if stay := _stay(question):
        yield "stay", _any("stay", stay), quoted(fact("stay", "any"))
    if question.languages:
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
