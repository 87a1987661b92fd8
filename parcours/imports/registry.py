"""The kinds of tables that can be imported; apps above add theirs in `AppConfig.ready`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Protocol

from django.utils.functional import Promise

from parcours.imports.models import Batch
from parcours.imports.queries import BatchRowQuerySet
from parcours.imports.rules import FilePlan, Report, Sent

Text = str | Promise


@dataclass(frozen=True)
class ColumnHelp:
    """A column that an importer reads: its header, what it holds, how to write it."""

    name: str
    label: Text
    help: Text = ""


class Importer(Protocol):
    """Receives one kind of file. Everything it does stands in the transaction of the verb that calls it."""

    kind: str
    permission: str
    label: Text
    intro: Text
    accept: str = ".xlsx,.csv"
    # whether anybody's own list will do, whose columns are then asked for
    takes_any_list: bool = False

    def columns(self) -> list[ColumnHelp]: ...

    def template(self) -> IO[bytes]:
        """An XLSX file to begin with."""

    def result_url(self) -> str:
        """Where one sees what was imported."""

    def look(self, sent: Sent) -> dict[str, Any]:
        """What can be said of how to read a file that was just received. Raises UnreadableFile."""
        return {}

    def details_url(self, batch: Batch) -> str:
        """The page that asks how to read a file; empty when nothing is to be asked."""
        return ""

    def read(self, sent: Sent, *, on: date) -> FilePlan:
        """Say what the file would do, in queries by the thousand rows at most.

        Raises UnreadableFile for what is wrong with the file as a whole, at once or while its rows are walked through.
        """

    def apply(self, rows: BatchRowQuerySet, *, batch: Batch, by: Any, at: datetime, report: Report) -> None:
        """Do what the rows say; what it notes on them (`key`, `memo`) it saves. Raises NotPossible."""

    def undo(self, rows: BatchRowQuerySet, *, batch: Batch, by: Any, at: datetime, report: Report) -> None:
        """Take back what `apply` did. Raises NotPossible when a row was changed since."""


IMPORTERS: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    """Offer a kind of import to those who have its permission."""
    IMPORTERS[importer.kind] = importer


def open_to(user: Any) -> list[Importer]:
    """What this user may import, in order of kind."""
    return [importer for _kind, importer in sorted(IMPORTERS.items()) if user.has_perm(importer.permission)]
