"""Which of the candidates come first. Every number that ranks is kept, so that the page can say it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import asin, cos, exp, log, radians, sin, sqrt
from operator import mul
from typing import NamedTuple

from parcours.directory.finding.question import Question
from parcours.directory.queries.finding import Row

EARTH_KM = 6371.0088
# What each thing weighs at most.
NAMED, TOLD = 2.6, 0.8
NEAR, KM_OF_HALF = 2.0, 3.0
FROM_AFAR = 0.3  # of nearness: a service that comes, or that one calls
FIT = 1.2
FIT_SHARES = (0.35, 0.7, 1.0)  # not known, fits everyone, fits
OTHER_ZONE = -1.5
FRESH, COMPLETE, PLACES = 0.6, 0.5, 0.3
LEAST_WEIGHT = 0.3
ANSWERS = 0.5  # held less, a thing is only akin to what is sought
A_YEAR = 365
IsOpen = Callable[[Row, bool | None], bool | None]


class Match(NamedTuple):
    """A service that was found, at its best place, with what ranked it.

    Each fit is yes (True) or not known (None); `missing` numbers what is sought and not told. One that tells all that
    is essential, and is known to speak the language, is whole.
    """

    pk: int
    service: int
    km: float | None
    missing: tuple[int, ...]
    is_whole: bool
    fits: dict[str, bool | None]
    is_for_here: bool
    has_places: bool | None
    is_overdue: bool | None
    score: float

    @property
    def order(self) -> tuple[bool, float, int]:
        """Best first; ties by key, so that pages never repeat or skip."""
        return (not self.is_whole, -self.score, self.pk)


def ranked(rows: Iterable[Row], names: Sequence[str], question: Question, on: date, is_open: IsOpen) -> list[Match]:
    """The best place of each service, best first. `names` say what the rows' fits are.

    `is_open` says of a row, and of what its ordinary week says, whether it is open when it is asked for.
    """
    rows = list(rows)
    judge = _Judge(names, question, on, is_open, _weights(rows), frozenset(question.essential))
    best: dict[int, Match] = {}
    for row in rows:
        match = judge.match(row)
        if match and (row.service not in best or match.order < best[row.service].order):
            best[row.service] = match
    return sorted(best.values(), key=lambda match: match.order)


def _weights(rows: Sequence[Row]) -> list[float]:
    """What each thing that is sought counts, one together: what few of the candidates have counts more."""
    wanted = len(rows[0].told) if rows else 0
    having = [sum(row.told[number] > ANSWERS for row in rows) for number in range(wanted)]
    rare = [LEAST_WEIGHT + log(1 + len(rows) / (1 + times)) for times in having]
    return [weight / sum(rare) for weight in rare]


@dataclass(frozen=True)
class _Judge:
    names: Sequence[str]
    question: Question
    on: date
    is_open: IsOpen
    weights: Sequence[float]
    essential: frozenset[int]

    def match(self, row: Row) -> Match | None:
        """None for a row that is too far or closed when it should be open."""
        km = _km(row, self.question)
        values = dict(zip(self.names, row.fits, strict=True))
        is_for_here = values.pop("zone", 2) > 0
        if "minutes" in values:
            opens = self.is_open(row, True if values["minutes"] else None)
            if opens is False:
                return None
            values["minutes"] = 2 if opens else 0
        if km is not None and self.question.km is not None and km > self.question.km:
            return None
        missing = tuple(number for number, told in enumerate(row.told) if told < ANSWERS)
        is_whole = values.get("languages", 2) > 0 and self.essential.isdisjoint(missing)
        near = 0.0 if self.question.spot is None else FROM_AFAR if km is None else exp(-km * log(2) / KM_OF_HALF)
        score = (
            NAMED * self.share(row.named)
            + TOLD * self.share(row.told)
            + NEAR * near
            + FIT * sum(FIT_SHARES[value] for value in values.values())
            + (0 if is_for_here else OTHER_ZONE)
            + FRESH * _freshness(row, self.on)
            + COMPLETE * row.quality
            + PLACES * ((row.has_places is True) - (row.has_places is False))
        )
        fits = {name: True if value else None for name, value in values.items()}
        overdue = None if row.due_on is None else row.due_on < self.on
        return Match(row.pk, row.service, km, missing, is_whole, fits, is_for_here, row.has_places, overdue, score)

    def share(self, held: Sequence[float]) -> float:
        """How much of what is sought is held; all of it where nothing is sought."""
        return sum(map(mul, held, self.weights)) if self.weights else 1.0


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
    return 2 * EARTH_KM * asin(sqrt(min(chord, 1.0)))
