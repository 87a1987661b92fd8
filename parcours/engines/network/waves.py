"""What changed between two waves of the survey: did partnerships grow?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from parcours.engines.network.graph import Id, Network, Share, order

Pair = tuple[Id, Id]
OUTCOMES = ("kept", "new", "gone", "not_comparable")


@dataclass(frozen=True)
class Change:
    """Pairs tied (either named the other) in at least one wave, by what became of them.

    Only two nodes that both answered both times can be compared: `base` such nodes, of whose pairs `before` and `after`
    say how many were tied. Every other pair is in `not_comparable`: one end was silent, or not there, in one wave.
    `of` counts the same for each node.
    """

    kept: tuple[Pair, ...]
    new: tuple[Pair, ...]
    gone: tuple[Pair, ...]
    not_comparable: tuple[Pair, ...]
    of: Mapping[Id, Mapping[str, int]]
    before: Share
    after: Share
    base: int
    excluded: int


def change(before: Network, after: Network) -> Change:
    everyone = sorted({*before.place, *after.place}, key=order)
    steady = _answered(before) & _answered(after)
    old, now = _pairs(before), _pairs(after)
    comparable = {pair for pair in old | now if steady.issuperset(pair)}
    sets = [old & now & comparable, (now - old) & comparable, (old - now) & comparable, (old | now) - comparable]
    kept, new, gone, unknown = (tuple(sorted(each, key=lambda pair: tuple(map(order, pair)))) for each in sets)
    touched = [Counter(end for pair in each for end in pair) for each in (kept, new, gone, unknown)]
    base, excluded = len(steady), len(everyone) - len(steady)
    possible = base * (base - 1) // 2
    return Change(
        kept=kept,
        new=new,
        gone=gone,
        not_comparable=unknown,
        of={one: {name: of[one] for name, of in zip(OUTCOMES, touched, strict=True)} for one in everyone},
        before=Share(len(kept) + len(gone), possible, base, excluded),
        after=Share(len(kept) + len(new), possible, base, excluded),
        base=base,
        excluded=excluded,
    )


def _answered(network: Network) -> set[Id]:
    return {node.id for node in network.nodes if node.answered}


def _pairs(network: Network) -> set[Pair]:
    ends = (sorted((tie.origin, tie.target), key=order) for tie in network.ties)
    return {(one, other) for one, other in ends}
