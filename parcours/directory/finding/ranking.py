"""Which of the candidates come first. Every number that ranks is kept, so that the page can say it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import asin, cos, exp, radians, sin, sqrt

from parcours.directory.finding.question import Question
from parcours.directory.queries.finding import Row

EARTH_KM = 6371.0088
# What each thing weighs, from 0 to its number.
NAMED, TOLD = 2.6, 0.8
NEAR, KM_OF_HALF = 2.0, 3.0
FROM_AFAR = 0.3  # of nearness: a service that comes, or that one calls
FIT = 1.2
FIT_SHARES = (0.35, 0.7, 1.0)  # not known, fits everyone, fits
OTHER_ZONE = -1.5
FRESH, COMPLETE, PLACES = 0.6, 0.5, 0.3
A_YEAR = 365
IsOpen = Callable[[Row, bool | None], bool | None]


@dataclass(frozen=True, slots=True)
class Match:
    """A service that was found, at its best place, with what ranked it. Each fit is yes (True) or not known (None)."""

    pk: int
    service: int
    km: float | None
    named: float
    fits: dict[str, bool | None]
    is_for_here: bool
    has_places: bool | None
    is_overdue: bool | None
    score: float


def ranked(rows: Iterable[Row], names: Sequence[str], question: Question, on: date, is_open: IsOpen) -> list[Match]:
    """The best place of each service, best first; ties by key, so that pages never repeat or skip.

    `is_open` says of a row, and of what its ordinary week says, whether it is open when it is asked for.
    """
    best: dict[int, Match] = {}
    for row in rows:
        match = _match(row, names, question, on, is_open)
        if match and (row.service not in best or _order(match) < _order(best[row.service])):
            best[row.service] = match
    return sorted(best.values(), key=_order)


def _order(match: Match) -> tuple[float, int]:
    return (-match.score, match.pk)


def _match(row: Row, names: Sequence[str], question: Question, on: date, is_open: IsOpen) -> Match | None:
    km = _km(row, question)
    if km is not None and question.km is not None and km > question.km:
        return None
    fits, shares, is_for_here = {}, 0.0, True
    for name, value in zip(names, row.fits, strict=True):
        if name == "zone":
            is_for_here = value > 0
            continue
        if name == "minutes":
            open_then = is_open(row, True if value else None)
            if open_then is False:
                return None
            value = 2 if open_then else 0
        fits[name] = True if value else None
        shares += FIT_SHARES[value]
    near = 0.0 if question.spot is None else FROM_AFAR if km is None else exp(-km * 0.693 / KM_OF_HALF)
    overdue = None if row.due_on is None else row.due_on < on
    score = (
        NAMED * row.named
        + TOLD * row.told
        + NEAR * near
        + FIT * shares
        + (0 if is_for_here else OTHER_ZONE)
        + FRESH * _freshness(row, on)
        + COMPLETE * row.quality
        + PLACES * ((row.has_places is True) - (row.has_places is False))
    )
    return Match(row.pk, row.service, km, row.named, fits, is_for_here, row.has_places, overdue, score)


def _freshness(row: Row, on: date) -> float:
    """1 while confirmed within its rhythm, then less and less for a year; a third when nobody dated it."""
    if row.due_on is None:
        return 1 / 3
    late = (on - row.due_on).days
    return 1.0 if late <= 0 else max(0.0, 0.7 - 0.7 * late / A_YEAR)


def _km(row: Row, question: Question) -> float | None:
    spot = question.spot
    if spot is None or spot.lon is None or spot.lat is None or row.lon is None or row.lat is None:
        return None
    return distance_km(spot.lon, spot.lat, row.lon, row.lat)


def distance_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """As the crow flies, on a round earth."""
    half_north, half_east = radians(other_lat - lat) / 2, radians(other_lon - lon) / 2
    chord = sin(half_north) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(half_east) ** 2
    return 2 * EARTH_KM * asin(sqrt(chord))
