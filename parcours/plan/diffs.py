"""What differs between two contents of the plan: two releases in either direction, or a release and the working plan.

Pure: `comparing` reads no more of two contents than what differs, `wording` puts it in words, `decisions_between` finds
the decisions behind it.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parcours.plan.choices import LinkKind, Stage
from parcours.plan.models import Action, Decision, Plan, Release
from parcours.plan.records import FIELDS
from parcours.plan.snapshot import FRAME_KINDS, Contents, Data

# What says where a fact comes from is no news by itself.
LEFT_OUT = frozenset({"source", "section"})
ACTION_FIELDS = tuple(field.name for field in FIELDS if field.name not in LEFT_OUT)
# Of a long list of decisions, those that a page shows.
DECISIONS_SHOWN = 20
# Columns of lines that hold numbers: "40" and "40.00" are one.
NUMBERS = frozenset({"amount", "baseline", "target"})
OUTCOME_OF_LINK = {"merged_into": LinkKind.MERGED_INTO, "superseded_by": LinkKind.SUPERSEDED_BY}


class Outcome(models.TextChoices):
    """What became of an action or of a part of the frame between two contents."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    DONE = "done", _("done")
    MERGED_INTO = "merged_into", _("merged into another")
    SUPERSEDED_BY = "superseded_by", _("superseded by another")
    STOPPED = "stopped", _("stopped")
    REMOVED = "removed", _("removed")
    SAME = "same", _("unchanged")


