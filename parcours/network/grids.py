"""The network as tables: who named whom, axis by axis, commune by commune, organisation by action."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from parcours.engines.network import matrix_order, projection
from parcours.kit.charts import Cell, Head, Matrix, Row
from parcours.network.choices import Kind
from parcours.network.drawing import shortened
from parcours.network.measures import remembered
from parcours.network.reading import Actor, Reading, memberships, working_actions
from parcours.plan.models import Plan

# Rows that a picture can name, and columns that a table of counts can show: the rest goes together.
ROWS_MOST, GROUPS_MOST, PAIRS_MOST = 130, 20, 30
STEP, TOP, SIDE = 14, 54, 250
# The mark of a kind in its cell: a shape as well as a colour.
SQUARE = "h12v12h-12z"
MARKS = {Kind.FUNDS: "m6 0l6 12h-12z", Kind.HOSTS: "m6 0l6 6-6 6-6-6z", Kind.NAMED: "m3 3h6v6h-6z"}


@dataclass(frozen=True)
class GridRow:
    """`y` is where its name stands; `told` are those it is joined to, for whoever reads rather than looks."""

    actor: Actor
    label: str
    number: int
    y: int
    told: Sequence[Any]


@dataclass(frozen=True)
class Dots:
    """The cells of a kind, as one path; `mark` is what one of them looks like."""

    css: str
    label: str
    mark: str
    path: str


@dataclass(frozen=True)
class Grid:
    """A square for each tie: rows are organisations; columns (where, and what they are called) too, or actions."""

    rows: Sequence[GridRow]
    columns: Sequence[tuple[int, str]]
    dots: Sequence[Dots]
    rules: str
    width: int
    height: int
    left_out: int = 0


def who_named_whom(reading: Reading) -> Grid:
    """In an order that brings partners together, circle by circle; of a large network those who are most tied."""
    said = reading.network
    tied = Counter(pk for tie in said.ties for pk in (tie.origin, tie.target))
    chosen = {pk for pk, _n in sorted(tied.items(), key=lambda pair: (-pair[1], pair[0]))[:ROWS_MOST]}
    shown = reading.among(chosen)
    groups = {pk: actor.circle for pk, actor in shown.actors.items()}
    order = remembered("matrix", shown.network, lambda: matrix_order(shown.network, groups), sorted(groups.items()))
    place = {pk: at for at, pk in enumerate(order)}
    named: defaultdict[Any, list[Actor]] = defaultdict(list)
    for tie in sorted(shown.network.ties, key=lambda tie: place[tie.target]):
        if shown.actors[tie.target] not in named[tie.origin]:
            named[tie.origin].append(shown.actors[tie.target])
    cells: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for tie in shown.network.ties:
        cells[tie.kind].add((place[tie.origin], place[tie.target]))
    columns = [(SIDE + at * STEP + STEP // 2, str(at + 1)) for at in range(len(order))]
    return _grid([(shown.actors[pk], named[pk]) for pk in order], columns, cells, len(reading.actors) - len(order))


def by_action(reading: Reading, plan: Plan | None) -> Grid:
    """Who leads or takes part in which action, those of the most actions first."""
    rows = [(pk, action) for pk, action in memberships(plan) if pk in reading.actors]
    actions = list(
        working_actions(plan).filter(pk__in={action for _pk, action in rows}).select_related("axis").order_by("code")
    )
    place = {action.pk: at for at, action in enumerate(actions)}
    joined: defaultdict[int, list[int]] = defaultdict(list)
    for pk, action in rows:
        joined[pk].append(place[action])
    order = sorted(joined, key=lambda pk: (-len(joined[pk]), sorted(joined[pk]), reading.actors[pk].sort_key))[
        :ROWS_MOST
    ]
    cells = {Kind.ACTION.value: {(at, column) for at, pk in enumerate(order) for column in joined[pk]}}
    columns = [(SIDE + at * STEP + STEP // 2, action.code) for at, action in enumerate(actions)]
    listed = [(reading.actors[pk], [actions[at] for at in sorted(joined[pk])]) for pk in order]
    return _grid(listed, columns, cells, len(joined) - len(order))


def together(reading: Reading, plan: Plan | None) -> list[tuple[Actor, Actor, int]]:
    """The pairs of organisations that most actions bring together."""
    pairs = projection((pk, action) for pk, action in memberships(plan) if pk in reading.actors)
    found = [(reading.actors[each.left], reading.actors[each.right], len(each.through)) for each in pairs]
    return sorted(found, key=lambda pair: -pair[2])[:PAIRS_MOST]


def _grid(
    rows: Sequence[tuple[Actor, Sequence[Any]]],
    columns: Sequence[tuple[int, str]],
    cells: Mapping[str, set[tuple[int, int]]],
    left_out: int,
) -> Grid:
    drawn = [
        GridRow(actor, shortened(actor.short), at + 1, TOP + at * STEP + 11, told)
        for at, (actor, told) in enumerate(rows)
    ]
    dots = [
        Dots(kind.value, str(kind.label), MARKS.get(kind, SQUARE), "".join(
            f"M{SIDE + column * STEP + 1} {TOP + row * STEP + 1}{MARKS.get(kind, SQUARE)}"
            for row, column in sorted(cells[kind])
        ))
        for kind in Kind if kind in cells
    ]  # fmt: skip
    width, height = SIDE + len(columns) * STEP, TOP + len(rows) * STEP
    # a line every five rows and columns guides the eye
    rules = "".join(f"M{SIDE} {y}H{width}" for y in range(TOP, height + 1, 5 * STEP))
    rules += "".join(f"M{x} {TOP}V{height}" for x in range(SIDE, width + 1, 5 * STEP))
    return Grid(drawn, columns, dots, rules, width + 4, height + 4, left_out)


def by_axis(reading: Reading, axes: Mapping[str, str]) -> Matrix:
    """Ties within and between axes."""
    heads = {key: Head(title, axis=key) for key, title in axes.items()}
    return _counts(reading, lambda actor: actor.axis, heads, _("Ties by axis"), _("Axis"))


def by_commune(reading: Reading) -> Matrix:
    """Ties within and between communes, those with most organisations first."""
    areas = Counter(actor.area for actor in reading.actors.values() if actor.area)
    found = sorted(areas, key=lambda area: (-areas[area], area.sort_key))[:GROUPS_MOST]
    heads = {actor.area.slug: Head(actor.commune) for actor in reading.actors.values() if actor.area in found}
    heads = {area.slug: heads[area.slug] for area in found}
    return _counts(
        reading, lambda actor: actor.area.slug if actor.area else "", heads, _("Ties by commune"), _("Commune")
    )


def _counts(
    reading: Reading, group_of: Callable[[Actor], str], heads: dict[str, Head], caption: str, corner: str
) -> Matrix:
    """Rows named columns; what is in no group shown comes last."""
    of = {pk: group if (group := group_of(actor)) in heads else "" for pk, actor in reading.actors.items()}
    if "" in of.values():
        heads = {**heads, "": Head(_("Others, or not known"))}
    pairs = {(tie.origin, tie.target) for tie in reading.network.ties}
    counted = Counter((of[one], of[other]) for one, other in pairs)
    rows = [
        Row(
            head, [Cell(counted[one, other], title=f"{head.label} → {column.label}") for other, column in heads.items()]
        )
        for one, head in heads.items()
    ]
    return Matrix(caption, corner, list(heads.values()), rows)
