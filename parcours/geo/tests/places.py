"""Small territories and files for the tests of geo."""

import json
import sqlite3
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from parcours.geo.actions import load_areas
from parcours.geo.models import Area
from parcours.geo.records import AreaRow, read_rows

ROOT = Path(__file__).parents[3]
VAL_DE_MARNE = ROOT / "territories/val-de-marne/areas.csv"
DATA = ROOT / "tests/data/geo"
REAL_OUTLINES = DATA / "communes-94-2018.geojson"


def load_val_de_marne() -> Area:
    load_areas(rows=read_rows(VAL_DE_MARNE))
    return Area.objects.get(code_system="insee-departement", code="94")


def commune(code: str, name: str, **more: Any) -> AreaRow:
    return AreaRow("commune", "test", code, name, **more)


def three_squares() -> dict[str, BaseGeometry]:
    """Three square communes in a row, sharing borders: "a", "b", "c"."""
    return {code: box(2 + n * 0.1, 48, 2.1 + n * 0.1, 48.1) for n, code in enumerate("abc")}


def write_geojson(path: Path, features: Iterable[tuple[dict[str, Any], Any]], **more: Any) -> Path:
    members = [{"type": "Feature", "properties": properties, "geometry": shape} for properties, shape in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": members, **more}), encoding="utf-8")
    return path


def write_geopackage(path: Path, shapes: dict[str, BaseGeometry], *, srs: int = 4326, envelope: bool = True) -> Path:
    """A real GeoPackage of one layer with the columns fid, geom and insee_com."""
    database = sqlite3.connect(path)
    database.executescript(
        "PRAGMA application_id = 1196444487;"
        "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,"
        " organization_coordsys_id INTEGER, definition TEXT);"
        "CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, srs_id INTEGER);"
        "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,"
        " srs_id INTEGER, z INTEGER, m INTEGER);"
        "CREATE TABLE commune (fid INTEGER PRIMARY KEY, geom BLOB, insee_com TEXT);"
    )
    database.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('a', ?, 'EPSG', ?, '')", (srs, srs))
    database.execute("INSERT INTO gpkg_contents VALUES ('commune', 'features', ?)", (srs,))
    database.execute("INSERT INTO gpkg_geometry_columns VALUES ('commune', 'geom', 'POLYGON', ?, 0, 0)", (srs,))
    for code, shape in shapes.items():
        west, south, east, north = shape.bounds
        head = b"GP\x00" + bytes([0b11 if envelope else 0b01]) + struct.pack("<i", srs)
        bounds = struct.pack("<4d", west, east, south, north) if envelope else b""
        database.execute("INSERT INTO commune (geom, insee_com) VALUES (?, ?)", (head + bounds + shape.wkb, code))
    database.commit()
    database.close()
    return path
