"""Finding records that look alike, and remembering what people decided of them."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from parcours.census.choices import PairState
from parcours.census.duplicates import ALIKE, READ_AT_ONCE, SAID, are_beside_each_other, engine, kept_of, rows_of
from parcours.census.models import Pair
from parcours.census.searches import begin, tell
from parcours.directory.choices import RecordKind, RelationKind
from parcours.directory.models import Organisation, Relation, Service
from parcours.imports.rules import Report, no_report

if TYPE_CHECKING:
    from parcours.accounts.models import User

WRITTEN_AT_ONCE = 1_000
MODELS: dict[str, Any] = {"organisation": Organisation, "service": Service}
Ends = tuple[int, int]
Found = dict[Ends, tuple[float, list[dict[str, Any]]]]


@transaction.atomic
def look_for_duplicates(*, kind: str, at: datetime, report: Report = no_report) -> int:
    """Compare all kept records of a kind; gives how many new pairs wait for people.

    Open pairs are told anew, or forgotten when the two are no longer alike. What people decided stands, for the records
    that the two were merged into as well. `report` is called with the records read so far. Raises AlreadySearching.
    """
    total = kept_of(kind).count()
    begin(kind, total)

    def read(done: int) -> None:
        report(done)
        if done % READ_AT_ONCE == 0 or done == total:
            tell(kind, done, total)

    found = _found(kind, rows_of(kind, report=read))
    for ends in _decided_apart(kind):
        found.pop(ends, None)
    return _write(kind, found, at)


@transaction.atomic
def set_apart(*, pair: Pair, by: "User", at: datetime) -> None:
    """The two are not the same: no later search asks again."""
    waiting = Pair.objects.filter(pk=pair.pk, state=PairState.OPEN)
    waiting.update(state=PairState.DIFFERENT, decided_by=by, decided_at=at)


@transaction.atomic
def ask_again(*, pair: Pair) -> None:
    """Take back that the two are not the same."""
    apart = Pair.objects.filter(pk=pair.pk, state=PairState.DIFFERENT)
    apart.update(state=PairState.OPEN, decided_by=None, decided_at=None)


def _found(kind: str, rows: list[dict[str, Any]]) -> Found:
    """What the engine finds alike, and what a source says may be."""
    found: Found = {
        _ends(pair.left, pair.right): (pair.probability, [vars(reason) for reason in pair.reasons])
        for pair in engine().find_pairs(rows, kind=kind, threshold=ALIKE)
        if not are_beside_each_other(pair)
    }
    if kind == RecordKind.ORGANISATION:
        maybe = Relation.objects.filter(kind=RelationKind.MAYBE_SAME_AS, origin__merged_into=None)
        for ends in maybe.filter(target__merged_into=None).order_by("pk").values_list("origin", "target"):
            probability, reasons = found.get(_ends(*ends), (ALIKE, []))
            found[_ends(*ends)] = probability, [SAID, *(reason for reason in reasons if reason != SAID)]
    return found


def _ends(one: int, other: int) -> Ends:
    return (one, other) if one < other else (other, one)


def _decided_apart(kind: str) -> Iterator[Ends]:
    """The pairs that people set apart, by the records that stand for them now."""
    into = dict(MODELS[kind]._default_manager.exclude(merged_into=None).values_list("pk", "merged_into"))
    apart = Pair.objects.filter(kind=kind, state=PairState.DIFFERENT)
    for ends in apart.values_list("left", "right"):
        yield _ends(*(_end_of_the_way(pk, into) for pk in ends))


def _end_of_the_way(pk: int, into: dict[int, int]) -> int:
    while pk in into:
        pk = into[pk]
    return pk


def _write(kind: str, found: Found, at: datetime) -> int:
    known = {(pair.left, pair.right): pair for pair in Pair.objects.filter(kind=kind).order_by("pk")}
    waiting = {ends: pair for ends, pair in known.items() if pair.state == PairState.OPEN}
    past = [pair.pk for ends, pair in waiting.items() if ends not in found]
    Pair.objects.filter(pk__in=past, state=PairState.OPEN).delete()
    changed = []
    for ends, pair in waiting.items():
        if ends in found and (pair.probability, pair.reasons) != found[ends]:
            pair.probability, pair.reasons = found[ends]
            changed.append(pair)
    Pair.objects.bulk_update(changed, ["probability", "reasons"], batch_size=WRITTEN_AT_ONCE)
    new = [
        Pair(kind=kind, left=left, right=right, probability=probability, reasons=reasons, found_at=at)
        for (left, right), (probability, reasons) in found.items()
        if (left, right) not in known
    ]
    Pair.objects.bulk_create(new, batch_size=WRITTEN_AT_ONCE)
    return len(new)
