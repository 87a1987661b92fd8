"""Organisations that come from the survey: added with its source, taken away again while nothing stands on them."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.census.pointers import pointing_at
from parcours.directory.actions.organisations import create_organisation
from parcours.directory.choices import PublicationConsent
from parcours.directory.models import Organisation, Place, SourceRecord
from parcours.directory.records import Values
from parcours.survey.models import Ask, Candidate, Response, Wave


def take_turns(wave: Wave) -> Wave:
    """The wave's row, held until the transaction ends: decisions of one wave wait for each other, answers do not."""
    return Wave.objects.select_for_update(of=("self",), no_key=True).select_related("source").get(pk=wave.pk)


@transaction.atomic
def add_organisation(*, wave: Wave, external_id: str, values: Values, at: datetime, is_invented: bool) -> Organisation:
    """An organisation as the survey tells it: not public until it says yes. Raises ValidationError."""
    return create_organisation(
        source=wave.cited,
        external_id=external_id,
        values=values,
        observed_on=timezone.localdate(at),
        consent=PublicationConsent.ASKED,
        is_invented=is_invented,
    )


@transaction.atomic
def remove_organisation(*, organisation: Organisation, of: Response | Candidate) -> None:
    """Take away one that `add_organisation` made for a response or a candidate. Raises ValidationError when something
    stands on it since.
    """
    if _is_used(organisation, of):
        raise ValidationError(
            _("“%(name)s” is used elsewhere since: it stays in the directory.") % {"name": organisation.name}
        )
    organisation.delete()


def _is_used(organisation: Organisation, of: Response | Candidate) -> bool:
    """Whether anything points at it but what came with it: its own words, an invitation that has not left."""
    own: dict[type[Any], Any] = {
        SourceRecord: SourceRecord.objects.filter(source=of.wave.source),
        Place: Place.objects.all(),
        Ask: Ask.objects.filter(sent_at=None, opened_at=None, response=None),
        type(of): type(of)._default_manager.filter(pk=of.pk),
    }
    return any(
        model._base_manager.filter(**{field: organisation.pk})
        .exclude(pk__in=own[model].values("pk") if model in own else [])
        .exists()
        for model, fields in pointing_at(Organisation)
        for field in fields
    )
