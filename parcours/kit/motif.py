"""The path: one continuous line with stops, drawn on the server.

It is the logo, the steps of a journey, the timeline of an action, the way through a form, a meter and the empty state.
Colours come from the style sheet by class; direction too: the style sheet mirrors every `.path-line` in right-to-left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

Text = str | Promise
State = Literal["done", "current", "next", "blocked"]
Shape = Literal["circle", "square", "diamond", "triangle", "pentagon"]
Point = tuple[float, float]

# The sum is constant: each shape covers about the same surface, so that no axis looks heavier than another.
AXIS_SHAPES: dict[str, Shape] = {"rights": "circle", "together": "square", "links": "diamond", "memory": "triangle"}
AXES = tuple(AXIS_SHAPES)


@dataclass(frozen=True)
class Stop:
    """One stop of a path. `detail` is a line under the label, `when` a short date over it, `axis` colours the stop."""

    label: Text
    state: State = "next"
    detail: Text = ""
    url: str = ""
    when: Text = ""
    axis: str = ""


@dataclass(frozen=True)
class Leg:
    """A stop as drawn: its mark, and the line to the next stop (empty after the last), upright and lying."""

    stop: Stop
    side: Literal["near", "far"]
    mark: SafeString
    upright: SafeString
    lying: SafeString


def axis_key(axis: str | int) -> str:
    """The axis of the style sheet for a key or a position from 1; "" for one it has no colour for."""
    if isinstance(axis, int) or str(axis).isdigit():
        return AXES[int(axis) - 1] if 0 < int(axis) <= len(AXES) else ""
    return axis if axis in AXIS_SHAPES else ""


def axis_shape(axis: str | int) -> Shape:
    return AXIS_SHAPES.get(axis_key(axis), "pentagon" if axis else "circle")


def marker(shape: Shape, x: float, y: float, r: float, css: str) -> SafeString:
    """A stop's shape centred on a point, r being the radius of the circle of equal weight."""
    if shape == "circle":
        return format_html('<circle cx="{}" cy="{}" r="{}" class="{}"/>', x, y, r, css)
    corners: dict[Shape, list[Point]] = {
        "square": [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
        "diamond": [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
        "triangle": [(0, -1.2), (1.2, 0.9), (-1.2, 0.9)],
        "pentagon": [(0, -1.15), (1.1, -0.36), (0.68, 0.93), (-0.68, 0.93), (-1.1, -0.36)],
    }
    points = " ".join(f"{x + dx * r:.1f},{y + dy * r:.1f}" for dx, dy in corners[shape])
    return format_html('<polygon points="{}" class="{}"/>', points, css)


def curve(points: Sequence[Point]) -> str:
    """SVG path data of a smooth line through points, level at each of them."""
    data = f"M{points[0][0]:g} {points[0][1]:g}"
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (x0 + x1) / 2
        data += f"C{middle:g} {y0:g} {middle:g} {y1:g} {x1:g} {y1:g}"
    return data


@lru_cache(maxsize=512)
def axis_mark(axis: str | int, *, size: int = 20) -> SafeString:
    """The stop-shape of an axis, filled with its colour; decoration, so hidden from screen readers."""
    return format_html(
        '<svg class="axis-mark {}" viewBox="0 0 20 20" width="{}" height="{}" aria-hidden="true" focusable="false">'
        "{}</svg>",
        axis_class(axis),
        size,
        size,
        marker(axis_shape(axis), 10, 10, 6.5, "stop-axis"),
    )


def axis_class(axis: str | int) -> str:
    return f"axis-{axis_key(axis) or 'other'}"


def logo() -> SafeString:
    """The mark of the house: a path through the four stops."""
    points = [(8.0, 31.0), (34.0, 13.0), (61.0, 28.0), (88.0, 10.0)]
    stops = [
        format_html('<g class="axis-{}">{}</g>', axis, marker(AXIS_SHAPES[axis], x, y, 6, "stop-axis stop-outlined"))
        for axis, (x, y) in zip(AXES, points, strict=True)
    ]
    return format_html(
        '<svg class="logo path-line" viewBox="0 0 96 40" width="96" height="40" aria-hidden="true" focusable="false">'
        '<path d="{}" class="line walked"/>{}</svg>',
        curve(points),
        mark_safe("".join(stops)),
    )


def horizon() -> SafeString:
    """A path across the whole page, with a stop for each axis: the line that closes every page."""
    points = [(0.0, 34.0), (210.0, 34.0), (420.0, 18.0), (640.0, 38.0), (880.0, 14.0), (1200.0, 28.0)]
    stops = [
        format_html('<g class="axis-{}">{}</g>', axis, marker(AXIS_SHAPES[axis], x, y, 9, "stop-axis stop-outlined"))
        for axis, (x, y) in zip(AXES, points[1:5], strict=True)
    ]
    return format_html(
        '<svg class="horizon path-line" viewBox="0 0 1200 52" width="1200" height="52" '
        'preserveAspectRatio="xMinYMid slice" aria-hidden="true" focusable="false">'
        '<path d="{}" class="line walked"/>{}</svg>',
        curve(points),
        mark_safe("".join(stops)),
    )


@lru_cache(maxsize=512)
def route(*, done: int, total: int, height: int = 24, amplitude: float = 3, spacing: int = 26) -> SafeString:
    """A small path of `total` stops, the first `done` walked: meters and empty states. Say it in words too."""
    width = spacing * max(total, 1)
    middle = height / 2
    points = [(spacing * (i + 0.5), middle + (amplitude if i % 2 else -amplitude)) for i in range(max(total, 1))]
    walked, ahead = points[: max(done, 1)], points[max(done - 1, 0) :]
    lines = [
        format_html('<path d="{}" class="line {}"/>', curve(part), css)
        for part, css in ((ahead, "ahead"), (walked, "walked"))
        if len(part) > 1
    ]
    stops = [
        marker("circle", x, y, 6, "stop-done" if i < done else "stop-next") for i, (x, y) in enumerate(points[:total])
    ]
    return format_html(
        '<svg class="route path-line" viewBox="0 0 {0} {1}" width="{0}" height="{1}" aria-hidden="true" '
        'focusable="false">{2}{3}</svg>',
        width,
        height,
        mark_safe("".join(lines)),
        mark_safe("".join(stops)),
    )


def legs(stops: Sequence[Stop]) -> list[Leg]:
    """The stops with their drawing: the line meanders from side to side and is dashed where it is yet to be walked."""
    drawn = []
    for index, stop in enumerate(stops):
        side: Literal["near", "far"] = "far" if index % 2 else "near"
        is_last = index == len(stops) - 1
        css = "walked" if stop.state == "done" else "ahead"
        here, there = (18, 6) if index % 2 else (6, 18)
        upright = SafeString("") if is_last else _segment("upright", f"M{here} 0C{here} 50 {there} 50 {there} 100", css)
        lying = SafeString("") if is_last else _segment("lying", f"M0 {here}C50 {here} 50 {there} 100 {there}", css)
        drawn.append(Leg(stop, side, _stop_mark(stop), upright, lying))
    return drawn


def _segment(way: str, data: str, css: str) -> SafeString:
    box = "0 0 24 100" if way == "upright" else "0 0 100 24"
    return format_html(
        '<svg class="path-line leg {}" viewBox="{}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<path d="{}" class="line {}" vector-effect="non-scaling-stroke"/></svg>',
        way,
        box,
        data,
        css,
    )


def _stop_mark(stop: Stop) -> SafeString:
    """A stop of 24 units: full when done, ringed when current, hollow when ahead, barred when blocked."""
    shape = axis_shape(stop.axis)
    parts = [marker(shape, 12, 12, 10 if stop.state == "current" else 8, f"stop-{stop.state}")]
    if stop.state == "done":
        parts.append(mark_safe('<path d="M8.4 12.3l2.5 2.5 4.8-5" class="stop-sign"/>'))
    elif stop.state == "current":
        parts.append(marker(shape, 12, 12, 4.5, "stop-core"))
    elif stop.state == "blocked":
        parts.append(mark_safe('<path d="M8.5 12h7" class="stop-sign"/>'))
    return format_html(
        '<svg class="stop {}" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">{}</svg>',
        axis_class(stop.axis) if stop.axis else "",
        mark_safe("".join(parts)),
    )
