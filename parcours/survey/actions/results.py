"""What becomes of a wave's answers: which cross-tables its readers see, who took the raw data."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from parcours.accounts.models import User
from parcours.survey.models import Crossing, Wave


@transaction.atomic
def publish_crossing(*, wave: Wave, row: str, column: str) -> Crossing:
    """Show it to all readers of the wave's tables, protected together with everything that they see.

    Raises ValidationError when the same two questions are crossed already, the other way round too.
    """
    if wave.crossings.filter(row__in=[row, column], column__in=[row, column]).exists():
        raise ValidationError(_("These two questions are crossed already."))
    return Crossing.objects.create(wave=wave, row=row, column=column)


@transaction.atomic
def withdraw_crossing(*, crossing: Crossing) -> None:
    crossing.delete()


@transaction.atomic
def note_raw_data_taken(*, wave: Wave, by: User) -> None:
    """Who took every answer of a wave, and when: an event in its history, without a word of what was taken."""
    with pghistory.context(user=by.pk):
        pghistory.create_event(wave, label="raw_data_taken")
