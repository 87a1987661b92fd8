"""The kinds of tables that can be imported; apps above add theirs in `AppConfig.ready`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any, Protocol

from django.utils.functional import Promise

from parcours.imports.rules import FilePlan, Report
from parcours.kit.spreadsheets import Table

if TYPE_CHECKING:
    from parcours.imports.models import BatchRow

Text = str | Promise


@dataclass(frozen=True)
class ColumnHelp:
    """A column that an importer reads: its header, what it holds, how to write it."""

    name: str
    label: Text
    help: Text = ""


class Importer(Protocol):
    """Receives one kind of table. Everything it does stands in the transaction of the verb that calls it."""

    kind: str
    permission: str
    label: Text
    intro: Text

    def columns(self) -> list[ColumnHelp]: ...

    def template(self) -> IO[bytes]:
        """An XLSX file to begin with."""

    def result_url(self) -> str:
        """Where one sees what was imported."""

    def read(self, table: Table, *, on: date) -> FilePlan:
        """Say what the file would do, in a number of queries that does not grow with its rows.

        Raises UnreadableFile for what is wrong with the file as a whole.
        """

    def apply(self, rows: Sequence["BatchRow"], *, by: Any, at: datetime, report: Report) -> None:
        """Do what the rows say; may note `key` and `memo` on them. Raises NotPossible."""

    def undo(self, rows: Sequence["BatchRow"], *, by: Any, at: datetime, report: Report) -> None:
        """Take back what `apply` did. Raises NotPossible when a row was changed since."""


IMPORTERS: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    """Offer a kind of import to those who have its permission."""
    IMPORTERS[importer.kind] = importer


def open_to(user: Any) -> list[Importer]:
    """What this user may import, in order of kind."""
    return [importer for _kind, importer in sorted(IMPORTERS.items()) if user.has_perm(importer.permission)]
