"""A small importer that is no mock: it adds people and renames them."""

import io
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import IO, Any

import pytest
import rules

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.imports import registry
from parcours.imports.actions import preview
from parcours.imports.choices import Op
from parcours.imports.models import Batch, BatchRow
from parcours.imports.queries import BatchRowQuerySet
from parcours.imports.registry import ColumnHelp, Importer
from parcours.imports.rules import FilePlan, NotPossible, Obstacle, Problem, Report, RowPlan, Sent, Shown
from parcours.kit.spreadsheets import Row, UnreadableFile, write_xlsx

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KIND = "people"


class PeopleImporter(Importer):
    """Columns: email, name. `apply` and `undo` refuse people renamed in between, and stop half-way at a closed gate."""

    kind = KIND
    permission = "imports.try_people"
    label = "Import people"
    intro = "One row for each person."
    gate: threading.Event | None = None

    def columns(self) -> list[ColumnHelp]:
        return [ColumnHelp("email", "address"), ColumnHelp("name", "name", "As they write it.")]

    def template(self) -> IO[bytes]:
        return write_xlsx(["email", "name"], [], "People")

    def result_url(self) -> str:
        return "/"

    def read(self, sent: Sent, *, on: date) -> FilePlan:
        table = sent.table()
        if set(table.headers) != {"email", "name"}:
            raise UnreadableFile("The columns are email and name.")
        known = dict(User.objects.values_list("email", "name"))
        return FilePlan([], (self.row(row, known) for row in table.rows))

    def row(self, row: Row, known: dict[Any, str]) -> RowPlan:
        email, name = str(row.cells["email"]), str(row.cells["name"])
        before = known.get(email, "")
        op = Op.CREATE if email not in known else Op.SAME if before == name else Op.CHANGE
        problems = [] if name else [Problem("name", "“%(value)s” is not known here.", {"value": email})]
        shown = [Shown("name", before, name)]
        return RowPlan(row.number, op, email, name, {"name": before}, {"name": name}, shown, problems)

    def apply(self, rows: BatchRowQuerySet, *, batch: Batch, by: Any, at: datetime, report: Report) -> None:
        listed = list(rows)
        for row in self.half_way(listed, report):
            if row.op == Op.CREATE:
                create_user(email=row.key, name=row.after["name"], language="fr")
            else:
                self.rename(row, row.before["name"], row.after["name"])
            row.memo["done"] = True
        BatchRow.objects.bulk_update(listed, ["memo"])

    def undo(self, rows: BatchRowQuerySet, *, batch: Batch, by: Any, at: datetime, report: Report) -> None:
        for row in self.half_way(list(rows), report):
            if row.op == Op.CREATE:
                User.objects.filter(email=row.key).delete()
            else:
                self.rename(row, row.after["name"], row.before["name"])

    def half_way(self, rows: list[BatchRow], report: Report) -> Iterator[BatchRow]:
        for done, row in enumerate(rows):
            report(done)
            if self.gate and done == len(rows) // 2:
                assert self.gate.wait(60)
            yield row

    @staticmethod
    def rename(row: BatchRow, old: str, new: str) -> None:
        if not User.objects.filter(email=row.key, name=old).update(name=new):
            raise NotPossible([Obstacle(row.number, row.label, "renamed since")])


@pytest.fixture(autouse=True)
def _people_can_be_imported(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "parcours.imports.tests.urls"
    settings.PARCOURS_STAFF_MFA = False
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    others = dict(registry.IMPORTERS)
    registry.IMPORTERS.clear()
    registry.register(PeopleImporter())
    rules.add_perm(PeopleImporter.permission, rules.predicate(lambda user: user.name == "Clerk"))
    yield
    rules.remove_perm(PeopleImporter.permission)
    registry.IMPORTERS.clear()
    registry.IMPORTERS.update(others)


@pytest.fixture
def clerk(db: None) -> User:
    return create_user(email="clerk@example.org", name="Clerk", language="en")


def sent(clerk: User, text: str) -> Batch:
    """The preview of a CSV file."""
    return preview(kind=KIND, file=io.BytesIO(text.encode()), filename="people.csv", by=clerk, at=NOON)


def people() -> dict[Any, str]:
    return dict(User.objects.exclude(name="Clerk").values_list("email", "name"))
