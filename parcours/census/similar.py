"""What looks like a record that somebody is about to add, so that a duplicate is seen before it is made."""

from collections.abc import Mapping, Sequence
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
    kept_of,
    reached,
    rows_of,
    told,
)
from parcours.directory.actions.services import areas_by_key, place_key
from parcours.directory.choices import RecordKind
from parcours.directory.models import Organisation
from parcours.directory.records import Values
from parcours.directory.search import search_vector
from parcours.engines import names
from parcours.geo.models import Area
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
    return similar_to_each([values], kind, of=of)[0]


def similar_to_each(wanted: Sequence[Values], kind: str, *, of: Organisation | None = None) -> list[list[Candidate]]:
    """The same for many at once, each beside what looks like it; reads as often for many as for one."""
    near = rows_of(kind, only=_near(wanted, kind, of))
    if not near:
        return [[] for _values in wanted]
    areas = areas_by_key([_town(values) for values in wanted])
    rows = [_row(values, of, areas) | {"id": number} for number, values in enumerate(wanted)]
    pairs = engine().find_pairs(rows, kind=kind, against=near, threshold=ALIKE)
    pairs = [pair for pair in pairs if not are_beside_each_other(pair)]
    records = kept_of(kind).in_bulk({pair.right for pair in pairs})
    found: list[list[Candidate]] = [[] for _values in wanted]
    for pair in pairs:
        found[pair.left].append(Candidate(records[pair.right], pair.probability, told(map(vars, pair.reasons))))
    return found


def _town(values: Values) -> str:
    place = next(iter(values.get("places") or []), {})
    return place.get("area") or values.get("area") or ""


def _row(values: Values, of: Organisation | None, areas: Mapping[str, Area]) -> Row:
    place = next(iter(values.get("places") or []), {})
    town = _town(values)
    numbers = {row["scheme"]: row["value"] for row in values.get("identifiers") or [] if row["scheme"] in REGISTERS}
    return {
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


def _near(wanted: Sequence[Values], kind: str, of: Organisation | None) -> set[int]:
    """Those few that share a number, a way to be reached, an address or a rare word of the name."""
    kept = kept_of(kind).order_by("pk").values_list("pk", flat=True)
    each = []
    for values in wanted:
        if shared := _shared(values, kind, of):
            each.append(kept.filter(reduce(or_, shared))[:COMPARED])
        words = names.distinctive(names.name_words(_name(values)))
        if words and kind == RecordKind.ORGANISATION:
            query = SearchQuery(" | ".join(words), search_type="raw", config="simple")
            each.append(kept.alias(vector=search_vector()).filter(vector=query)[:COMPARED])
    return set(each[0].union(*each[1:], all=True)) if each else set()


def _shared(values: Values, kind: str, of: Organisation | None) -> list[Q]:
    shared = [Q(**{name: values[name]}) for name in ("phone", "email", "website") if values.get(name)]
    shared += [Q(places__match_key=place_key(row)) for row in values.get("places") or []]
    if kind == RecordKind.ORGANISATION:
        numbers = values.get("identifiers") or []
        shared += [Q(identifiers__scheme=row["scheme"], identifiers__value=row["value"]) for row in numbers]
    elif of:
        shared.append(Q(organisation=of))
    return shared
