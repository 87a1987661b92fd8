"""Verbs on organisations."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from parcours.directory.actions.services import areas_by_key, put_place, record_key, relist
from parcours.directory.choices import PublicationConsent, RecordKind
from parcours.directory.models import Contact, Identifier, Organisation, Source, SourceRecord
from parcours.directory.records import ORGANISATION, Values, column_value
from parcours.engines.words import fold


@transaction.atomic
def save_organisation(*, organisation: Organisation, values: Values | None = None) -> Organisation:
    """Write these fields (`None` empties one) with what search and sorting need. Raises ValidationError."""
    values = values or {}
    for field in ORGANISATION:
        if field.name in values and field.kind != "rows" and field.name != "area":
            setattr(organisation, field.name, column_value(field, values[field.name]))
    if "area" in values:
        organisation.area = areas_by_key([values["area"] or ""]).get(values["area"] or "")
    organisation.sort_key = fold(organisation.name)[:200]
    organisation.refresh_search_text()
    organisation.full_clean()
    organisation.save()
    _write_rows(organisation, values)
    # its name and whether it may be named are theirs too: whoever keeps a copy of them reads them anew
    organisation.services.update(changed_at=organisation.changed_at)
    for service in organisation.services.all() if values else []:
        relist(service=service)
    return organisation


@transaction.atomic
def create_organisation(
    *,
    source: Source,
    external_id: str,
    values: Values,
    observed_on: date | None = None,
    consent: PublicationConsent = PublicationConsent.PUBLIC_DOCUMENT,
    section: str = "",
    is_invented: bool = False,
    key: str = "",
) -> Organisation:
    """Add an organisation as a source tells it; without `key`, its address comes from its name.

    Raises ValidationError; IntegrityError when that source told it before.
    """
    organisation = Organisation(
        key=key or record_key(values["name"], source.key, external_id),
        source=source,
        section=section,
        consent=consent,
        is_invented=is_invented,
        observed_on=observed_on,
    )
    save_organisation(organisation=organisation, values=values)
    SourceRecord.objects.create(
        source=source,
        kind=RecordKind.ORGANISATION,
        external_id=external_id,
        organisation=organisation,
        values=values,
        observed_on=observed_on,
    )
    return organisation


def _write_rows(organisation: Organisation, values: Values) -> None:
    if "identifiers" in values:
        _refuse_others(organisation, values["identifiers"] or [])
        organisation.identifiers.all().delete()
        Identifier.objects.bulk_create(_made(Identifier, organisation, values["identifiers"] or []))
    if "contacts" in values:
        organisation.contacts.all().delete()
        Contact.objects.bulk_create(_made(Contact, organisation, values["contacts"] or []))
    if "places" in values:
        organisation.places.filter(is_main=True).update(is_main=False)
    for row in (values.get("places") or [])[:1]:
        areas = areas_by_key([row.get("area", "")])
        put_place(organisation, row, areas, is_main=True, is_invented=organisation.is_invented)


def _refuse_others(organisation: Organisation, rows: Sequence[Values]) -> None:
    """A number in a register belongs to one organisation: whoever writes another's is told whose it is."""
    for row in rows:
        taken = Identifier.objects.filter(**row).exclude(organisation=organisation).select_related("organisation")
        for one in taken:
            told = {"scheme": one.scheme.upper(), "value": one.value, "name": one.organisation.name}
            text = _("%(scheme)s %(value)s is already that of “%(name)s”: correct it, or ask the office to merge both.")
            raise ValidationError({"identifiers": [text % told]})


def _made(model: Any, organisation: Organisation, rows: Sequence[Values]) -> list[Any]:
    made = [model(organisation=organisation, **row) for row in rows]
    for row in made:
        row.full_clean(exclude=["organisation"])
    return made
