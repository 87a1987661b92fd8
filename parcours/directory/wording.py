"""A field's value in words, for people who compare what sources say, or two versions of a change."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import phonenumbers
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parcours.directory.choices import Capacity, Gender, OrganisationKind, SpokenBy
from parcours.directory.hours import describe
from parcours.directory.hours.words import day_name
from parcours.directory.records import Field, Values
from parcours.directory.vocabulary import vocabulary
from parcours.engines.hours import Hours, HoursError
from parcours.geo.models import Area
from parcours.kit.dates import PartialDate
from parcours.kit.punctuation import listed, semicolon
from parcours.translations.texts import Translated

CHOICES: Mapping[str, Any] = {"gender": Gender, "capacity": Capacity, "kind": OrganisationKind}
Areas = Mapping[str, Area]


def worded(field: Field, value: Any, *, areas: Areas | None = None) -> str:
    """The value as text in the active language; "none" for none. `areas`: those that records name, by their key."""
    if value in (None, "", [], {}):
        return _("none")
    return WRITERS.get(field.kind, _plain)(field, value, areas or {})


def area_keys(values: Iterable[Values]) -> list[str]:
    """The areas that records name, to be fetched at once before their values are worded."""
    keys: set[str] = set()
    for record in values:
        keys |= {record.get("area") or "", *(record.get("catchment") or [])}
        keys |= {place.get("area") or "" for place in record.get("places") or []}
    return sorted(keys - {""})


def label_of(scheme: str, code: str, language: str = "") -> str:
    """A code's label in a language (the active one by default); the code itself where the vocabulary lacks it."""
    terms = vocabulary(scheme)
    return terms.label(code, language or get_language() or "fr") if code in terms else code


def shown_phone(number: str) -> str:
    """ "+33145678901" as one dials it: "01 45 67 89 01"; another country's number with its prefix."""
    try:
        read = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    home = phonenumbers.region_code_for_number(read) == "FR"
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(read, form))


def hours_read(text: str) -> Hours | None:
    """The hours that a stored text says; None for one that cannot be read."""
    try:
        return Hours(text)
    except HoursError:
        return None


def _plain(_field: Field, value: Any, _areas: Areas) -> str:
    return str(value)


def _text(_field: Field, value: Any, _areas: Areas) -> str:
    return Translated.parse(value).text


def _code(field: Field, value: Any, areas: Areas) -> str:
    if field.scheme == "area":
        return areas[value].name if value in areas else value
    return label_of(field.scheme, value) if field.scheme else str(CHOICES[field.name](value).label)


def _codes(field: Field, value: Any, areas: Areas) -> str:
    return listed(_code(field, code, areas) for code in value)


def _hours(_field: Field, value: Any, _areas: Areas) -> str:
    hours = hours_read(value)
    return (
        semicolon().join(map(str, describe(hours, get_language() or "fr", on=timezone.localdate()))) if hours else value
    )


def _day(_field: Field, value: Any, _areas: Areas) -> str:
    return PartialDate(date.fromisoformat(value)).formatted()


def _phone(_field: Field, value: Any, _areas: Areas) -> str:
    return shown_phone(value)


def _rows(field: Field, value: Any, areas: Areas) -> str:
    return semicolon().join(listed(filter(None, ROWS[field.name](row, areas))) for row in value)


def _place(row: Values, areas: Areas) -> list[str]:
    town = areas[row["area"]].name if row.get("area") in areas else ""
    address = [row.get("name", ""), row.get("address", ""), row.get("address_more", "")]
    return [*address, f"{row.get('postcode', '')} {town}".strip(), row.get("hours", "")]


def _language(row: Values, _areas: Areas) -> list[str]:
    days = [day_name(day - 1) for day in row.get("days") or []]
    spoken_by = str(SpokenBy(row.get("spoken_by", SpokenBy.STAFF)).label)
    return [label_of("languages", row["code"]), spoken_by, *days, row.get("note", "")]


def _contact(row: Values, _areas: Areas) -> list[str]:
    return [row.get("name", ""), row.get("role", ""), shown_phone(row.get("phone", "")), row.get("email", "")]


def _identifier(row: Values, _areas: Areas) -> list[str]:
    return [f"{row['scheme']} {row['value']}"]


ROWS = {"places": _place, "languages": _language, "contacts": _contact, "identifiers": _identifier}
WRITERS = {
    "text": _text, "code": _code, "codes": _codes, "hours": _hours, "day": _day, "phone": _phone, "rows": _rows,
}  # fmt: skip
