"""Two contents of the plan compared at the cost of what differs: the database says which items to read.

Two releases differ where the digests of their items do. The working plan differs from a release in the actions whose
version went on; its frame is small and read whole.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.db.models import Count, Exists, F, Max, Min, OuterRef

from parcours.plan.diffs import Difference, ItemDifference, Outcome, compare
from parcours.plan.models import Plan, Release, ReleaseItem
from parcours.plan.snapshot import FRAME_KINDS, Contents, frozen_part, part

Axes = dict[str, str]


@dataclass(frozen=True)
class Found:
    """What may differ: kinds of the frame, codes of actions; of new and removed actions also their axis."""

    kinds: Collection[str]
    changed: set[str]
    added: Axes
    removed: Axes
    total: int


@dataclass(frozen=True)
class Comparing:
    """From a release to another, or to the working plan."""

    plan: Plan
    old: Release
    new: Release | None

    def difference(self) -> Difference:
        """What differs; new and removed actions come without data until they are `filled`."""
        found = self._between_releases(self.new) if self.new else self._since_release()
        read = compare(self._old(found.kinds, found.changed), self._new(found.kinds, found.changed))
        stubs = [_stub(code, Outcome.NEW, axis) for code, axis in found.added.items()]
        stubs += [_stub(code, Outcome.REMOVED, axis) for code, axis in found.removed.items()]
        actions = sorted([*read.changed_actions, *stubs], key=lambda item: item.key)
        unchanged = found.total - len(actions)
        return replace(read, actions=tuple(actions), parts=tuple(read.changed_parts), unchanged=unchanged)

    def filled(self, difference: Difference, items: Iterable[ItemDifference]) -> Difference:
        """Only some of its actions, with the data of those that are new or removed."""
        shown = list(items)
        added = [item.key for item in shown if item.outcome == Outcome.NEW]
        removed = [item.key for item in shown if item.outcome == Outcome.REMOVED]
        if not added and not removed:
            return replace(difference, actions=tuple(shown))
        read = compare(self._old((), removed), self._new((), added))
        by_key = {item.key: item for item in read.actions}
        return Difference(
            _both(difference.old, read.old),
            _both(difference.new, read.new),
            tuple(by_key.get(item.key, item) for item in shown),
            difference.parts,
        )

    def _old(self, kinds: Collection[str], codes: Collection[str]) -> Contents:
        return frozen_part(self.old, kinds=kinds, codes=codes)

    def _new(self, kinds: Collection[str], codes: Collection[str]) -> Contents:
        return (
            frozen_part(self.new, kinds=kinds, codes=codes) if self.new else part(self.plan, kinds=kinds, codes=codes)
        )

    def _between_releases(self, new: Release) -> Found:
        """Three queries."""
        rows = (
            ReleaseItem.objects.filter(release__in=[self.old, new], kind__in=[*FRAME_KINDS, "action"])
            .order_by()
            .values("kind", "key")
            .annotate(n=Count("pk"), low=Min("digest"), high=Max("digest"), side=Min("release"), place=Max("axis"))
            .exclude(n=2, low=F("high"))
        )
        differing = [row for row in rows if row["n"] == 1 or row["low"] != row["high"]]
        actions = [row for row in differing if row["kind"] == "action"]
        added = {row["key"]: row["place"] for row in actions if row["n"] == 1 and row["side"] == new.pk}
        removed = {row["key"]: row["place"] for row in actions if row["n"] == 1 and row["side"] == self.old.pk}
        changed = {row["key"] for row in actions if row["n"] == 2}
        total = new.items.filter(kind="action").count() + len(removed)
        kinds = {row["kind"] for row in differing} - {"action"}
        return Found({*kinds, *NAMING}, changed, added, removed, total)

    def _since_release(self) -> Found:
        """Three queries."""
        kept = self.old.items.filter(kind="action", key=OuterRef("code"))
        today = self.plan.actions.public()
        moved = (
            today.filter(~Exists(kept.filter(version=OuterRef("version"))))
            .annotate(is_kept=Exists(kept))
            .order_by("code")
            .values_list("code", "axis__key", "is_kept")
        )
        rows = list(moved)
        gone = self.old.items.filter(~Exists(today.filter(code=OuterRef("key"))), kind="action")
        removed = dict(gone.values_list("key", "axis"))
        added = {code: axis or "" for code, axis, is_kept in rows if not is_kept}
        changed = {code for code, _axis, is_kept in rows if is_kept}
        return Found(FRAME_KINDS, changed, added, removed, today.count() + len(removed))


# The kinds of the frame that actions name: small, and read with any action.
NAMING = ("plan", "axis", "theme", "challenge", "public", "funding_source")


def _stub(code: str, outcome: Outcome, axis: str) -> ItemDifference:
    data = {"axis": axis}
    old, new = (data, None) if outcome == Outcome.REMOVED else (None, data)
    return ItemDifference("action", code, outcome, old, new, ())


def _both(one: Contents, other: Contents) -> Contents:
    """The items of both, those of the first where both have one."""
    items = {(item.kind, item.key): item for item in (*other.items, *one.items)}
    return Contents.of(items.values(), {**other.mentioned, **one.mentioned})
