"""Who stands between groups: for the coordinator alone, by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from parcours.engines.network import (
    ROLES,
    Alone,
    Brokerage,
    alone,
    betweenness,
    brokerage,
    compared,
    constraint,
)
from parcours.kit.charts import Cell, Head, Matrix, Row
from parcours.network.choices import Grouping
from parcours.network.measures import remembered
from parcours.network.reading import Actor, Reading

# Beyond so many nodes betweenness is estimated from so many of them.
MOST_EXACT, PIVOTS = 3_000, 200
ROLE_NAMES = {
    "coordinator": pgettext_lazy("role of a broker", "coordinator"),
    "gatekeeper": pgettext_lazy("role of a broker", "gatekeeper"),
    "representative": pgettext_lazy("role of a broker", "representative"),
    "itinerant": pgettext_lazy("role of a broker", "go-between"),
    "liaison": pgettext_lazy("role of a broker", "liaison"),
}
ROLE_MEANINGS = {
    "coordinator": gettext_lazy("It links two of its own group."),
    "gatekeeper": gettext_lazy("It lets somebody from another group reach its own."),
    "representative": gettext_lazy("It carries its own group to another."),
    "itinerant": gettext_lazy("It links two of one group to which it does not belong."),
    "liaison": gettext_lazy("It links two groups, and belongs to neither."),
}


@dataclass(frozen=True)
class Broker:
    """`roles` in the order of ROLES; `between` and `tightness` (Burt's constraint) may be unknown."""

    actor: Actor
    roles: Sequence[int]
    between: float | None
    tightness: float | None

    @property
    def named_roles(self) -> list[tuple[Any, int]]:
        return list(zip(ROLE_NAMES.values(), self.roles, strict=True))

    @property
    def total(self) -> int:
        return sum(self.roles)


@dataclass(frozen=True)
class Brokers:
    """Those known to stand between others, the foremost first, and on how many answers this stands."""

    found: Sequence[Broker]
    counted: Brokerage
    is_estimated: bool


def brokers(reading: Reading, grouping: Grouping) -> Brokers:
    network = reading.said
    counted = remembered("brokers", network, lambda: brokerage(network, network.groups(grouping.value)), grouping.value)
    pivots = None if len(network) <= MOST_EXACT else PIVOTS
    between = remembered("between", network, lambda: betweenness(network, pivots=pivots)).values
    tight = remembered("constraint", network, lambda: constraint(network)).values
    found = [
        Broker(actor, [of[role] for role in ROLES], between[pk], tight[pk])
        for pk, actor in reading.actors.items()
        if (of := counted.counts[pk]) and any(of.values())
    ]
    found.sort(key=lambda each: (-each.total, -(each.between or 0), each.actor.sort_key))
    return Brokers(found, counted, pivots is not None)


@dataclass(frozen=True)
class Apart:
    """Whom nobody named: those who answered and named nobody, those who named others, those who were silent."""

    isolated: Sequence[Actor]
    unnamed: Sequence[Actor]
    unknown: Sequence[Actor]


def apart(reading: Reading) -> Apart:
    found: Alone = alone(reading.said)
    listed = ([reading.actors[pk] for pk in pks] for pks in (found.isolated, found.unnamed, found.unknown))
    return Apart(*(sorted(each, key=lambda actor: actor.sort_key) for each in listed))


def circles_compared(reading: Reading) -> tuple[Matrix, list[tuple[Actor, str, str]]]:
    """Declared circles by computed ones, and those that moved: who, from, to."""
    made = compared(reading.said, reading.circles)
    heads = [Head(circle_name(circle)) for circle in made.columns]
    rows = [
        Row(
            Head(circle_name(circle)),
            [Cell(count, title=str(head.label)) for count, head in zip(counts, heads, strict=True)],
        )
        for circle, counts in zip(made.rows, made.counts, strict=True)
    ]
    moved = [(reading.actors[pk], circle_name(was), circle_name(now)) for pk, (was, now) in made.moved.items()]
    matrix = Matrix(_("Circles: declared (rows), computed (columns)"), _("Declared / computed"), heads, rows)
    return matrix, sorted(moved, key=lambda row: row[0].sort_key)


def circle_name(circle: int | None) -> str:
    return _("none known") if circle is None else _("circle %(number)d") % {"number": circle}


def table(found: Brokers, reading: Reading) -> tuple[list[str], list[list[Any]]]:
    """The headers and rows of a file: every organisation, with what is known of it."""
    headers = [_("Name"), _("Commune"), _("Declared circle"), _("Computed circle"), _("Has answered"),
               *map(str, ROLE_NAMES.values()), _("Shortest paths"), _("Constraint")]  # fmt: skip
    of = {each.actor.pk: each for each in found.found}
    rows = []
    for pk, actor in reading.actors.items():
        counts = found.counted.counts[pk]
        known = of.get(pk)
        rows.append([
            actor.name, actor.commune, actor.circle or "", reading.circles.of[pk] or "",
            _("yes") if actor.answered else _("unknown"), *(counts[role] if counts else "" for role in ROLES),
            _rounded(known and known.between), _rounded(known and known.tightness),
        ])  # fmt: skip
    return headers, rows


def _rounded(value: float | None) -> float | str:
    return "" if value is None else round(value, 3)
