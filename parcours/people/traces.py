"""Looking for somebody everywhere: in every column of every table, in every file that we write."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


def traces(needles: Sequence[str]) -> Iterator[str]:
    """Where any of these words stands: a table's name, or a file under PARCOURS_DATA."""
    wanted = [needle for needle in needles if needle]
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            # the whole row as text: no column is left out, also of tables that Django does not know
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT EXISTS (SELECT 1 FROM {name} AS t WHERE t::text ILIKE ANY (%s))",  # noqa: S608 (quoted)
                [[f"%{needle}%" for needle in wanted]],
            )
            if cursor.fetchone()[0]:
                yield table
    for path in sorted(Path(settings.DATA).rglob("*")):
        if path.is_file() and "static" not in path.parts and _holds(path, wanted):
            yield path.name


def _holds(path: Path, needles: Sequence[str]) -> bool:
    content = path.read_bytes().lower()
    return any(needle.lower().encode() in content for needle in needles)
