"""Preparing workshops and writing down what their tables say."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from parcours.directory.models import Organisation
from parcours.plan.actions.together import add_note
from parcours.plan.models import Note, Workshop
from parcours.plan.records import RecordError
from parcours.translations.fields import Translated


@transaction.atomic
def save_workshop(*, workshop: Workshop, values: dict[str, Any]) -> Workshop:
    """Add a workshop or change it; `facilitators` and `held_on` are given as keys and "2026-03-14". Raises RecordError.

    A new one gets the next key and place of its plan.
    """
    for name, value in values.items():
        if name not in ("facilitators", "held_on"):
            setattr(workshop, name, value)
    workshop.held_on = values["held_on"] or None
    if not workshop.pk:
        taken = set(workshop.plan.workshops.values_list("key", flat=True))
        workshop.order = len(taken) + 1
        keys = (f"workshop-{workshop.order + n}" for n in range(len(taken) + 1))
        workshop.key = next(key for key in keys if key not in taken)
    workshop.refresh_search_text()
    try:
        workshop.full_clean()
    except ValidationError as error:
        found = {name: list(messages) for name, messages in error.message_dict.items()}
        raise RecordError({("" if name == NON_FIELD_ERRORS else name): said for name, said in found.items()}) from error
    workshop.save()
    workshop.facilitators.set(Organisation.objects.filter(key__in=values["facilitators"]))
    return workshop


@transaction.atomic
def add_notes(*, workshop: Workshop, texts: Iterable[Translated], table: str = "") -> list[Note]:
    """Write down what a table said, note by note, in order."""
    return [add_note(workshop=workshop, text=text, table=table) for text in texts]
