"""The public plan as plain items that a release keeps: readable later without any other table.

An item is a kind, a key that never changes, its place in reading order and its data, as JSON holds it. Texts are stored
with all their languages and states. Only public actions, and only organisations that may be named.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from django.db.models import Q

from parcours.plan.models import Plan, Release
from parcours.plan.named import (
    Found,
    areas_of,
    briefly,
    cited_figures,
    cited_in,
    figures_of,
    named,
    sources_of,
    withhold,
)
from parcours.plan.readers import READERS, read_actions

Data = dict[str, Any]

# Every kind of item, in reading order. What stands behind the actions and the frame comes last.
FRAME_KINDS = tuple(READERS)
NAMED_KINDS = ("organisation", "area", "figure", "source")
KINDS = (*FRAME_KINDS, "action", *NAMED_KINDS)


@dataclass(frozen=True)
class Item:
    """One part of the plan."""

    kind: str
    key: str
    position: int
    data: Data


@dataclass(frozen=True)
class Contents:
    """A plan at one moment, whole or in part: a release or the working plan. Items in reading order.

    `mentioned`: of a part, the title, axis and stage of actions that it names and does not hold, by code.
    """

    items: tuple[Item, ...]
    mentioned: Mapping[str, Data] = field(default_factory=dict)

    @classmethod
    def of(cls, items: Iterable[Item], mentioned: Mapping[str, Data] | None = None) -> Self:
        return cls(tuple(sorted(items, key=lambda item: item.position)), mentioned or {})

    @cached_property
    def by_kind(self) -> Mapping[str, Mapping[str, Data]]:
        """The data of every item by kind and key, each in reading order."""
        found: dict[str, dict[str, Data]] = {kind: {} for kind in KINDS}
        for item in self.items:
            found[item.kind][item.key] = item.data
        return found

    def all(self, kind: str) -> Mapping[str, Data]:
        """Data by key, in reading order."""
        return self.by_kind[kind]

    def get(self, kind: str, key: str) -> Data | None:
        return self.by_kind[kind].get(key)

    def named(self, kind: str, key: str) -> Data | None:
        """As `get`, or what little a part knows of an action that it only names."""
        data = self.by_kind[kind].get(key)
        return self.mentioned.get(key) if data is None and kind == "action" else data

    @property
    def plan(self) -> Data:
        """The plan's own data; empty for contents without a plan."""
        return next(iter(self.all("plan").values()), {})

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change when anything in it changes."""
        rows = [(item.kind, item.key, item.position, item.data) for item in self.items]
        return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:16]


NOTHING = Contents(())


def frozen(release: Release) -> Contents:
    """What a release holds; one query."""
    return Contents.of(Item(*row) for row in release.items.values_list(*COLUMNS))


COLUMNS = ("kind", "key", "position", "data")


def frozen_part(
    release: Release,
    *,
    kinds: Collection[str] = (),
    codes: Collection[str] = (),
    organisations: Collection[str] = (),
) -> Contents:
    """Whole kinds, some actions and organisations of a release, with all that they name; three queries."""
    some = Q(kind="action", key__in=codes) | Q(kind="organisation", key__in=organisations)
    items = [Item(*row) for row in release.items.filter(Q(kind__in=[*kinds, "source"]) | some).values_list(*COLUMNS)]
    found: Found = {kind: {} for kind in KINDS}
    for item in items:
        found[item.kind][item.key] = item.data
    names = named(found)
    actions = names.pop("action")
    wanted = Q(kind="figure", key__in=cited_figures(found))
    for kind, keys in names.items():
        wanted |= Q(kind=kind, key__in=keys - found[kind].keys())
    items += [Item(*row) for row in release.items.filter(wanted).values_list(*COLUMNS)]
    brief = release.items.filter(kind="action", key__in=actions - found["action"].keys())
    rows = brief.values_list("key", "data__title", "axis", "stage")
    return Contents.of(items, {key: {"title": title, "axis": axis, "stage": stage} for key, title, axis, stage in rows})


def contents(plan: Plan) -> Contents:
    """The working plan as it stands; a constant number of queries."""
    found: Found = {kind: dict(read(plan)) for kind, read in READERS.items()}
    found["action"] = dict(read_actions(plan))
    withhold(found, shown=found["action"])
    return _contents(plan, found, {})


def part(
    plan: Plan,
    *,
    kinds: Collection[str] = (),
    codes: Collection[str] = (),
    organisations: Collection[str] = (),
    everything_cited: bool = False,
) -> Contents:
    """Whole kinds, some actions and organisations of the working plan, with all that they name.

    `everything_cited`: with the sources of the whole plan.
    """
    found: Found = {kind: dict(READERS[kind](plan)) if kind in kinds else {} for kind in FRAME_KINDS}
    found["action"] = dict(read_actions(plan, codes)) if codes else {}
    mentioned = briefly(plan, named(found)["action"] - found["action"].keys())
    withhold(found, shown=found["action"].keys() | mentioned.keys(), also=organisations, plan=plan)
    places = None if "area" in kinds else named(found)["area"]
    return _contents(plan, found, mentioned, places, cited_in(plan) if everything_cited else ())


def _contents(
    plan: Plan,
    found: Found,
    mentioned: Mapping[str, Data],
    codes: Collection[str] | None = None,
    also: Collection[str] = (),
) -> Contents:
    found["area"] = dict(areas_of(plan, codes)) if codes is None or codes else {}
    found["figure"] = dict(figures_of(found))
    found["source"] = dict(sources_of(found, also))
    rows = ((kind, key, data) for kind in KINDS for key, data in found[kind].items())
    items = tuple(Item(kind, key, position, data) for position, (kind, key, data) in enumerate(rows, start=1))
    return Contents(items, mentioned)
