"""Values as people, files and forms give them, made canonical (`records`); what cannot be taken is told, never guessed.

Accepted for every field: text; for lists also a cell separated by "|" or ";"; codes by any of their names; numbers and
days as they are typed; hours in the OSM syntax or readable French; places, languages, contacts and identifiers as rows.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext_noop as _

from parcours.directory.choices import RecordKind
from parcours.directory.cleaning import codes, plain, rows
from parcours.directory.cleaning.desk import NOTHING, Desk, Known, Wrong
from parcours.directory.records import BY_NAME, Field, Values
from parcours.directory.vocabulary import vocabulary
from parcours.imports.rules import Problem

__all__ = ["REQUIRED", "Known", "clean"]

ROWS: dict[str, Callable[[Desk, Any], Any]] = {
    "places": rows.places,
    "languages": rows.languages,
    "contacts": rows.contacts,
    "identifiers": rows.identifiers,
}
OLDEST, HOURS_A_WEEK = 120, 168
NUMBERS: dict[str, Callable[[Desk, Any], Any]] = {
    "age_min": partial(plain.number, high=OLDEST),
    "age_max": partial(plain.number, high=OLDEST),
    "weekly_hours": partial(plain.number, high=HOURS_A_WEEK, is_whole=False),
}
PLAIN: dict[str, Callable[[Desk, Any], Any]] = {
    "plain": plain.line,
    "text": plain.text,
    "url": plain.url,
    "email": plain.email,
    "phone": plain.phone,
    "hours": plain.hours,
    "day": plain.day,
}
REQUIRED = ("name", "kind")


def clean(
    kind: RecordKind | str, raw: Mapping[str, Any], known: Known | None = None
) -> tuple[Values, list[Problem], list[Problem]]:
    """The canonical values, the errors and the warnings; never raises, and changes nothing in its own values.

    An empty text says nothing; `None` and an empty list say that there is none. What is in error is left out. A
    problem's column is the field's name, or "places.lon" for a key of its rows. Give the same `known` to all the
    records of a file.
    """
    desk = Desk(known or Known())
    values: Values = {}
    for name, value in raw.items():
        field = BY_NAME[kind].get(name)
        if field is None:
            with desk.at(str(name)):
                desk.warn(_("This field is not known here and left out."))
            continue
        cleaned = _none(desk, name) if value is None or value == [] else _cleaned(desk, field, value)
        if cleaned is not NOTHING:
            values[name] = cleaned
    _keep_more(desk, values)
    _check_order(desk, values)
    return {name: values[name] for name in BY_NAME[kind] if name in values}, desk.errors, desk.warnings


def _none(desk: Desk, name: str) -> Any:
    if name not in REQUIRED:
        return None
    with desk.at(name):
        desk.error(Wrong(_("This is needed.")))
    return NOTHING


def _cleaned(desk: Desk, field: Field, value: Any) -> Any:
    cleaned = NOTHING if value == "" else desk.read(field.name, _cleaner_of(field), value)
    return NOTHING if cleaned in ("", [], {}) else cleaned


def _cleaner_of(field: Field) -> Callable[[Desk, Any], Any]:
    if field.kind == "rows":
        return ROWS[field.name]
    if field.kind == "number":
        return NUMBERS.get(field.name, plain.number)
    if field.kind == "codes":
        return partial(codes.codes, scheme=field.scheme)
    if field.kind == "code":
        return codes.area if field.scheme == "area" else partial(codes.code, scheme=field.scheme or field.name)
    if field.name in plain.ONE_LINE and field.kind == "text":
        return partial(plain.text, limit=plain.ONE_LINE[field.name])
    return partial(plain.line, limit=40) if field.name == "acronym" else PLAIN[field.kind]


def _keep_more(desk: Desk, values: Values) -> None:
    """Numbers and addresses beyond the first of their cell join the contacts, open to all as their cell was."""
    if desk.more:
        known = values.get("contacts") or []
        values["contacts"] = known + [
            row for row in ({**each, "is_private": False} for each in desk.more) if row not in known
        ]


def _check_order(desk: Desk, values: Values) -> None:
    low, high = values.get("age_min"), values.get("age_max")
    if low is not None and high is not None and low > high:
        with desk.at("age_max"):
            desk.error(Wrong(_("The highest age (%(high)d) is under the lowest (%(low)d)."), low=low, high=high))
        del values["age_min"], values["age_max"]
    low, high = values.get("french_min"), values.get("french_max")
    levels = [term.code for term in vocabulary("levels").terms]
    if low and high and levels.index(low) > levels.index(high):
        with desk.at("french_max"):
            desk.error(Wrong(_("The highest level (%(high)s) is under the lowest (%(low)s)."), low=low, high=high))
        del values["french_min"], values["french_max"]
