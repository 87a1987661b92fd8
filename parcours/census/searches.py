"""One search for duplicates of a kind at a time, in all processes, and how far it is.

No row tells it: the search's own database session does, while its transaction lasts. It holds an advisory lock, and its
name says what it does and how far it is, which every other session can read. A server that stops takes both with it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from parcours.directory.choices import RecordKind

NAME = "parcours-duplicates"


class AlreadySearching(Exception):
    """Duplicates of this kind are being looked for at this very moment."""


@dataclass(frozen=True)
class Search:
    """A search at work: records read so far of all; once they are all read, they are being compared."""

    kind: RecordKind
    done: int
    total: int
    since: datetime

    @property
    def is_comparing(self) -> bool:
        return self.done >= self.total


def begin(kind: str, total: int) -> None:
    """Take the right to search so many records until the transaction ends. Raises AlreadySearching."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [f"{NAME} {kind}"])
        if not cursor.fetchone()[0]:
            raise AlreadySearching
    tell(kind, 0, total)


def tell(kind: str, done: int, total: int) -> None:
    """Say how far the search is; the session takes its own name again when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, true)", [f"{NAME} {kind} {done} {total}"])


def running() -> list[Search]:
    """The searches at work in any process."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name, xact_start FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE %s AND pid <> pg_backend_pid()"
            " ORDER BY application_name",
            [f"{NAME} %"],
        )
        rows = cursor.fetchall()
    found = [(name.split(), since) for name, since in rows]
    return [Search(RecordKind(kind), int(done), int(total), since) for (_, kind, done, total), since in found]
