"""Which of the candidates come first. Every number that ranks is kept, so that the page can say it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from math import asin, cos, exp, log, radians, sin, sqrt
from operator import attrgetter, mul
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
    fits: Mapping[str, bool | None]
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
    judge = _Judge(names, question, on, is_open, _weights(rows))
    best: dict[int, Match] = {}
    for row in rows:
        match = judge.match(row)
        if match and (row.service not in best or match.order < best[row.service].order):
            best[row.service] = match
    return sorted(best.values(), key=attrgetter("order"))


def _weights(rows: Sequence[Row]) -> list[float]:
    """What each thing that is sought counts, one together: what few of the candidates have counts more."""
    wanted = len(rows[0].told) if rows else 0
    having = [sum(row.told[number] > ANSWERS for row in rows) for number in range(wanted)]
    rare = [LEAST_WEIGHT + log(1 + len(rows) / (1 + times)) for times in having]
    return [weight / sum(rare) for weight in rare]


class _Fit(NamedTuple):
    """What the fits of a row say."""

    score: float
    told: Mapping[str, bool | None]
    is_for_here: bool
    speaks: bool


class _Judge:
    """Rows that say the same are judged once: of hundreds few differ in more than where and how old they are."""

    def __init__(
        self, names: Sequence[str], question: Question, on: date, is_open: IsOpen, weights: Sequence[float]
    ) -> None:
        self.names, self.question, self.on, self.is_open, self.weights = names, question, on, is_open, weights
        self.minutes = names.index("minutes") if "minutes" in names else None
        self.essential = frozenset(question.essential)
        self.share, self.missing, self.fit = cache(self._share), cache(self._missing), cache(self._fit)
        self.freshness = cache(self._freshness)

    def match(self, row: Row) -> Match | None:
        """None for a row that is too far or closed when it should be open."""
        km = _km(row, self.question)
        fits = row.fits if self.minutes is None else self.fits_now(row, self.minutes)
        if fits is None or (km is not None and self.question.km is not None and km > self.question.km):
            return None
        missing, fit = self.missing(row.told), self.fit(fits)
        near = 0.0 if self.question.spot is None else FROM_AFAR if km is None else exp(-km * log(2) / KM_OF_HALF)
        score = (
            NAMED * self.share(row.named)
            + TOLD * self.share(row.told)
            + NEAR * near
            + fit.score
            + FRESH * self.freshness(row.due_on)
            + COMPLETE * row.quality
            + PLACES * ((row.has_places is True) - (row.has_places is False))
        )
        is_whole = fit.speaks and self.essential.isdisjoint(missing)
        overdue = None if row.due_on is None else row.due_on < self.on
        return Match(
            row.pk, row.service, km, missing, is_whole, fit.told, fit.is_for_here, row.has_places, overdue, score
        )

    def fits_now(self, row: Row, minutes: int) -> tuple[int, ...] | None:
        """The row's fits as they are on this very day; None when it is closed."""
        opens = self.is_open(row, True if row.fits[minutes] else None)
        return None if opens is False else (*row.fits[:minutes], 2 if opens else 0, *row.fits[minutes + 1 :])

    def _share(self, held: Sequence[float]) -> float:
        """How much of what is sought is held; all of it where nothing is sought."""
        return sum(map(mul, held, self.weights)) if self.weights else 1.0

    def _missing(self, told: Sequence[float]) -> tuple[int, ...]:
        return tuple(number for number, held in enumerate(told) if held < ANSWERS)

    def _fit(self, fits: Sequence[int]) -> _Fit:
        values = dict(zip(self.names, fits, strict=True))
        is_for_here = values.pop("zone", 2) > 0
        score = FIT * sum(FIT_SHARES[value] for value in values.values()) + (0 if is_for_here else OTHER_ZONE)
        told = {name: True if value else None for name, value in values.items()}
        return _Fit(score, told, is_for_here, values.get("languages", 2) > 0)

    def _freshness(self, due_on: date | None) -> float:
        """1 while confirmed within its rhythm, then less and less for a year; a third when nobody dated it."""
        if due_on is None:
            return 1 / 3
        late = (self.on - due_on).days
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
