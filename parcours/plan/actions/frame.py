"""The parts that frame the actions: changing, adding and removing them."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import pghistory.models
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext

from parcours.directory.search import Searchable
from parcours.plan.models import Plan, Risk
from parcours.plan.models.frame import Part
from parcours.plan.records import RecordError
from parcours.translations.fields import Translated

Values = dict[str, Any]
RATING = ("likelihood", "impact", "owner")


@dataclass
class PartConflict(Exception):
    """Someone changed the part since its editor opened it: `theirs` stands, by field name."""

    theirs: Values


def digest_of(part: models.Model, names: list[str]) -> str:
    """Sixteen hexadecimal digits that change when one of these fields changes."""
    rows = [(name, _plain(getattr(part, name))) for name in sorted(names)]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, Translated):
        return value.stored()
    if isinstance(value, date):
        return value.isoformat()
    return value.pk if isinstance(value, models.Model) else value


@transaction.atomic
def change_part(*, part: Plan | Part, values: Values, seen: str) -> None:
    """Give a part new values. `seen`: the `digest_of` these fields that its editor read.

    Raises PartConflict when the part changed since, RecordError for values that it cannot take.
    """
    locked = type(part)._default_manager.select_for_update(of=("self",)).get(pk=part.pk)
    if digest_of(locked, list(values)) != seen:
        raise PartConflict({name: getattr(locked, name) for name in values})
    if isinstance(locked, Risk) and any(getattr(locked, name) != values.get(name) for name in RATING):
        locked.is_rating_invented = False
    _save(locked, values)


@transaction.atomic
def add_part(*, part: Part, values: Values) -> None:
    """Add a part, given with its plan and its key. Raises RecordError."""
    part.order = type(part)._default_manager.filter(plan=part.plan).count() + 1
    _save(part, values)


def _save(part: models.Model, values: Values) -> None:
    for name, value in values.items():
        setattr(part, name, value)
    if isinstance(part, Searchable):
        part.refresh_search_text()
    try:
        part.full_clean()
    except ValidationError as error:
        found = {name: list(messages) for name, messages in error.message_dict.items()}
        raise RecordError({("" if name == NON_FIELD_ERRORS else name): said for name, said in found.items()}) from error
    part.save()


@transaction.atomic
def remove_part(*, part: Part) -> None:
    """Take a part away. Raises RecordError while anything points at it."""
    locked = type(part)._default_manager.select_for_update(of=("self",)).get(pk=part.pk)
    pointing = [
        f"{number} {relation.related_model._meta.verbose_name_plural}"
        for relation in part._meta.related_objects
        # what is kept of its past does not hold it back
        if not issubclass(relation.related_model, pghistory.models.Event)
        and (number := relation.related_model._default_manager.filter(**{relation.field.name: locked}).count())
    ]
    if pointing:
        message = gettext("It cannot be removed: it is used by %(things)s.")
        raise RecordError({"": [message % {"things": ", ".join(pointing)}]})
    locked.delete()
