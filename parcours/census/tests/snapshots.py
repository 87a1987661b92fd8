"""All that stands in the database, to be compared before and after."""

from typing import Any

import pghistory.models
from django.apps import apps
from django.db import connection

from parcours.census.models import Merge
from parcours.directory.models import Contact, Identifier, Listing, ServiceLanguage, ServicePlace

# Written anew whenever a record settles: their numbers say nothing.
WRITTEN_ANEW = (Contact, Identifier, Listing, ServiceLanguage, ServicePlace)
# When and how often something was written is no fact about the world.
NOT_COMPARED = {"version", "changed_at", "recorded_at"}


def whole_database() -> dict[str, list[Any]]:
    """Every row of our tables and of those between them, but for history and for the merges themselves."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        is_ours = model.__module__.startswith("parcours.")
        if is_ours and model is not Merge and not issubclass(model, pghistory.models.Event):
            left_out = NOT_COMPARED | ({"id"} if model in WRITTEN_ANEW else set())
            columns = [f'"{field.column}"' for field in model._meta.concrete_fields if field.name not in left_out]
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT {", ".join(columns)} FROM "{model._meta.db_table}"')
                rows = sorted(map(repr, cursor.fetchall()))
            if rows:
                found[model._meta.label] = rows
    return found


def difference(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> dict[str, Any]:
    """What a reader of a failed test wants: rows that are gone, rows that are new, by table."""
    found = {}
    for table in {**before, **after}:
        was, now = before.get(table, []), after.get(table, [])
        if was != now:
            found[table] = {"-": [row for row in was if row not in now], "+": [row for row in now if row not in was]}
    return found
