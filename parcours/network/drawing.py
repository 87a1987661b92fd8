"""The picture of a network: marks, ties and names on a square of 1,000 units, ready to be written as SVG.

Ties of a kind are one path. A picture of few organisations links each; one of many links those with a name, and the
others are one path for each group. Beyond what anyone can read, communes stand for their organisations.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from parcours.engines.network import FORCE_MOST, Concentric, Network, Node, Places, Tie, concentric, force, labels
from parcours.kit.motif import AXES, AXIS_SHAPES, axis_key
from parcours.network.choices import Colour, Kind, Layout
from parcours.network.measures import foremost, remembered
from parcours.network.reading import Actor, Reading

SIZE = 1000
LINKED_MOST, NODES_MOST, TIES_MOST, CURVED_MOST = 200, 1_200, 4_000, 900
# Radius of a mark, when organisations are few and when they are many.
LARGE, SMALL = 8, 5
# A name's letters, in units: on a wide screen, and on a phone.
WIDE, NARROW = 14, 34
LONGEST_NAME = 28
# How far a tie between circles bends towards the middle.
BEND = 0.3
OTHER = "other"

Point = tuple[int, int]


@dataclass(frozen=True)
class Name:
    """A name beside its mark, in the mark's own coordinates; `screen` is "wide" or "narrow"."""

    text: str
    x: int
    y: int
    anchor: str
    screen: str


@dataclass(frozen=True)
class Mark:
    """An organisation, or a commune, that can be followed."""

    x: int
    y: int
    path: str
    css: str
    url: str
    title: str
    names: Sequence[Name] = ()


@dataclass(frozen=True)
class Group:
    """Marks of one shape and colour, for the legend; `crowd` is the path of those that are not linked."""

    css: str
    label: str
    count: int
    sample: str
    crowd: str = ""
    crowd_silent: str = ""


@dataclass(frozen=True)
class Ring:
    """The edge of a circle, whose number stands at `y`."""

    radius: int
    circle: int
    y: int


@dataclass(frozen=True)
class Lines:
    """All ties of a kind."""

    css: str
    label: str
    path: str


@dataclass(frozen=True)
class Drawing:
    marks: Sequence[Mark]
    groups: Sequence[Group]
    lines: Sequence[Lines]
    rings: Sequence[Ring] = ()
    is_of_communes: bool = False
    is_crowded: bool = False
    has_silent: bool = False
    has_outside: bool = False
    untied: int = 0
    view_box: str = field(default=f"0 0 {SIZE} {SIZE}", init=False)


def draw(
    reading: Reading, *, layout: str = Layout.CIRCLES, colour: str = Colour.AXIS, axes: Mapping[str, str]
) -> Drawing:
    """`axes`: the title of each axis by its key. Forces draw what they can, circles the rest."""
    if len(reading.actors) > NODES_MOST or len(reading.network.ties) > TIES_MOST:
        return draw_communes(reading)
    drawn = _tied(reading) if layout == Layout.FORCE else reading
    groups = _by_axis(drawn, axes) if colour == Colour.AXIS else _by_commune(drawn)
    circle_of = {pk: actor.circle for pk, actor in drawn.actors.items()}
    rings = remembered("circles", drawn.network, lambda: concentric(drawn.network, circle_of))
    if layout != Layout.FORCE:
        return _Pencil(drawn, rings.places, groups).drawing(_rings(rings))
    places = remembered("force", drawn.network, lambda: force(drawn.network, rings.places))
    return replace(_Pencil(drawn, places, groups).drawing(()), untied=len(reading.actors) - len(drawn.actors))


def _tied(reading: Reading) -> Reading:
    """Without those of whom no tie is known: no force would hold them."""
    return reading.among({pk for tie in reading.network.ties for pk in (tie.origin, tie.target)})


