"""A service or an organisation as plain values: what a source tells, a file brings, a form changes, an export writes.

Values are JSON, whatever their source; an absent field says nothing, `None` says that there is none:

| kind | value |
|---|---|
| text | a text in several languages: `Translated.stored()` |
| plain, code, url, phone, email, hours | a string; phones as "+33145678901", hours in the OSM syntax |
| codes | a list of codes of the field's vocabulary, or of areas ("insee-commune:94081") |
| number | an integer, or a decimal number as a string |
| day | "2026-11-25" |
| rows | a list of objects: `PLACE`, `LANGUAGE`, `CONTACT`, `IDENTIFIER` name their keys |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parcours.directory.choices import RecordKind
from parcours.translations.texts import Translated

if TYPE_CHECKING:
    from parcours.directory.models import Organisation, Service

Values = dict[str, Any]
Kind = Literal["text", "plain", "code", "url", "phone", "email", "hours", "codes", "number", "day", "rows"]


@dataclass(frozen=True)
class Field:
    """A field of a record; `scheme` is the vocabulary of its codes, "area" for areas, "" for the model's choices."""

    name: str
    kind: Kind
    label: str | Promise
    scheme: str = ""


PLACE = (
    "name", "address", "address_more", "postcode", "area", "lon", "lat", "hours", "accessibility", "accessibility_url",
)  # fmt: skip
LANGUAGE = ("code", "spoken_by", "days", "note")
CONTACT = ("name", "role", "phone", "email", "is_private")
IDENTIFIER = ("scheme", "value")

SERVICE = (
    Field("name", "text", _("name")),
    Field("summary", "text", _("in one sentence")),
    Field("description", "text", _("description")),
    Field("types", "codes", _("types"), "service_types"),
    Field("themes", "codes", _("themes"), "themes"),
    Field("publics", "codes", _("publics"), "publics"),
    Field("publics_note", "text", _("more on the publics")),
    Field("gender", "code", _("women’s or men’s service")),
    Field("age_min", "number", _("from the age of")),
    Field("age_max", "number", _("up to the age of")),
    Field("stay", "codes", _("conditions of stay accepted"), "stay"),
    Field("french_min", "code", _("French needed: at least"), "levels"),
    Field("french_max", "code", _("French needed: at most"), "levels"),
    Field("conditions", "text", _("other conditions")),
    Field("fee", "code", _("cost"), "fees"),
    Field("fee_note", "text", _("more on the cost")),
    Field("documents", "codes", _("documents to bring"), "documents"),
    Field("documents_note", "text", _("more on the documents")),
    Field("modes", "codes", _("how one is received"), "modes"),
    Field("enrolment", "codes", _("how to enrol"), "enrolment"),
    Field("enrolled_by", "codes", _("who may ask"), "enrolled_by"),
    Field("enrolment_url", "url", _("enrolment page")),
    Field("enrolment_note", "text", _("more on enrolment")),
    Field("weekly_hours", "number", _("hours a week")),
    Field("weeks", "number", _("number of weeks")),
    Field("hours", "hours", _("opening hours")),
    Field("hours_note", "text", _("more on the hours")),
    Field("capacity", "code", _("places left")),
    Field("wait_weeks", "number", _("usual wait, in weeks")),
    Field("full_until", "day", _("full until")),
    Field("capacity_on", "day", _("said on")),
    Field("catchment", "codes", _("for people who live in"), "area"),
    Field("phone", "phone", _("phone")),
    Field("email", "email", _("e-mail address")),
    Field("website", "url", _("web page")),
    Field("languages", "rows", _("languages spoken")),
    Field("places", "rows", _("places")),
    Field("contacts", "rows", _("contacts")),
)
ORGANISATION = (
    Field("name", "plain", _("name")),
    Field("acronym", "plain", _("acronym")),
    Field("kind", "code", _("kind")),
    Field("description", "text", _("description")),
    Field("area", "code", _("commune"), "area"),
    Field("phone", "phone", _("phone")),
    Field("email", "email", _("e-mail address")),
    Field("website", "url", _("web page")),
    Field("hours", "hours", _("opening hours")),
    Field("networks", "codes", _("networks"), "networks"),
    Field("identifiers", "rows", _("numbers in registers")),
    Field("places", "rows", _("addresses")),
    Field("contacts", "rows", _("contacts")),
)
FIELDS: Mapping[str, tuple[Field, ...]] = {RecordKind.SERVICE: SERVICE, RecordKind.ORGANISATION: ORGANISATION}
BY_NAME = {kind: {field.name: field for field in fields} for kind, fields in FIELDS.items()}


def kind_of(target: "Service | Organisation") -> RecordKind:
    """Which kind of record a row of the database is."""
    return RecordKind(target._meta.model_name or "")


def fields_of(target: "Service | Organisation") -> tuple[Field, ...]:
    return FIELDS[kind_of(target)]


def read_values(target: "Service | Organisation") -> Values:
    """What stands now, without what is empty; reads rows through the relations (prefetch them for a list)."""
    found = {field.name: _read(target, field) for field in fields_of(target)}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _read(target: Any, field: Field) -> Any:
    if field.kind == "rows":
        return ROWS[field.name](target)
    return stored_value(getattr(target, field.name))


def stored_value(value: Any) -> Any:
    """A column's value as JSON holds it; None for one that is empty."""
    if isinstance(value, Translated):
        return value.stored() if value else None
    if isinstance(value, models.Model):
        return area_key(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list | tuple):
        return list(value) or None
    return None if value == "" else value


def column_value(field: Field, value: Any) -> Any:
    """The value that the field's column takes; its empty value for `None`."""
    if field.kind == "text":
        return Translated.parse(value)
    if value is None:
        return {"codes": [], "number": None, "day": None}.get(field.kind, "")
    if field.kind == "day":
        return date.fromisoformat(value)
    if field.kind == "number" and isinstance(value, str):
        return Decimal(value)
    return value


def area_key(area: Any) -> str:
    """How a record names an area: "insee-commune:94081"; "" for none."""
    return f"{area.code_system}:{area.code}" if area else ""


def _places(target: Any) -> list[Values]:
    if kind_of(target) == RecordKind.ORGANISATION:
        return [place_values(place) for place in target.places.all() if place.is_main]
    return [{**place_values(at.place), **({"hours": at.hours} if at.hours else {})} for at in target.at.all()]


def place_values(place: Any) -> Values:
    """A place as a row of a record, without what is empty."""
    values = {name: getattr(place, name) for name in PLACE if name != "area"} | {"area": area_key(place.area)}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _rows(accessor: str, names: tuple[str, ...]) -> Any:
    def read(target: Any) -> list[Values]:
        rows = [{name: getattr(row, name) for name in names} for row in getattr(target, accessor).all()]
        return [{name: value for name, value in row.items() if value not in (None, "", [])} for row in rows]

    return read


ROWS = {
    "places": _places,
    "languages": _rows("languages", LANGUAGE),
    "contacts": _rows("contacts", CONTACT),
    "identifiers": _rows("identifiers", IDENTIFIER),
}
