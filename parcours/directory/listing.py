"""The rows that search reads, made from a service and all that hangs on it; nothing is asked of the database here."""

from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from parcours.directory.cells import cells_at
from parcours.directory.choices import Capacity
from parcours.directory.facts import LONGEST, fact, facts, level_rank, own_fact, vector
from parcours.directory.models import Listing
from parcours.directory.queries.services import DAYS_IN_A_MONTH
from parcours.directory.vocabulary import DAYS, vocabulary
from parcours.engines.hours import Hours, HoursError, Week
from parcours.engines.words import fold, stems, words
from parcours.translations.texts import Translated

if TYPE_CHECKING:
    from parcours.directory.models import Service, ServicePlace

FREE, WHEELCHAIR, EVERYWHERE = "gratuit", "wheelchair", "everywhere"
WELL = fact("told", "well")
A_DAY, A_WEEK = 24 * 60, 7 * 24 * 60
# Of a description as long as a book, search reads the beginning.
MOST_WORDS = 4000
# Of many that answer alike, those that are told as completely as this are looked at first.
TOLD_WELL = 0.85
Ranges = list[tuple[int, int]]


def listings_of(service: "Service") -> list[Listing]:
    """One listing a place, or one without a place; the service comes `with_details()`."""
    at = list(service.at.all()) or [None]
    shared = _shared(service)
    well = [WELL] if shared["quality"] >= TOLD_WELL else []
    return [Listing(**shared, **_placed(service, each, well)) for each in at]


def _shared(service: "Service") -> dict[str, Any]:
    said_on = max(filter(None, (service.confirmed_on, service.observed_on)), default=None)
    return {
        "service": service,
        "age_min": service.age_min,
        "age_max": service.age_max,
        "french_min": level_rank(service.french_min),
        "french_max": level_rank(service.french_max),
        "is_free": service.fee == FREE if service.fee else None,
        "has_places": service.capacity == Capacity.OPEN if service.capacity else None,
        "full_until": service.full_until,
        "said_on": said_on,
        "due_on": _due(said_on, service.rhythm_months),
        "quality": completeness(service),
    }


def _placed(service: "Service", at: "ServicePlace | None", more: list[str]) -> dict[str, Any]:
    place = at.place if at else None
    hours = (at.hours if at else "") or service.hours or (place.hours if place else "")
    head = dict.fromkeys(_head(service))
    return {
        "place": place,
        "lon": place.lon if place else None,
        "lat": place.lat if place else None,
        "hours": hours,
        "week": minutes_of(hours),
        "is_accessible": True if place and WHEELCHAIR in place.accessibility else None,
        "head": vector(head),
        "body": vector(head | dict.fromkeys(_body(service, place))),
        "facts": vector([*_facts(service, place, hours), *more]),
    }


def _due(said_on: date | None, months: int) -> date | None:
    return said_on + timedelta(days=round(months * DAYS_IN_A_MONTH)) if said_on else None


def _head(service: "Service") -> Iterator[str]:
    """The service's names and kinds: what a person would ask for it by."""
    organisation = service.organisation
    for text in (service.name, service.summary, organisation.name, organisation.acronym):
        yield from _lexemes(text)
    for code in with_ancestors("themes", service.themes):
        yield fact("theme", code)
    yield from (own_fact(fact("theme", code)) for code in service.themes)
    named = (("type", service.types), ("public", service.publics), ("enrolment", service.enrolment))
    for scheme, codes in (*named, ("network", organisation.networks), ("gender", filter(None, [service.gender]))):
        yield from (fact(scheme, code) for code in codes)


def _body(service: "Service", place: Any) -> Iterator[str]:
    for text in (service.description, service.publics_note, service.conditions, service.enrolment_note):
        yield from _lexemes(text)
    for scheme, codes in (("themes", service.themes), ("service_types", service.types), ("publics", service.publics)):
        for code in codes:
            yield from _labels(scheme, code)
    for text in (place.name, place.address, place.town) if place is not None else ():
        yield from _lexemes(text)


