"""All that is kept of somebody, found by following what points at their row: nothing that an app adds is forgotten."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from pghistory.models import Event

from parcours.people.models import Person

# what proves who one is, and not what one is
SECRETS = frozenset({"secret_digest", "pin_hash"})


def holdings(person: Person) -> Iterator[models.Model]:
    """The person's row, then every row that points at it, directly or through others.

    `takes_along` of a model are the fields by which it points at more of the person.
    """
    seen: set[tuple[type[models.Model], Any]] = set()
    waiting: list[models.Model] = [person]
    while waiting:
        row = waiting.pop(0)
        if (type(row), row.pk) in seen:
            continue
        seen.add((type(row), row.pk))
        yield row
        waiting += [getattr(row, name) for name in getattr(type(row), "takes_along", ())]
        waiting += [other for relation in _relations(type(row)) for other in _rows(row, relation)]


def _relations(model: type[models.Model]) -> list[Any]:
    return [one for one in model._meta.related_objects if not issubclass(one.related_model, Event)]


def _rows(row: models.Model, relation: Any) -> list[models.Model]:
    found = relation.related_model._base_manager.filter(**{relation.field.name: row.pk})
    return list(found.order_by("pk"))


def outlives(row: models.Model) -> bool:
    """Whether the row stays, without the person, to be counted."""
    return bool(getattr(type(row), "outlives_person", False))


def told(person: Person) -> dict[str, list[dict[str, Any]]]:
    """The same as plain values, by kind of thing: what somebody takes away."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in holdings(person):
        values = {field.name: _plain(row, field) for field in row._meta.concrete_fields if field.name not in SECRETS}
        found.setdefault(row._meta.label, []).append(values)
    return found


def _plain(row: models.Model, field: Any) -> Any:
    value = getattr(row, field.attname)
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)


def files(person: Person) -> Iterator[Any]:
    """Every uploaded file of the person."""
    for row in holdings(person):
        for field in row._meta.concrete_fields:
            if isinstance(field, models.FileField) and (file := getattr(row, field.attname)):
                yield file
