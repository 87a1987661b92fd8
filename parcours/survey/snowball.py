"""The snowball of a wave: its rounds, whether to go on, and how complete the census of actors is by now.

Silence is unknown: who did not answer may know partners that nobody named.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from parcours.directory.models import Organisation
from parcours.engines.coverage import Estimate, Stop, from_namings, from_two_lists, should_stop
from parcours.survey.choices import CandidateState, Progress
from parcours.survey.models import Wave

Named = Hashable


@dataclass(frozen=True)
class Round:
    """One circle: how many were asked and answered, how many they named, and how many of these nobody knew before.

    Known before: asked in this circle or an earlier one, or named in an earlier one.
    """

    circle: int
    asked: int
    answered: int
    named: int
    new: int

    @property
    def new_share(self) -> float:
        """New names, in per cent of those named."""
        return 100 * self.new / self.named if self.named else 0.0


@dataclass(frozen=True)
class Snowball:
    """`by_lists` compares what the directory knew with what was named; None while there is nothing to compare."""

    rounds: list[Round]
    stop: Stop
    known: int
    named: int
    both: int
    once: int
    by_lists: Estimate | None
    by_namings: Estimate | None


def snowball_of(wave: Wave) -> Snowball:
    """All of it in a number of queries that does not grow; candidates that were left out count nowhere."""
    circles = dict(wave.asks.values_list("organisation_id", "circle"))
    answered = set(
        wave.responses.filter(progress=Progress.COMPLETE, organisation__isnull=False).values_list(
            "organisation_id", flat=True
        )
    )
    namings = _namings(wave)
    rounds = list(_rounds(circles, answered, namings))
    shares = [one.new_share for one in rounds if one.answered]
    stop = should_stop([round(share) for share in shares], floor=wave.new_names_floor, max_circle=wave.last_circle)
    known = _known_before(wave)
    both = len(known & {pk for kind, pk in namings if kind == "organisation"})
    times = [len(origins) for origins in namings.values()]
    return Snowball(
        rounds,
        stop,
        known=len(known),
        named=len(namings),
        both=both,
        once=times.count(1),
        by_lists=from_two_lists(len(known), len(namings), both) if known and namings else None,
        by_namings=from_namings(times) if times else None,
    )


def never_asked(wave: Wave) -> Any:
    """The organisations of the directory that an answer names and the wave never asked."""
    ties = wave.ties.between_known()
    named = Organisation.objects.kept().filter(pk__in=ties.values("reached_id"))
    return named.exclude(survey_asks__wave=wave).exclude(survey_responses__wave=wave)


def _namings(wave: Wave) -> dict[tuple[str, int], set[int]]:
    """Who was named, by which organisations; a candidate is what it was decided to be."""
    found: dict[tuple[str, int], set[int]] = defaultdict(set)
    ties = wave.ties.exclude(candidate__state=CandidateState.REFUSED)
    rows = ties.order_by("pk").values_list("origin_id", "target_id", "candidate__organisation_id", "candidate_id")
    for origin, target, decided, candidate in rows:
        reached = target or decided
        if reached != origin:
            found[("organisation", reached) if reached else ("candidate", candidate)].add(origin)
    return dict(found)


def _known_before(wave: Wave) -> set[int]:
    """What the directory held without this survey: all but what the survey added."""
    kept = Organisation.objects.kept().filter(is_generic=False).exclude(source=wave.source)
    return set(kept.order_by("pk").values_list("pk", flat=True))


def _rounds(circles: dict[int, int], answered: set[int], namings: dict[tuple[str, int], set[int]]) -> Iterable[Round]:
    """Whoever answered without being asked stands in the first circle."""
    placed = dict.fromkeys(answered, 1) | circles
    known = {("organisation", pk): circle for pk, circle in placed.items()}
    seen: set[tuple[str, int]] = set()
    for circle in sorted(set(placed.values())):
        here = {pk for pk, its in placed.items() if its == circle}
        named = {one for one, origins in namings.items() if origins & here}
        new = {one for one in named - seen if known.get(one, circle + 1) > circle}
        yield Round(circle, len(here), len(here & answered), len(named), len(new))
        seen |= named