@lru_cache(maxsize=4096)
def _labels(scheme: str, code: str) -> tuple[str, ...]:
    """The words of a term in every language: so a question in Arabic finds a record in French."""
    term = vocabulary(scheme).get(code)
    return tuple(dict.fromkeys(_lexemes(term.labels))) if term else ()


def _facts(service: "Service", place: Any, hours: str) -> Iterator[str]:
    yield from facts("public", service.publics)
    yield from facts("stay", service.stay)
    yield from facts("language", sorted({spoken.code for spoken in service.languages.all()}))
    yield from facts("mode", service.modes)
    yield from facts("day", opening_days(hours))
    yield from facts("gender", filter(None, [service.gender]))
    zones = service.catchment or [EVERYWHERE]
    yield from facts("zone", zones)
    area = place.area if place else None
    yield from facts("area", area.path.strip("/").split("/") if area and area.path else [])
    if place is None or place.lon is None:
        yield from facts("afar", zones)
    elif place.lat is not None:
        yield from cells_at(place.lon, place.lat)


def with_ancestors(scheme: str, codes: Iterable[str]) -> list[str]:
    """The codes, and those above them."""
    found: dict[str, None] = {}
    known = vocabulary(scheme)
    for code in codes:
        while code and code not in found:
            found[code] = None
            term = known.get(code)
            code = term.parent if term else ""
    return list(found)


def _lexemes(text: Translated | str) -> list[str]:
    versions = (
        {code: each.text for code, each in text.versions.items()} if isinstance(text, Translated) else {"fr": text}
    )
    said = ((word, language) for language, text in versions.items() for word in words(text)[:MOST_WORDS])
    return [form for word, language in said for form in forms(word, language)]


@lru_cache(maxsize=131072)
def forms(word: str, language: str) -> tuple[str, ...]:
    """What a word is found by: itself folded, and its stems."""
    return tuple(form[:LONGEST] for form in dict.fromkeys((fold(word), *stems(word, language))) if form)


# When


@lru_cache(maxsize=16384)
def read_hours(text: str) -> Hours | None:
    """The hours that a text says; None for none, or for a text that says none."""
    try:
        return Hours(text) if text else None
    except HoursError:
        return None


def minutes_of(text: str) -> Ranges | None:
    """The minutes of an ordinary week on which it is open; None when they are not known or depend on more."""
    hours = read_hours(text)
    week = hours.weekly() if hours else None
    return _minutes(week) if week and week.days else None


def _minutes(week: Week) -> Ranges:
    found = []
    for number, day in enumerate(week.days):
        for one in day:
            start, end = number * A_DAY + _minute(one.opens), number * A_DAY + _minute(one.closes)
            end += A_DAY if end <= start else 0
            found.append((start, min(end, A_WEEK)))
            if end > A_WEEK:
                found.append((0, end - A_WEEK))
    return sorted(found)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def opening_days(text: str) -> list[str]:
    """The days of an ordinary week on which it opens; none when they are not known, "none" when it never does."""
    hours = read_hours(text)
    days = hours.opens_on_days() if hours else None
    return [] if days is None else [DAYS[day] for day in sorted(days)] or ["none"]


# How complete


def completeness(service: "Service") -> float:
    """The share of what a person needs to know that is told, from 0 to 1; what matters most weighs most."""
    places = [at.place for at in service.at.all()]
    told = (
        (3, service.themes),
        (3, service.phone or service.email or service.website or service.contacts.all()),
        (3, places or "a-distance" in service.modes),
        (2, service.hours or any(place.hours for place in places)),
        (2, len(service.description.text or service.summary.text) > SHORT),
        (2, service.enrolment or service.enrolment_url),
        (2, service.languages.all()),
        (1, service.publics),
        (1, service.fee),
        (1, service.stay),
        (1, service.modes),
        (1, service.capacity),
        (1, any(place.accessibility for place in places)),
        (1, service.types),
    )
    return round(sum(weight for weight, value in told if value) / sum(weight for weight, _value in told), 3)


SHORT = 80
