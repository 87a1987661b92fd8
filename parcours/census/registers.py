"""Is a SIRET still active? A register is a function named by the setting PARCOURS_SIRET_REGISTER."""

import csv
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from parcours.census.choices import CheckState
from parcours.census.linkcheck import Found

Register = Callable[[str], Found]
CLOSED = ("closed", "f", "fermé", "ferme")


def no_register(siret: str) -> Found:
    """Where no register is connected nothing is known, and nothing is said."""
    return Found(CheckState.UNKNOWN, "none")


def csv_register(siret: str) -> Found:
    """Reads the file of the setting PARCOURS_SIRET_FILE: columns siret, state, closed_on, successor.

    `state` is "closed", or "F" as the national register writes it; anything else is active.
    """
    path = Path(settings.PARCOURS_SIRET_FILE)
    if not path.is_file():
        raise ImproperlyConfigured(f"PARCOURS_SIRET_FILE names no file: {path}")
    row = _rows(path, path.stat().st_mtime_ns).get(siret)
    if row is None:
        return Found(CheckState.UNKNOWN, "register")
    if row["state"].strip().casefold() not in CLOSED:
        return Found(CheckState.OK)
    return Found(CheckState.CLOSED, f"closed {row['closed_on']}", row["successor"])


@lru_cache(maxsize=1)
def _rows(path: Path, _changed: int) -> Mapping[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        if lacking := {"siret", "state", "closed_on", "successor"} - set(table.fieldnames or ()):
            raise ImproperlyConfigured(f"{path} lacks the columns {', '.join(sorted(lacking))}")
        return {row["siret"].replace(" ", ""): row for row in table}
