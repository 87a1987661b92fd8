"""Verbs on services and places: their columns and rows from plain values (`records`), and the listings that follow."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from parcours.directory.choices import RecordKind, ServiceState, SourceKind
from parcours.directory.listing import listings_of
from parcours.directory.models import (
    Contact,
    Listing,
    Organisation,
    Place,
    Service,
    ServiceLanguage,
    ServicePlace,
    Source,
    SourceRecord,
)
from parcours.directory.records import SERVICE, Values, column_value, place_values
from parcours.engines.words import fold
from parcours.geo.models import Area
from parcours.translations.texts import Translated

KEY_WORDS, KEY_DIGEST = 60, 8


def record_key(name: str, *parts: str) -> str:
    """The address of a record: its name, and a digest of its source and its identifier there. Always the same."""
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:KEY_DIGEST]
    words = slugify(fold(name).replace("'", " "))[:KEY_WORDS].strip("-")
    return f"{words or 'x'}-{digest}"


@transaction.atomic
def create_service(
    *,
    organisation: Organisation,
    source: Source,
    external_id: str,
    values: Values,
    observed_on: date | None = None,
    state: ServiceState = ServiceState.PUBLISHED,
    confirmed_on: date | None = None,
    section: str = "",
    is_invented: bool = False,
) -> Service:
    """Add a service as a source tells it; with `confirmed_on`, as its owner confirmed it on that day.

    Raises ValidationError; IntegrityError when that source told it before.
    """
    name = Translated.parse(values["name"])
    service = Service(
        key=record_key(name.source_text, source.key, external_id),
        organisation=organisation,
        state=state,
        source=source,
        section=section,
        is_invented=is_invented,
        observed_on=observed_on,
        confirmed_on=confirmed_on,
    )
    save_service(service=service, values=values)
    word = {"on": confirmed_on.isoformat(), "by": SourceKind.OWNER.value} if confirmed_on else None
    SourceRecord.objects.create(
        source=source,
        kind=RecordKind.SERVICE,
        external_id=external_id,
        service=service,
        values=values,
        confirmed=dict.fromkeys(values, word) if word else {},
        observed_on=observed_on,
    )
    return service


@transaction.atomic
def save_service(*, service: Service, values: Values | None = None) -> Service:
    """Write these fields (`None` empties one) and the listings that follow. Raises ValidationError."""
    values = values or {}
    for field in SERVICE:
        if field.name in values and field.kind != "rows":
            setattr(service, field.name, column_value(field, values[field.name]))
    service.full_clean(validate_constraints=False)
    service.save()
    if "places" in values:
        write_places(service, values["places"] or [])
    if "languages" in values:
        _write_rows(service, ServiceLanguage, values["languages"] or [])
    if "contacts" in values:
        _write_rows(service, Contact, values["contacts"] or [])
    relist(service=service)
    return service


@transaction.atomic
def set_state(*, service: Service, state: ServiceState) -> Service:
    """Publish, suspend or close a service."""
    service.state = state
    service.version += 1
    service.save(update_fields=["state", "version", "changed_at"])
    relist(service=service)
    return service


@transaction.atomic
def relist(*, service: Service) -> None:
    """Make the service's listings anew; one that is not public has none."""
    service.listings.all().delete()
    shown = Service.objects.public().with_details().filter(pk=service.pk).first()
    if shown is not None:
        Listing.objects.bulk_create(listings_of(shown))


def write_places(service: Service, rows: Sequence[Values]) -> None:
    """Give the service these places, making those that its organisation does not have yet."""
    areas = areas_by_key([row.get("area", "") for row in rows])
    service.at.all().delete()
    places = [put_place(service.organisation, row, areas, is_invented=service.is_invented) for row in rows]
    ServicePlace.objects.bulk_create(links_to(service, places, rows))


def links_to(service: Service, places: Sequence[Place], rows: Sequence[Values]) -> list[ServicePlace]:
    """The service at each of these places once, with its hours there where they are not the place's."""
    at = []
    for order, (place, row) in enumerate(zip(places, rows, strict=True)):
        own_hours = row.get("hours", "")
        hours = own_hours if own_hours != place.hours else ""
        at.append(ServicePlace(service=service, place=place, order=order, hours=hours))
    once = {link.place_id: link for link in reversed(at)}
    return sorted(once.values(), key=lambda link: link.order)


def put_place(
    organisation: Organisation,
    row: Values,
    areas: Mapping[str, Area],
    *,
    is_main: bool = False,
    is_invented: bool = False,
) -> Place:
    """The organisation's place at this address, made or completed; raises ValidationError.

    The services that are there already are listed anew.
    """
    key = place_key(row)
    place = Place.objects.filter(organisation=organisation, match_key=key).first()
    if place is None:
        place = Place(organisation=organisation, match_key=key, is_invented=is_invented)
    is_changed = complete_place(place, row, areas)
    place.is_main = place.is_main or is_main
    place.full_clean(validate_constraints=False)
    place.save()
    for service in Service.objects.filter(at__place=place) if is_changed else []:
        relist(service=service)
    return place


def complete_place(place: Place, row: Values, areas: Mapping[str, Area]) -> bool:
    """Give the place what the row says and leave the rest; hours that it has stay. Gives whether something changed."""
    before = place_values(place)
    values = {name: value for name, value in row.items() if name != "area"} | {"area": areas.get(row.get("area", ""))}
    for name, value in values.items():
        if value not in (None, "", []) and not (name == "hours" and place.hours):
            setattr(place, name, value)
    return place_values(place) != before


def place_key(row: Mapping[str, object]) -> str:
    """What makes two rows the same place of an organisation: the address; without one, the name."""
    parts = [row.get("address") or row.get("name"), row.get("address_more"), row.get("postcode"), row.get("area")]
    return fold("|".join(str(part or "") for part in parts))[:300]


def areas_by_key(keys: Sequence[str]) -> dict[str, Area]:
    """The areas that records name as "insee-commune:94081"."""
    codes = [key.partition(":")[2] for key in keys if key]
    return {f"{area.code_system}:{area.code}": area for area in Area.objects.filter(code__in=codes)} if codes else {}


def _write_rows(service: Service, model: Any, rows: Sequence[Values]) -> None:
    model.objects.filter(service=service).delete()
    made = [model(service=service, **row) for row in rows]
    for row in made:
        row.full_clean(exclude=["service"], validate_constraints=False)
    model.objects.bulk_create(made)
