"""What looks like a record that somebody is about to add, so that a duplicate is seen before it is made."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from parcours.census.duplicates import (
    ALIKE,
    DOOR,
    REGISTERS,
    Row,
    Told,
    are_beside_each_other,
    engine,
    how_sure,
    kept_of,
    reached,
    rows_of,
    told,
)
from parcours.directory.actions.services import areas_by_key, place_key
from parcours.directory.choices import RecordKind
from parcours.directory.likeness import Likeness
from parcours.directory.models import Organisation
from parcours.directory.records import Values
from parcours.directory.search import search_vector
from parcours.engines import names
from parcours.translations.texts import Translated

# With how many a new record is compared, at most, for each way to be near it.
COMPARED = 60


@dataclass(frozen=True)
class Candidate:
    """A record that looks like the new one, how probably they are the same, and why."""

    record: Any
    probability: float
    reasons: list[Told]


def similar_to(values: Values, kind: str, *, of: Organisation | None = None) -> list[Candidate]:
    """The kept records that look like these values (a service: of this organisation), the likest first.

    The database finds the few that share something, the engine weighs them; nothing is written.
    """
    near = rows_of(kind, only=_near(values, kind, of))
    if not near:
        return []
    pairs = engine().find_pairs([_row(values, of)], kind=kind, against=near, threshold=ALIKE)
    pairs = [pair for pair in pairs if not are_beside_each_other(pair)]
    records = kept_of(kind).in_bulk([pair.right for pair in pairs])
    return [Candidate(records[pair.right], pair.probability, told(map(vars, pair.reasons))) for pair in pairs]


def services_like(values: Values, organisation: Organisation) -> list[Likeness]:
    """The services that look like a new one of this organisation, as its form shows them."""
    return [
        Likeness(one.record, how_sure(one.probability), [reason.text for reason in one.reasons if reason.is_for])
        for one in similar_to(values, RecordKind.SERVICE, of=organisation)
    ]


def _row(values: Values, of: Organisation | None) -> Row:
    place = next(iter(values.get("places") or []), {})
    town = place.get("area") or values.get("area") or ""
    areas = areas_by_key([town])
    numbers = {row["scheme"]: row["value"] for row in values.get("identifiers") or [] if row["scheme"] in REGISTERS}
    return {
        "id": 0,
        "name": _name(values),
        "acronym": values.get("acronym"),
        "organisation": of.name if of else "",
        "themes": values.get("themes"),
        **{field: place.get(field) for field in DOOR},
        "commune": areas[town].name if town in areas else "",
        **reached(values.get("phone") or "", values.get("email") or "", values.get("website") or ""),
        **numbers,
    }


def _name(values: Values) -> str:
    name = values.get("name") or ""
    return name if isinstance(name, str) else Translated.parse(name).source_text


def _near(values: Values, kind: str, of: Organisation | None) -> set[int]:
    """Those few that share a number, a way to be reached, an address or a rare word of the name."""
    shared = [Q(**{name: values[name]}) for name in ("phone", "email", "website") if values.get(name)]
    shared += [Q(places__match_key=place_key(row)) for row in values.get("places") or []]
    if kind == RecordKind.ORGANISATION:
        numbers = values.get("identifiers") or []
        shared += [Q(identifiers__scheme=row["scheme"], identifiers__value=row["value"]) for row in numbers]
    elif of:
        shared.append(Q(organisation=of))
    kept = kept_of(kind).order_by("pk").values_list("pk", flat=True)
    near = set(kept.filter(reduce(or_, shared))[:COMPARED]) if shared else set()
    words = names.distinctive(names.name_words(_name(values)))
    if words and kind == RecordKind.ORGANISATION:
        query = SearchQuery(" | ".join(words), search_type="raw", config="simple")
        near |= set(kept.alias(vector=search_vector()).filter(vector=query)[:COMPARED])
    return near
