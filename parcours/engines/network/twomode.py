"""Two kinds of nodes, such as organisations and actions: who is brought together by what."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from parcours.engines.network.graph import Id, order


@dataclass(frozen=True)
class Together:
    """Two of one kind, and those of the other kind that join them.

    `strength` counts each of these once if it joins the two alone, and 1/(k-1) times if it joins k (Newman 2001).
    """

    left: Id
    right: Id
    through: tuple[Id, ...]
    strength: float


def projection(memberships: Iterable[tuple[Id, Id]]) -> list[Together]:
    """Pairs of the first kind, from (organisation, action) rows; turn the rows round for pairs of actions.

    The strongest first. A row given twice counts once.
    """
    members: defaultdict[Id, list[Id]] = defaultdict(list)
    for member, action in sorted(set(memberships), key=lambda row: tuple(map(order, row))):
        members[action].append(member)
    through: defaultdict[tuple[Id, Id], list[Id]] = defaultdict(list)
    for action in sorted(members, key=order):
        for pair in combinations(members[action], 2):
            through[pair].append(action)
    pairs = [
        Together(*pair, tuple(actions), sum(1 / (len(members[action]) - 1) for action in actions))
        for pair, actions in through.items()
    ]
    return sorted(pairs, key=lambda pair: (-pair.strength, order(pair.left), order(pair.right)))