class _Pencil:
    """One picture of organisations being drawn."""

    def __init__(self, reading: Reading, places: Places, groups: Mapping[str, tuple[str, set[int]]]) -> None:
        self.reading, self.places = reading, places
        self.at = {pk: (round(x * SIZE), round(y * SIZE)) for pk, (x, y) in places.items()}
        self.groups = groups
        self.css = {pk: css for css, (_label, members) in groups.items() for pk in members}
        self.radius = LARGE if len(reading.actors) <= LINKED_MOST else SMALL
        self.names = _names(reading, places, self.radius)

    def drawing(self, rings: Sequence[Ring]) -> Drawing:
        reading = self.reading
        is_linked = len(reading.actors) <= LINKED_MOST
        linked = [actor for pk, actor in reading.actors.items() if is_linked or pk in self.names]
        alone = reading.actors.keys() - {actor.pk for actor in linked}
        return Drawing(
            marks=[self.mark(actor) for actor in linked],
            groups=[self.group(css, label, members, alone) for css, (label, members) in self.groups.items()],
            lines=ties_drawn(reading.network, self.at, is_bent=bool(rings)),
            rings=rings,
            is_crowded=not is_linked,
            has_silent=bool(reading.network.silent),
            has_outside=any(actor.circle is None for actor in reading.actors.values()),
        )

    def mark(self, actor: Actor) -> Mark:
        css = self.css[actor.pk]
        title = (
            _("%(name)s, %(commune)s") % {"name": actor.name, "commune": actor.commune} if actor.commune else actor.name
        )
        radius = self.radius + 3 if actor.pk in self.reading.core else self.radius
        state = "" if actor.answered else " silent"
        url = actor.get_absolute_url()
        return Mark(
            *self.at[actor.pk],
            shape(css, (0, 0), radius),
            f"axis-{css}{state}",
            url,
            title,
            self.names.get(actor.pk, ()),
        )

    def group(self, css: str, label: str, members: set[int], alone: set[int]) -> Group:
        crowd: dict[bool, list[str]] = {True: [], False: []}
        for pk in sorted(members & alone):
            crowd[self.reading.actors[pk].answered].append(shape(css, self.at[pk], self.radius))
        sample = shape(css, (10, 10), 7)
        return Group(f"axis-{css}", label, len(members), sample, "".join(crowd[True]), "".join(crowd[False]))


def shape(css: str, at: Point, r: int) -> str:
    """The path of the stop-shape of an axis; a pentagon for what has no axis."""
    x, y = at
    kind = AXIS_SHAPES.get(css, "pentagon")
    if kind == "circle":
        return f"M{x - r} {y}a{r} {r} 0 1 0 {2 * r} 0 {r} {r} 0 1 0-{2 * r} 0"
    corners = {
        "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        "diamond": [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
        "triangle": [(0, -1.2), (1.2, 0.9), (-1.2, 0.9)],
        "pentagon": [(0, -1.15), (1.1, -0.36), (0.68, 0.93), (-0.68, 0.93), (-1.1, -0.36)],
    }[kind]
    spots = [(round(dx * r), round(dy * r)) for dx, dy in corners]
    steps = " ".join(f"{x1 - x0} {y1 - y0}" for (x0, y0), (x1, y1) in pairwise(spots)).replace(" -", "-")
    return f"M{x + spots[0][0]} {y + spots[0][1]}l{steps}z"


def _by_axis(reading: Reading, axes: Mapping[str, str]) -> dict[str, tuple[str, set[int]]]:
    """Members by the style sheet's axis."""
    groups: dict[str, tuple[str, set[int]]] = {}
    for key, title in axes.items():
        css = axis_key(key) or axis_key(list(axes).index(key) + 1) or OTHER
        groups.setdefault(css, (title, set()))[1].update(pk for pk, a in reading.actors.items() if a.axis == key)
    return _rest(reading, groups, _("No action of the plan known"))


def _by_commune(reading: Reading) -> dict[str, tuple[str, set[int]]]:
    """The communes with most organisations, each with a shape and colour of its own; the rest together."""
    many = Counter(actor.area for actor in reading.actors.values() if actor.area).most_common(len(AXES))
    groups = {
        css: (area.name_in(get_language() or "fr"), {pk for pk, a in reading.actors.items() if a.area == area})
        for css, (area, _count) in zip(AXES, many, strict=False)
    }
    return _rest(reading, groups, _("Other communes, or not known"))


def _rest(reading: Reading, groups: dict[str, tuple[str, set[int]]], label: str) -> dict[str, tuple[str, set[int]]]:
    """The groups that have members, and last all that are in none."""
    groups = {css: group for css, group in groups.items() if group[1]}
    if rest := set(reading.actors).difference(*(members for _label, members in groups.values())):
        groups[OTHER] = (label, rest | groups.get(OTHER, ("", set()))[1])
    return groups


def _names(reading: Reading, places: Places, radius: int) -> dict[Any, list[Name]]:
    """The names that fit, on a wide screen and on a phone."""
    found: dict[Any, list[Name]] = {}
    texts = {pk: shortened(actor.short) for pk, actor in reading.actors.items()}
    for screen, size in (("wide", WIDE), ("narrow", NARROW)):
        sides = remembered(
            "names", reading.network, lambda size=size: labels(
                places, texts, foremost(reading), type_size=size / SIZE, dot=1.4 * radius / SIZE
            ), size, sorted(texts.items()), sorted(places.items()),
        )  # fmt: skip
        for pk, side in sides.items():
            if side:
                found.setdefault(pk, []).append(_beside(texts[pk], side, size, radius + 6, screen))
    return found


