"""HSDS as peers publish it for spreadsheets: a ZIP of CSV tables, written out as the JSON that it stands for."""

import csv
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import IO, Any

from django.utils.translation import gettext

from parcours.kit.spreadsheets import UnreadableFile

Row = dict[str, Any]

LARGEST_MB = 100
# Tables by the name that their rows have in JSON; files are called so, in the singular, or otherwise.
OTHERWISE = {"service_capacities": "capacities", "service_capacity": "capacities", "urls": "additional_urls"}
OTHERWISE |= {"address": "addresses", "url": "additional_urls", "accessibilities": "accessibility"}
# Which rows hang on a row, by the column that names it; those that are hung on come after what hangs on them.
HANGING: Mapping[str, Mapping[str, str]] = {
    "contacts": {"phones": "contact_id"},
    "locations": dict.fromkeys(("addresses", "accessibility", "schedules"), "location_id"),
    "service_at_locations": {"schedules": "service_at_location_id"},
    "organizations": dict.fromkeys(
        ("phones", "contacts", "organization_identifiers", "locations"), "organization_id"
    ) | {"attributes": "link_id"},
    "services": dict.fromkeys(
        (
            "phones", "contacts", "languages", "schedules", "service_areas", "cost_options", "required_documents",
            "capacities", "additional_urls",
        ),
        "service_id",
    ) | {"attributes": "link_id"},
}  # fmt: skip
LISTS = ("locations", "service_at_locations", "organizations", "services")
TABLES = {"attributes", "taxonomy_terms", *HANGING, *(table for tables in HANGING.values() for table in tables)}


def written_out(file: IO[bytes]) -> IO[bytes]:
    """The tables of a ZIP as a JSON file of separate lists; any other file as it is. Raises UnreadableFile."""
    file.seek(0)
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return file
    with zipfile.ZipFile(file) as packed:
        members = {name: table for name in packed.namelist() if (table := _table(name))}
        if not {"organizations", "services"}.intersection(members.values()):
            file.seek(0)
            return file
        if sum(packed.getinfo(name).file_size for name in members) > LARGEST_MB * 1_000_000:
            raise UnreadableFile(gettext("The tables of this ZIP hold more than %(n)d MB.") % {"n": LARGEST_MB})
        try:
            rows = {table: list(_rows(packed, name)) for name, table in sorted(members.items())}
        except (UnicodeDecodeError, csv.Error, zipfile.BadZipFile, RuntimeError) as error:
            raise UnreadableFile(gettext("The tables of this ZIP cannot be read as CSV in UTF-8.")) from error
    _hang(rows)
    return io.BytesIO(json.dumps({table: rows[table] for table in LISTS if table in rows}).encode())


def _table(member: str) -> str:
    """Which table a file of the ZIP is, "" for none."""
    path = PurePath(member)
    stem = path.stem.lower()
    names = (OTHERWISE.get(stem, stem), f"{stem}s")
    return next((name for name in names if name in TABLES), "") if path.suffix.lower() == ".csv" else ""


def _rows(packed: zipfile.ZipFile, member: str) -> Iterator[Row]:
    with packed.open(member) as file:
        for row in csv.DictReader(io.TextIOWrapper(file, "utf-8-sig", newline="")):
            yield {name: value for name, value in row.items() if name and value}


def _hang(rows: Mapping[str, list[Row]]) -> None:
    terms = {row.get("id"): row for row in rows.get("taxonomy_terms", [])}
    for row in rows.get("attributes", []):
        row["taxonomy_term"] = terms.get(row.get("taxonomy_term_id"), {})
    for row in rows.get("capacities", []):
        row["available"] = int(row["available"]) if row.get("available", "").isdecimal() else 0
    for table, hanging in HANGING.items():
        for child, column in hanging.items():
            by_owner = defaultdict(list)
            for row in rows.get(child, []):
                by_owner[row.get(column)].append(row)
            for owner in rows.get(table, []):
                if found := by_owner.get(owner.get("id")):
                    owner[child] = found
