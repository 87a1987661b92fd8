"""What points at a record, in whatever app, moved to another record and given back; found in the models themselves.

Each step says what it did as plain data (`Step`), kept in `Merge.moved`:

| step | undone by |
|---|---|
| {"model", "field", "ids", "stayed"} rows that point at the other now; those that could not | `give_back` |
| {"model", "changed": {pk: {column: [before, after]}}} columns that changed | `change_back` |
| {"model", "made": [pk]} rows that were made | the verb that made them |
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

import pghistory.models
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Q

from parcours.directory.models import Contact, Identifier, Listing, Organisation, Service, ServiceLanguage, ServicePlace

Step = dict[str, Any]
Snapshot = dict[str, dict[str, Any]]

# What follows from a record's sources is written anew when it settles; it does not move.
FOLLOWS = (Contact, Identifier, Listing, ServiceLanguage, ServicePlace)


def pointing_at(model: type[models.Model]) -> Iterator[tuple[type[models.Model], list[str]]]:
    """Each model that points at this one (a many-to-many by its own table), and by which fields; not its history."""
    found: dict[type[models.Model], list[str]] = defaultdict(list)
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.one_to_many or relation.one_to_one) or not relation.auto_created or relation.concrete:
            continue
        other: Any = relation.related_model
        # an earlier merge stays one: its old address leads on from record to record
        if other is not model and other not in FOLLOWS and not issubclass(other, pghistory.models.Event):
            found[other].append(relation.remote_field.name)
    yield from found.items()


def repoint(gone: Organisation | Service, kept: Organisation | Service, *, at: datetime) -> list[Step]:
    """Let all that points at the one point at the other; a row that a constraint forbids to stays, and is told."""
    steps = []
    for model, fields in pointing_at(type(gone)):
        pointing = reduce(or_, (Q(**{field: gone.pk}) for field in fields))
        # in one order for everyone, so that two merges never wait for each other
        locked = model._base_manager.filter(pointing).order_by("pk").select_for_update(no_key=True)
        rows = list(locked.values("pk", *fields))
        for field in fields:
            if held := [row["pk"] for row in rows if row[field] == gone.pk]:
                went = _point(model, field, held, kept.pk, at)
                stayed = sorted({*held} - {*went})
                steps.append({"model": model._meta.label_lower, "field": field, "ids": went, "stayed": stayed})
    return steps


def give_back(steps: Iterable[Step], kept: Organisation | Service, gone_pk: int, *, at: datetime) -> None:
    """Let what moved, and still points where it moved to, point back."""
    for step in steps:
        if "field" in step:
            model: Any = apps.get_model(step["model"])
            still = model._base_manager.filter(pk__in=step["ids"], **{step["field"]: kept.pk}).order_by("pk")
            held = still.select_for_update(no_key=True).values_list("pk", flat=True)
            _point(model, step["field"], list(held), gone_pk, at)


def _point(model: Any, field: str, pks: Sequence[int], to: int, at: datetime) -> list[int]:
    """Which of the rows could be pointed there: all at once, or else one by one."""
    values: dict[str, Any] = {field: to}
    if any(column.name == "changed_at" for column in model._meta.concrete_fields):
        values["changed_at"] = at
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=pks).update(**values)
    except IntegrityError:
        return [pk for pk in pks if len(pks) > 1 and _point(model, field, [pk], to, at)]
    return list(pks)


def snapshot(rows: models.QuerySet[Any], columns: Sequence[str]) -> Snapshot:
    """These columns of these rows, to be compared later."""
    return {str(row.pop("pk")): row for row in rows.order_by("pk").values("pk", *columns)}


def changes(model: type[models.Model], before: Snapshot, after: Snapshot) -> list[Step]:
    """What became of rows between two snapshots, as steps; a row that is gone is none."""
    changed = {
        pk: {name: [was, after[pk][name]] for name, was in row.items() if was != after[pk][name]}
        for pk, row in before.items()
        if pk in after
    }
    changed = {pk: columns for pk, columns in changed.items() if columns}
    made = [int(pk) for pk in after if pk not in before]
    label = model._meta.label_lower
    return [{"model": label, what: rows} for what, rows in (("changed", changed), ("made", made)) if rows]


def change_back(steps: Iterable[Step]) -> None:
    """Let each column that changed, and still holds what it became, hold what it was, where a constraint allows it."""
    for (label, pk, name), (was, became) in _columns(steps):
        model: Any = apps.get_model(label)
        with suppress(IntegrityError), transaction.atomic():
            model._base_manager.filter(pk=pk, **{name: became}).update(**{name: was})


def pass_on(undone: Iterable[Step], meanwhile: Iterable[Step], other: Iterable[Step]) -> None:
    """Another merge changed some columns that an undone one changed, too: it must not bring back what that one made.

    Where it changed on from there, it will change back to what was before both; where the undoing (`meanwhile`) changed
    on from it, it will know what it finds.
    """
    first, last = dict(_columns(undone)), dict(_columns(meanwhile))
    for key, values in _columns(other):
        if key in first and values[0] == first[key][1]:
            values[0] = first[key][0]
        if key in last and values[1] == last[key][0]:
            values[1] = last[key][1]


def _columns(steps: Iterable[Step]) -> Iterator[tuple[tuple[str, str, str], list[Any]]]:
    for step in steps:
        for pk, columns in step.get("changed", {}).items():
            for name, values in columns.items():
                yield (step["model"], pk, name), values