def _beside(text: str, side: str, size: int, off: int, screen: str) -> Name:
    if side in ("right", "left"):
        return Name(
            text, off if side == "right" else -off, round(size * 0.35), "start" if side == "right" else "end", screen
        )
    return Name(text, 0, -off if side == "above" else off + round(size * 0.8), "middle", screen)


def shortened(name: str) -> str:
    """A name that is long ends at a word: the whole of it is in the mark's title."""
    if len(name) <= LONGEST_NAME:
        return name
    cut = name[:LONGEST_NAME].rsplit(" ", 1)[0].rstrip(" -,–:")
    return f"{cut}…"


def ties_drawn(network: Network, at: Mapping[Any, Point], *, is_bent: bool) -> list[Lines]:
    """One path for each kind; a pair tied from both ends is drawn once."""
    pairs: dict[str, set[tuple[Any, Any]]] = {}
    for tie in network.ties:
        one, other = sorted((tie.origin, tie.target), key=lambda pk: (at[pk], str(pk)))
        pairs.setdefault(tie.kind, set()).add((one, other))
    is_bent = is_bent and len(network.ties) <= CURVED_MOST
    return [
        Lines(
            kind.value, str(kind.label), "".join(_line(at[a], at[b], is_bent) for a, b in sorted(pairs[kind], key=str))
        )
        for kind in Kind
        if kind in pairs
    ]


def _line(start: Point, end: Point, is_bent: bool) -> str:
    (x0, y0), (x1, y1) = start, end
    if not is_bent:
        return f"M{x0} {y0}L{x1} {y1}"
    middle = [round((a + b) / 2 * (1 - BEND) + SIZE / 2 * BEND) for a, b in ((x0, x1), (y0, y1))]
    return f"M{x0} {y0}Q{middle[0]} {middle[1]} {x1} {y1}"


def _rings(rings: Concentric) -> list[Ring]:
    """The circles' edges, from the outside inwards, each halfway to the next; none around those without a circle."""
    radii = [radius * SIZE for _circle, radius in rings.rims]
    beyond = [*radii[1:], SIZE - 8 - max(radii, default=0)]
    edges = zip((circle for circle, _radius in rings.rims), radii, beyond, strict=False)
    found = [(round((one + other) / 2), circle) for circle, one, other in edges if circle is not None]
    return [Ring(radius, circle, SIZE // 2 - radius) for radius, circle in reversed(found)]


def draw_communes(reading: Reading) -> Drawing:
    """Each commune once, as large as it has organisations; a tie joins two whose organisations are tied."""
    area_of = {pk: actor.area for pk, actor in reading.actors.items()}
    areas = {area.pk: area for area in area_of.values() if area}
    many = Counter(area.pk for area in area_of.values() if area)
    ends = ((area_of[tie.origin], area_of[tie.target], tie.kind) for tie in reading.network.ties)
    ties = {Tie(a.pk, b.pk, kind) for a, b, kind in ends if a and b and a.pk != b.pk}
    network = Network((Node(pk) for pk in areas), sorted(ties, key=str))
    start = concentric(network, dict.fromkeys(areas, 1)).places
    places = remembered("communes", network, lambda: force(network, start) if len(areas) <= FORCE_MOST else start)
    at = {pk: (round(x * SIZE), round(y * SIZE)) for pk, (x, y) in places.items()}
    language = get_language() or "fr"
    largest = max(many.values(), default=1)
    sides = labels(places, {pk: a.name_in(language) for pk, a in areas.items()}, [pk for pk, _n in many.most_common()],
                   type_size=WIDE / SIZE, dot=LARGE / SIZE)  # fmt: skip
    marks = []
    for pk, area in areas.items():
        radius = 4 + round(18 * math.sqrt(many[pk] / largest))
        title = ngettext("%(name)s: %(n)d organisation", "%(name)s: %(n)d organisations", many[pk])
        names = [_beside(area.name_in(language), side, WIDE, radius + 3, "wide")] if (side := sides[pk]) else []
        said = title % {"name": area.name_in(language), "n": many[pk]}
        marks.append(Mark(*at[pk], shape("rights", (0, 0), radius), "commune", f"?area={area.slug}", said, names))
    return Drawing(marks, (), ties_drawn(network, at, is_bent=False), is_of_communes=True)
