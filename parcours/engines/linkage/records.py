"""Records as they are compared: one flat row each, and the keys that bring two rows together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa

from parcours.engines import names

Record = Mapping[str, Any]
Row = dict[str, Any]
Kind = Literal["organisation", "service"]

# A contact that more records than this carry is a platform's or a network's: it is no sign of one organisation.
CROWD = 20
# A key that would make more pairs than this is narrowed by place; one that still would is left out.
PAIRS_OF_A_KEY = 2_000
# The words of a name that bring it together with others: the rarest.
RAREST = 3
ROWS_AT_ONCE = 5_000
# A name or a contact found at this many places is a network's: "Secours populaire", its acronym, a switchboard.
PLACES_OF_A_NETWORK = 3
OF_NETWORKS = ("short", "phones", "emails", "domains")

TEXT, LIST = pa.string(), pa.list_(pa.string())
SCHEMA = pa.schema(
    {
        "unique_id": pa.int64(),
        "name": TEXT,
        "network": pa.bool_(),
        "grams": LIST,
        "core_grams": LIST,
        "words": LIST,
        "rare": LIST,
        "short": LIST,
        "brands": LIST,
        "initials": LIST,
        "number": pa.int64(),
        "street": TEXT,
        "street_grams": LIST,
        "postcode": TEXT,
        "commune": TEXT,
        "lon": pa.float64(),
        "lat": pa.float64(),
        "phones": LIST,
        "switchboards": LIST,
        "emails": LIST,
        "domains": LIST,
        "hosts": LIST,
        "siret": TEXT,
        "siren": TEXT,
        "rna": TEXT,
        "owner": TEXT,
        "owner_grams": LIST,
        "themes": LIST,
        "keys": LIST,
    }
)


def prepare(sides: Sequence[Sequence[Record]]) -> list[list[Row]]:
    """The rows of each side, numbered on; what a record does not say, or says unreadably, is None."""
    rows = [[_row(record) for record in side] for side in sides]
    everything = [row for side in rows for row in side]
    for number, row in enumerate(everything):
        row["unique_id"] = number
    _forget_crowds(everything)
    _mark_networks(everything)
    _keep_rare_words(everything)
    _add_keys(rows)
    return rows


def table(rows: Sequence[Row]) -> pa.Table:
    """Rows as columns, each text also as its groups of letters: those take more room than all the rest."""
    parts = [rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE)] or [[]]
    spelt = {"grams": "name", "core_grams": "core", "street_grams": "street", "owner_grams": "owner"}
    return pa.concat_tables(
        pa.Table.from_pylist(
            [row | {column: grams(row[field]) for column, field in spelt.items()} for row in part], schema=SCHEMA
        )
        for part in parts
    )


def _row(record: Record) -> Row:
    def text(field: str) -> str:
        return str(record.get(field) or "")

    name, town = text("name"), names.commune(text("commune"))
    words, place = names.name_words(name), names.address(text("address"), town)
    core = names.distinctive(words, town)
    emails = _each(names.email, record.get("emails"))
    domains = [names.domain(site) for site in [*(record.get("websites") or ()), *emails]]
    owner, siret = " ".join(names.name_words(text("organisation"))), names.siret(text("siret"))
    row = {
        "name": " ".join(words),
        "core": " ".join(core or words),
        "words": sorted(set(words)),
        "rare": core,
        "short": names.acronyms(name, text("acronym")),
        "initials": names.initials(name),
        "street": place.street,
        "postcode": text("postcode").strip()[:5],
        "commune": town,
        "phones": _each(names.phone, record.get("phones")),
        "emails": emails,
        "domains": sorted(set(filter(None, domains))),
        "siret": siret,
        "siren": siret[:9],
        "rna": names.rna(text("rna")),
        "owner": owner,
        "themes": sorted(set(record.get("themes") or ())),
    }
    located = record.get("lon") is not None and record.get("lat") is not None
    where = {field: float(record[field]) if located else None for field in ("lon", "lat")}
    return {field: value or None for field, value in row.items()} | where | {"number": place.number}


def _each(read: Any, values: Iterable[str] | None) -> list[str]:
    return sorted(set(filter(None, (read(str(value)) for value in values or ()))))


def grams(text: str | None) -> list[str] | None:
    """The groups of three letters that a text is made of: a letter mistyped or a word moved leaves most of them."""
    return sorted({f" {word} "[at : at + 3] for word in text.split() for at in range(len(word))}) if text else None


def _forget_crowds(rows: Sequence[Row]) -> None:
    for field in ("phones", "emails", "domains"):
        carried = Counter(value for row in rows for value in row[field] or ())
        for row in rows:
            row[field] = [value for value in row[field] or () if carried[value] <= CROWD] or None


def _mark_networks(rows: Sequence[Row]) -> None:
    """Tells what is found at several places from what is one place's own: a duplicate stands at the same place.

    Of an e-mail address found at several only the domain still speaks.
    """
    places = defaultdict(set)
    for row in rows:
        for value in (row["name"], *(value for field in OF_NETWORKS for value in row[field] or ())):
            places[value].add(_door(row))
    networks = {value for value, found in places.items() if len(found - {None}) >= PLACES_OF_A_NETWORK}
    for row in rows:
        row["network"] = row["name"] in networks
        row["switchboards"] = sorted(networks.intersection(row["phones"] or ())) or None
        row["hosts"] = sorted(networks.intersection(row["domains"] or ())) or None
        row["brands"] = sorted(networks.intersection(row["short"] or ())) or None
        for field in ("short", "emails"):
            row[field] = sorted({*(row[field] or ())} - networks) or None


def _door(row: Row) -> str | None:
    return f"{row['number']} {row['street']}" if row["street"] else _place(row)


def _place(row: Row) -> str | None:
    place: str | None = row["postcode"] or row["commune"]
    return place


def _keep_rare_words(rows: Sequence[Row]) -> None:
    """Keeps the rarest distinctive words of each name, and none that many different names have."""
    names_with: Counter[str] = Counter()
    for words in {row["name"]: row["rare"] for row in rows}.values():
        names_with.update(words or ())
    most = max(CROWD, len(rows) // 1000)
    for row in rows:
        rare = sorted(
            (word for word in row["rare"] or () if names_with[word] <= most), key=lambda w: (names_with[w], w)
        )
        row["rare"] = sorted(rare[:RAREST]) or None


def _keys(row: Row) -> Iterator[str]:
    """What two records of one thing are likely to share at least one of."""
    for field in ("phones", "emails", "domains", "rare", "short", "brands", "initials"):
        letter = "short" if field in ("brands", "initials") else field
        yield from (f"{letter} {value}" for value in row[field] or ())
    yield from (f"{field} {row[field]}" for field in ("name", "siren", "rna") if row[field])
    if row["street"]:
        longest = max(row["street"].split(), key=len)
        yield f"address {row['number']} {longest[:3]}"
        yield f"name and street {row['name'][:4] if row['name'] else ''} {longest}"
    if row["name"] and _place(row):
        yield f"name and place {row['name'][:4]} {_place(row)}"


def _add_keys(sides: Sequence[Sequence[Row]]) -> None:
    everything = [row for side in sides for row in side]
    for row in everything:
        row["keys"] = sorted(set(_keys(row)))
    pairs = pairs_of_keys(sides)
    for row in everything:
        narrowed = {f"{key} @{_place(row)}" if pairs[key] > PAIRS_OF_A_KEY else key for key in row["keys"]}
        row["keys"] = sorted(narrowed)
    pairs = pairs_of_keys(sides)
    for row in everything:
        row["keys"] = [key for key in row["keys"] if 0 < pairs[key] <= PAIRS_OF_A_KEY] or None


def pairs_of_keys(sides: Sequence[Sequence[Row]]) -> Counter[str]:
    """How many pairs each key makes, between the two sides or within the only one."""
    counts = [Counter(key for row in side for key in row["keys"] or ()) for side in sides]
    if len(counts) == 1:
        return Counter({key: count * (count - 1) // 2 for key, count in counts[0].items()})
    return Counter({key: count * counts[1][key] for key, count in counts[0].items()})
