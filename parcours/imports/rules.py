"""What a row of a file means, before anything is saved."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, Any, Self

from django.utils.translation import gettext

from parcours.imports.choices import Op
from parcours.kit.spreadsheets import Table, read_table

# More rows than this are saved, and larger files are read, in the background, with a page that shows how far it is.
ROWS_IN_A_REQUEST = 200
BYTES_IN_A_REQUEST = 100_000
# A job that has not beaten for so long has lost its server.
SILENCE = timedelta(seconds=30)

Report = Callable[[int], None]
"""Called with the number of rows done so far, from time to time; it costs nothing to call it often."""


def no_report(done: int) -> None:
    """For work that nobody watches."""


@dataclass(frozen=True)
class Problem:
    """What is wrong or surprising in a cell: a msgid and its values, so that every reader reads it in their language.

    `column` is the header as the file has it; empty when the problem is the row's or the file's.
    """

    column: str
    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.text) % self.values

    def stored(self) -> dict[str, Any]:
        return {"column": self.column, "text": self.text, "values": self.values}

    @classmethod
    def parse(cls, value: dict[str, Any]) -> Self:
        return cls(value["column"], value["text"], value["values"])


@dataclass(frozen=True)
class Shown:
    """One value that a row changes, as the file writes it."""

    column: str
    before: str
    after: str


@dataclass
class RowPlan:
    """What one row would do.

    `before` and `after` have the shape that its importer gives them; `memo` is the importer's own.
    """

    number: int
    op: Op
    key: str = ""
    label: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    shown: list[Shown] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    memo: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """A file as it was sent, and how it is to be read (`options`, in the shape of its importer)."""

    file: IO[bytes]
    filename: str
    options: dict[str, Any] = field(default_factory=dict)

    def table(self) -> Table:
        """As the table that it is; raises UnreadableFile."""
        return read_table(self.file, self.filename)


@dataclass(frozen=True)
class FilePlan:
    """What a file would do: its rows, and remarks on it as a whole, complete once the rows were walked through."""

    notices: list[Problem]
    rows: Iterator[RowPlan]


@dataclass(frozen=True)
class Obstacle:
    """Why a row cannot be applied or undone any more, in the active language."""

    number: int
    label: str
    reason: str


class NotPossible(Exception):
    """Nothing was saved: `obstacles` say why, row by row."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        super().__init__(obstacles)
        self.obstacles = obstacles


class AlreadyDecided(Exception):
    """The batch is no longer in the state that the verb needs: somebody, or a second click, was quicker."""


class AlreadyRunning(Exception):
    """The batch is being imported or undone at this very moment."""


class Interrupted(Exception):
    """The job was taken for dead meanwhile: what it did must be rolled back."""


class RowsInError(Exception):
    """The batch has rows in error and nobody chose to leave them out."""
