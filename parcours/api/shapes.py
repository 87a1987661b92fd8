"""The shapes that the API answers in: those of `directory.records`, field by field, in the reader's language."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from django.conf import settings
from django.utils.translation import override
from ninja import Field, Schema
from pydantic import create_model

from parcours.api.public import PERSONAL, id_of, page_of, public_values
from parcours.directory import choices
from parcours.directory.models import Organisation, Service, Source
from parcours.directory.records import ORGANISATION, SERVICE, Values, area_key
from parcours.directory.records import Field as RecordField
from parcours.directory.vocabulary import LANGUAGES, vocabulary
from parcours.geo.models import Area
from parcours.translations.texts import Translated

Language = StrEnum("Language", {code: code for code in LANGUAGES})
CHOICES = {
    "gender": choices.Gender, "capacity": choices.Capacity, "kind": choices.OrganisationKind,
    "spoken_by": choices.SpokenBy,
}  # fmt: skip


class Text(Schema):
    """A text in the language that was asked for, else in its own; `state` says how far to trust it."""

    text: str
    lang: str
    state: str = Field(description="reviewed, draft (by a machine) or outdated (of an older text)")


class Code(Schema):
    """A code of a vocabulary and what it is called."""

    code: str
    label: str


class PlaceOut(Schema):
    name: str | None = None
    address: str | None = None
    address_more: str | None = None
    postcode: str | None = None
    area: str | None = Field(None, description="The commune: “insee-commune:94081”")
    lon: float | None = None
    lat: float | None = None
    hours: str | None = Field(None, description="OpenStreetMap’s opening_hours; here only where they differ")
    accessibility: list[Code] = []
    accessibility_url: str | None = None


class LanguageOut(Schema):
    code: str
    label: str
    spoken_by: Code
    days: list[int] = Field([], description="1 Monday … 7 Sunday; none means always")
    note: str | None = None


class IdentifierOut(Schema):
    scheme: str
    value: str


ROWS: dict[str, Any] = {"places": PlaceOut, "languages": LanguageOut, "identifiers": IdentifierOut}
KINDS: dict[str, Any] = {"text": Text | None, "code": Code | None, "codes": list[Code], "day": date | None}


def _type_of(field: RecordField) -> tuple[Any, Any]:
    with override("en"):
        label = str(field.label)
    if field.kind == "rows":
        return list[ROWS[field.name]], Field([], description=label)
    if field.kind == "number":
        return float | None, Field(None, description=label)
    if field.scheme == "area":
        return (list[str], Field([], description=label)) if field.kind == "codes" else (str | None, Field(None))
    shape = KINDS.get(field.kind, str | None)
    return shape, Field([] if field.kind == "codes" else None, description=label)


def _fields(fields: tuple[RecordField, ...]) -> dict[str, Any]:
    return {field.name: _type_of(field) for field in fields if field.name != PERSONAL}


class Named(Schema):
    id: str
    key: str
    name: str


class Record(Schema):
    """What every record has."""

    id: str = Field(description="Never changes")
    gone: Literal[False] = False
    key: str = Field(description="Its name in addresses")
    url: str = Field(description="Its page, for people")
    is_invented: bool = Field(description="Made up for a demonstration: no such thing exists")
    source: str | None = Field(description="Key of the source that told it first")
    observed_on: date | None = Field(description="When a source last wrote it")
    confirmed_on: date | None = Field(description="When somebody last said that it is still true")
    changed_at: datetime


class Gone(Schema):
    """A record that is no longer there, or no longer what you asked for: forget it. `merged_into` took its place."""

    id: str
    gone: Literal[True] = True
    merged_into: str | None = None


ServiceOut: Any = create_model("Service", __base__=Record, organisation=(Named, ...), **_fields(SERVICE))
OrganisationOut: Any = create_model("Organisation", __base__=Record, **_fields(ORGANISATION))


class Page(Schema):
    """A page of changes. Keep `next`: with it you are told what changed after these, now or in a year."""

    next: str
    more: bool = Field(description="Whether there is more already")


class ServicePage(Page):
    results: list[ServiceOut | Gone]


class OrganisationPage(Page):
    results: list[OrganisationOut | Gone]


class SourceOut(Schema):
    key: str
    title: Text
    publisher: str
    year: int | None
    kind: str


class AreaOut(Schema):
    code: str = Field(description="“insee-commune:94081”")
    level: str
    name: str
    parent: str | None
    lon: float | None
    lat: float | None
    population: int | None


class AreaPage(Schema):
    results: list[AreaOut]
    next: str | None = Field(description="The cursor of the next page; none at the end")


class TermOut(Schema):
    code: str
    label: Text
    note: Text | None
    parent: str | None
    is_heading: bool = Field(description="Groups others, and describes no service itself")
    exports_as: str | None = Field(description="Its code in data·inclusion v1, where there is one")


class Problem(Schema):
    """What is wrong with the question."""

    detail: str


# From rows to these shapes


def interface_language(language: str) -> str:
    """The language of labels and addresses: the reader's where the site has it."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def text(value: Translated, language: str) -> Values | None:
    shown = value.in_language(language)
    return {"text": shown.text, "lang": shown.language, "state": str(shown.state)} if shown.text else None


def code(value: str, scheme: str, language: str) -> Values:
    """A code and its label, in a vocabulary or among the choices of that name; the code itself when it is unknown."""
    if scheme in CHOICES:
        labels = dict(CHOICES[scheme].choices)
        with override(interface_language(language)):
            return {"code": value, "label": str(labels.get(value, value))}
    term = vocabulary(scheme).get(value)
    return {"code": value, "label": term.labels.in_language(language).text if term else value}


def record(target: Service | Organisation, language: str, root: str) -> Values:
    """A record as the API tells it."""
    values = public_values(target)
    fields = SERVICE if isinstance(target, Service) else ORGANISATION
    told = {field.name: _told(field, values[field.name], language) for field in fields if field.name in values}
    common = ("key", "is_invented", "observed_on", "confirmed_on", "changed_at")
    told |= {name: getattr(target, name) for name in common}
    told["url"] = page_of(target, root, interface_language(language))
    told |= {"id": id_of(target), "source": target.source and target.source.key}
    if isinstance(target, Service):
        giver = target.organisation
        told["organisation"] = {"id": id_of(giver), "key": giver.key, "name": giver.name}
    return told


def _told(field: RecordField, value: Any, language: str) -> Any:
    if field.kind == "text":
        return text(Translated.parse(value), language)
    if field.kind == "rows":
        return [_row(field.name, row, language) for row in value]
    if field.scheme == "area" or field.kind not in ("code", "codes"):
        return value
    scheme = field.scheme or field.name
    return code(value, scheme, language) if field.kind == "code" else [code(one, scheme, language) for one in value]


def _row(name: str, row: Values, language: str) -> Values:
    if name == "languages":
        spoken_by = code(row["spoken_by"], "spoken_by", language)
        return row | code(row["code"], "languages", language) | {"spoken_by": spoken_by}
    if "accessibility" in row:
        return row | {"accessibility": [code(one, "accessibility", language) for one in row["accessibility"]]}
    return row


def source(row: Source, language: str) -> Values:
    named = {name: getattr(row, name) for name in ("key", "publisher", "year", "kind")}
    return named | {"title": text(row.title, language) or {"text": row.key, "lang": "", "state": "missing"}}


def area(row: Area, language: str) -> Values:
    named = {name: getattr(row, name) for name in ("level", "lon", "lat", "population")}
    return named | {"code": area_key(row), "name": row.name_in(language), "parent": area_key(row.parent) or None}