@dataclass(frozen=True)
class FieldChange:
    """A field whose stored value differs; None where that side has no such action, part or field."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True)
class ItemDifference:
    """What became of one item. `targets`: the codes of the actions that took its work over."""

    kind: str
    key: str
    outcome: Outcome
    old: Data | None
    new: Data | None
    changes: tuple[FieldChange, ...]
    targets: tuple[str, ...] = ()

    @property
    def latest(self) -> Data:
        """The newer data, or the older where the item is gone."""
        return self.new if self.new is not None else self.old or {}

    @property
    def axis(self) -> str:
        return str(self.latest.get("axis", ""))

    @property
    def is_change(self) -> bool:
        return self.outcome != Outcome.SAME


@dataclass(frozen=True)
class Difference:
    """Actions and parts of the frame with their outcome, in reading order.

    `compare` lists also those that are the same; `comparing` leaves them out and counts the actions: `unchanged`.
    """

    old: Contents
    new: Contents
    actions: tuple[ItemDifference, ...]
    parts: tuple[ItemDifference, ...]
    unchanged: int = 0

    @cached_property
    def changed_actions(self) -> list[ItemDifference]:
        return [item for item in self.actions if item.is_change]

    @cached_property
    def changed_parts(self) -> list[ItemDifference]:
        return [item for item in self.parts if item.is_change]

    @property
    def is_empty(self) -> bool:
        return not self.changed_actions and not self.changed_parts

    @cached_property
    def counts(self) -> dict[Outcome, int]:
        """How many actions had each outcome, those of nobody included."""
        found = Counter(item.outcome for item in self.actions)
        found[Outcome.SAME] += self.unchanged
        return {outcome: found[outcome] for outcome in Outcome}


def compare(old: Contents, new: Contents) -> Difference:
    """What became of each action and each part of the frame from `old` to `new`."""
    return Difference(
        old,
        new,
        tuple(_differences("action", old, new)),
        tuple(difference for kind in FRAME_KINDS for difference in _differences(kind, old, new)),
    )


def _differences(kind: str, old: Contents, new: Contents) -> Iterable[ItemDifference]:
    before, after = old.all(kind), new.all(kind)
    keys = [*after, *(key for key in before if key not in after)]
    for key in sorted(keys) if kind == "action" else keys:
        yield _difference(kind, key, before.get(key), after.get(key))


def _difference(kind: str, key: str, old: Data | None, new: Data | None) -> ItemDifference:
    changes = tuple(_changes(kind, old or {}, new or {}))
    if old is None or new is None:
        outcome = Outcome.NEW if old is None else Outcome.REMOVED
    else:
        outcome = _outcome(old, new, changes)
    return ItemDifference(kind, key, outcome, old, new, changes, _targets(new or {}))


def _names(kind: str, *sides: Data) -> Iterable[str]:
    """The fields whose change is news."""
    if kind == "action":
        return ACTION_FIELDS
    return [name for name in dict.fromkeys(name for data in sides for name in data) if name not in LEFT_OUT]


def _changes(kind: str, old: Data, new: Data) -> Iterable[FieldChange]:
    for name in _names(kind, new, old):
        before, after = old.get(name), new.get(name)
        if content(before) != content(after):
            yield FieldChange(name, before, after)


def content(value: Any) -> Any:
    """A value without what does not change what a reader reads: states of translations, sections, emptiness, the order
    of lines, zeros after the mark.
    """
    if isinstance(value, dict):
        if "texts" in value:
            return {code: version["text"] for code, version in value["texts"].items() if version["text"]} or None
        return {name: _cell(name, inner) for name, inner in value.items() if name not in LEFT_OUT}
    if isinstance(value, list):
        return sorted((content(inner) for inner in value), key=_written) or None
    return None if value == "" else value


def _cell(name: str, value: Any) -> Any:
    """A column of a line."""
    if name in NUMBERS and isinstance(value, str):
        with suppress(InvalidOperation):  # the target of a link is a code
            return str(Decimal(value).normalize())
    return content(value)


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def digest_of(kind: str, data: Data) -> str:
    """Sixteen hexadecimal digits that two items share when `compare` finds no change between them."""
    said = {name: value for name in _names(kind, data) if (value := content(data.get(name))) is not None}
    return hashlib.sha256(_written(said).encode()).hexdigest()[:16]


def _outcome(old: Data, new: Data, changes: tuple[FieldChange, ...]) -> Outcome:
    if not changes:
        return Outcome.SAME
    if new.get("stage") == Stage.DONE and old.get("stage") != Stage.DONE:
        return Outcome.DONE
    if new.get("stage") != Stage.STOPPED:
        return Outcome.CHANGED
    taken_over = [link for link in new["links"] if link not in old["links"]]
    for outcome, kind in OUTCOME_OF_LINK.items():
        if any(link["kind"] == kind for link in taken_over):
            return Outcome(outcome)
    return Outcome.CHANGED if old.get("stage") == Stage.STOPPED else Outcome.STOPPED


def _targets(new: Data) -> tuple[str, ...]:
    """Who took the work of a stopped action over."""
    if new.get("stage") != Stage.STOPPED:
        return ()
    return tuple(link["target"] for link in new["links"] if link["kind"] in OUTCOME_OF_LINK.values())


def decisions_between(plan: Plan, old: Release, new: Release | None) -> "models.QuerySet[Decision]":
    """The decisions that the releases after the older and up to the newer carry; `new` None is the working plan.

    `shown_decisions` reads them.
    """
    low, high = sorted([old.number, new.number]) if new else (old.number, None)
    within = Q(release__number__gt=low)
    within = within & Q(release__number__lte=high) if high is not None else within | Q(release__isnull=True)
    return plan.decisions.filter(within)


def shown_decisions(decisions: "models.QuerySet[Decision]", *, first: int | None = None) -> list[Decision]:
    """Those decisions that everyone may read, oldest first, each with its `shown_actions`; two queries.

    Decisions that concern nothing but actions not shown to everyone are left out.
    """
    public = models.Prefetch("actions", Action.objects.public().only("code"), to_attr="shown_actions")
    rows = _open_to_all(decisions).select_related("meeting", "release").prefetch_related(public)
    return list(rows.order_by("decided_on", "pk")[:first])


def count_shown(decisions: "models.QuerySet[Decision]") -> int:
    return _open_to_all(decisions).count()


def _open_to_all(decisions: "models.QuerySet[Decision]") -> "models.QuerySet[Decision]":
    ties = Decision.actions.through.objects.filter(decision=models.OuterRef("pk"))
    return decisions.filter(~models.Exists(ties) | models.Exists(ties.filter(action__is_public=True)))


def by_action(decisions: Iterable[Decision]) -> Mapping[str, list[Decision]]:
    """Decisions by the code of each action that they concern."""
    found: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        for action in getattr(decision, "shown_actions", ()):
            found[action.code].append(decision)
    return found
