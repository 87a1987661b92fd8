"""Who could accompany whom: the best pairs together, each with its reasons. A proposal; people decide.

Languages in common weigh most, then a wish for a woman or a man, then how few a tutor has. One tutor takes at most
`most` people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

MOTHER_TONGUE, COMMON, FRENCH = 5.0, 3.0, 1.0
WISHED, LOAD, CLASH = 4.0, 0.5, -100.0


@dataclass(frozen=True)
class Someone:
    """A tutor or a participant: languages to whether it is the first, gender as said, and the wish for a tutor's."""

    key: int
    languages: Mapping[str, bool]
    gender: str = ""
    wishes: str = ""
    busy: bool = False


@dataclass(frozen=True)
class Pair:
    """A participant and the tutor proposed; `reasons` are codes with what they are about ("language", "ti")."""

    participant: int
    tutor: int
    score: float
    reasons: tuple[tuple[str, str], ...]


def score(participant: Someone, tutor: Someone) -> tuple[float, tuple[tuple[str, str], ...]]:
    """How well two go together, and why."""
    total, reasons = 0.0, []
    for code, is_first in sorted(participant.languages.items()):
        if code in tutor.languages:
            total += FRENCH if code == "fr" else MOTHER_TONGUE if is_first else COMMON
            reasons.append(("language", code))
    if participant.wishes:
        if participant.wishes == tutor.gender:
            total += WISHED
            reasons.append(("wish", participant.wishes))
        else:
            total += CLASH
            reasons.append(("against-wish", participant.wishes))
    if tutor.busy:
        total += CLASH
        reasons.append(("busy", ""))
    return total, tuple(reasons)


def propose(
    participants: Sequence[Someone], tutors: Sequence[Someone], *, taken: Mapping[int, int], most: int = 3
) -> list[Pair]:
    """One tutor for each participant while places last; `taken` counts whom each tutor has already.

    Pairs that a wish or a clash speaks against are not proposed.
    """
    places = [(tutor, load) for tutor in tutors for load in range(taken.get(tutor.key, 0), most)]
    if not participants or not places:
        return []
    found = [[score(one, tutor) for tutor, _load in places] for one in participants]
    gain = np.array(
        [[value - LOAD * load for (value, _why), (_tutor, load) in zip(row, places, strict=True)] for row in found]
    )
    rows, columns = linear_sum_assignment(gain, maximize=True)
    pairs = [
        Pair(participants[row].key, places[column][0].key, round(found[row][column][0], 2), found[row][column][1])
        for row, column in zip(rows, columns, strict=True)
    ]
    return [pair for pair in pairs if pair.score > CLASH / 2]
