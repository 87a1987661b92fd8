"""Features of a GeoPackage: a SQLite file whose geometries are WKB behind a small header (OGC 12-128r19, 2.1.3)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .errors import feature, wrong

WGS84 = 4326
# Bytes of the envelope that follows the eight bytes of the header, by the flag's code.
ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


def is_geopackage(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def read_geopackage(path: Path) -> Iterator[tuple[dict[str, Any], bytes | None]]:
    """Properties and WKB of each row of each layer. Raises GeoError: no layer, not WGS84, a broken geometry."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            number = 0
            for table, column in _layers(database):
                records = database.execute(f"SELECT * FROM {_quoted(table)} ORDER BY rowid")  # noqa: S608  (quoted)
                names = [name for name, *_rest in records.description]
                for record in records:
                    number += 1
                    properties = dict(zip(names, record, strict=True))
                    yield properties, _wkb(properties.pop(column), number, column)
    except sqlite3.Error as error:
        raise wrong(_("this GeoPackage cannot be read (%(error)s)") % {"error": error}) from error


def _layers(database: sqlite3.Connection) -> list[tuple[str, str]]:
    """Tables with a geometry, and the geometry's column; all must be in WGS84."""
    columns = list(
        database.execute(
            "SELECT g.table_name, g.column_name, s.organization, s.organization_coordsys_id"
            " FROM gpkg_geometry_columns g JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id ORDER BY g.table_name"
        )
    )
    if not columns:
        raise wrong(_("this GeoPackage has no layer with geometries"))
    for table, column, organization, number in columns:
        if number != WGS84:
            text = _("layer %(layer)s is in %(system)s: convert the file to EPSG:4326 (WGS84) first")
            raise wrong(text % {"layer": table, "system": f"{organization}:{number}"}, field=column)
    return [(table, column) for table, column, *_rest in columns]


def _wkb(blob: bytes | None, number: int, column: str) -> bytes | None:
    if blob is None:
        return None
    if len(blob) < 8 or blob[:2] != b"GP" or (blob[3] >> 1 & 7) not in ENVELOPE_BYTES:
        raise wrong(_("the outline cannot be read"), feature(number), column)
    return bytes(blob[8 + ENVELOPE_BYTES[blob[3] >> 1 & 7] :])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
