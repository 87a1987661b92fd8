"""One organisation in the network: what it says, what is said of it, what it does with others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from parcours.engines.network import Network, Node
from parcours.network.reading import Actor, Kept, Reading, memberships, working_actions
from parcours.plan.models import Action, Plan
from parcours.survey.choices import TieKind
from parcours.survey.models import Tie

EGO, PARTNER = 1, 2


@dataclass(frozen=True)
class Told:
    """A tie as one end told it: with whom, when, in which wave ("" when it was noted by hand)."""

    other: Actor
    kind: TieKind
    on: date
    wave: str
    is_invented: bool


@dataclass(frozen=True)
class Shared:
    """An action of the plan, and who else of the network leads it or takes part."""

    action: Action
    others: Sequence[Actor]


def told(reading: Reading, pk: int) -> tuple[list[Told], list[Told]]:
    """What this organisation says, and what others say of it; the latest first."""
    kept = Kept()
    mine = [pk, *(merged for merged in kept.into if kept(merged) == pk)]
    ties = Tie.objects.between_known().filter(Q(origin__in=mine) | Q(reached_id__in=mine)).order_by("-said_on", "pk")
    said: list[Told] = []
    heard: list[Told] = []
    for origin, reached, kind, *rest in ties.values_list(
        "origin", "reached_id", "kind", "said_on", "wave__title", "is_invented"
    ):
        one, other = kept(origin), kept(reached)
        if one != other and one in reading.actors and other in reading.actors:
            where, whom = (said, other) if one == pk else (heard, one)
            where.append(Told(reading.actors[whom], TieKind(kind), rest[0], rest[1] or "", rest[2]))
    return said, heard


def shared_actions(reading: Reading, pk: int, plan: Plan | None) -> list[Shared]:
    rows = memberships(plan)
    mine = {action for member, action in rows if member == pk}
    actions = working_actions(plan).filter(pk__in=mine).select_related("axis").order_by("code")
    return [
        Shared(action, [reading.actors[m] for m, a in rows if a == action.pk and m != pk and m in reading.actors])
        for action in actions
    ]


def around(reading: Reading, pk: int) -> Reading:
    """It and its partners, with the ties between them, ready to be drawn with it in the middle."""
    ties = [tie for tie in reading.network.ties if pk in (tie.origin, tie.target)]
    few = reading.among({pk}.union(*((tie.origin, tie.target) for tie in ties)))
    circle = {each: EGO if each == pk else PARTNER for each in few.actors}
    nodes = [Node(node.id, node.answered, circle[node.id], node.commune, node.axis) for node in few.network.nodes]
    return replace(
        few,
        actors={each: replace(actor, circle=circle[each]) for each, actor in few.actors.items()},
        network=Network(nodes, few.network.ties),
        core=frozenset({pk}),
    )
