"""Actions that come from a spreadsheet: what `parcours.imports` calls to preview, apply and undo."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import IO, TYPE_CHECKING

import pgtrigger
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parcours.imports.choices import Op
from parcours.imports.models import Batch, BatchRow
from parcours.imports.queries import BatchRowQuerySet
from parcours.imports.registry import ColumnHelp, Importer
from parcours.imports.rules import FilePlan, NotPossible, Obstacle, Report, Sent
from parcours.plan.actions.change import EditConflict
from parcours.plan.actions.many import Wanted, change_actions, create_actions
from parcours.plan.choices import Cause, Stage
from parcours.plan.models import Plan, ReleaseItem
from parcours.plan.records import BY_NAME, Record, RecordError
from parcours.plan.spreadsheet.export import ALWAYS, Export, columns
from parcours.plan.spreadsheet.reading import Reader

if TYPE_CHECKING:
    from parcours.accounts.models import User

Rows = Sequence[BatchRow]
ROWS_AT_ONCE = 500


class ActionsImporter(Importer):
    """Actions, for coordinators."""

    kind = "plan-actions"
    permission = "plan.change_plan"
    label: str | Promise = _("Import actions from a spreadsheet")
    intro: str | Promise = _(
        "One row for each action. Rows with a code change that action; rows without one are new actions."
    )

    def columns(self) -> list[ColumnHelp]:
        return [ColumnHelp(column.name, column.label, column.help) for column in columns(ALWAYS)]

    def template(self) -> IO[bytes]:
        plan = Plan.objects.current()
        today = timezone.localdate()
        actions = plan.actions.with_status(on=today, silent_after_months=plan.silent_after_months)
        return Export.of(plan, actions, for_office=True).xlsx(on=today)

    def result_url(self) -> str:
        return reverse("plan:actions")

    def read(self, sent: Sent, *, on: date) -> FilePlan:
        reader = Reader(Plan.objects.current(), sent.table())
        return FilePlan(reader.mapped.notices, reader.plans())

    def apply(self, rows: BatchRowQuerySet, *, batch: Batch, by: "User", at: datetime, report: Report) -> None:
        listed = list(rows)
        self._apply(listed, by, at, report)
        BatchRow.objects.bulk_update(listed, ["key", "memo"], batch_size=ROWS_AT_ONCE)

    def _apply(self, rows: Rows, by: "User", at: datetime, report: Report) -> None:
        plan = _locked_plan(rows)
        created = [row for row in rows if row.op == Op.CREATE]
        obstacles = _create(plan, created, by, at, report)
        if not obstacles:
            changed = [row for row in rows if row.op == Op.CHANGE]
            obstacles = _change(plan, changed, by, lambda done: report(len(created) + done))
        if obstacles:
            raise NotPossible(obstacles)

    def undo(self, rows: BatchRowQuerySet, *, batch: Batch, by: "User", at: datetime, report: Report) -> None:
        plan = _locked_plan(list(rows))
        created = [row for row in rows if row.op == Op.CREATE]
        changed = [row for row in rows if row.op == Op.CHANGE]
        obstacles = [*_change_back(plan, changed, by, report), *_in_use(plan, created)]
        if obstacles:
            raise NotPossible(sorted(obstacles, key=lambda obstacle: obstacle.number))
        # what they did is forgotten with them: they were never published
        with pgtrigger.ignore("plan.Change:kept"):
            plan.actions.filter(code__in=[row.key for row in created]).delete()


def _locked_plan(rows: Rows) -> Plan:
    """The plan that the rows were compared with, locked so that no two imports give the same code."""
    plan: Plan = Plan.objects.select_for_update(of=("self",)).select_related("area").get(is_current=True)
    if others := [row for row in rows if row.memo["plan"] != plan.pk]:
        raise NotPossible([_obstacle(others[0], gettext("The territory has another plan now."))])
    return plan


def _obstacle(row: BatchRow, reason: str) -> Obstacle:
    return Obstacle(row.number, f"{row.key} {row.label}".strip(), reason)


class Codes:
    """Gives new actions their codes: ideas "I.10", the others "A2.19" after their axis."""

    def __init__(self, plan: Plan, given: Iterable[str]) -> None:
        self.axes = {axis.key: axis.order for axis in plan.axes.all()}
        self.numbers: dict[str, int] = defaultdict(int)
        self.widths: dict[str, int] = defaultdict(lambda: 1)
        for code in [*plan.actions.values_list("code", flat=True), *given]:
            if found := re.fullmatch(r"(.+)\.(\d+)", code):
                prefix, digits = found[1], found[2]
                self.numbers[prefix] = max(self.numbers[prefix], int(digits))
                self.widths[prefix] = max(self.widths[prefix], len(digits) if digits.startswith("0") else 1)

    def next(self, record: Record) -> str:
        axis = self.axes.get(record.get("axis", ""), "")
        prefix = "I" if record.get("stage", Stage.IDEA) == Stage.IDEA else f"A{axis}"
        self.numbers[prefix] += 1
        return f"{prefix}.{self.numbers[prefix]:0{self.widths[prefix]}}"


def _create(plan: Plan, rows: list[BatchRow], by: "User", at: datetime, report: Report) -> list[Obstacle]:
    codes = Codes(plan, [row.key for row in rows])
    for row in rows:
        row.key = row.key or codes.next(row.after)
        row.memo["version_after"] = 1
    records = {row.key: row.after for row in rows}
    errors = create_actions(
        plan=plan, records=records, on=timezone.localdate(at), by=by, cause=Cause.IMPORT, report=report
    )
    return _obstacles(rows, errors)


def _change(plan: Plan, rows: list[BatchRow], by: "User", report: Report) -> list[Obstacle]:
    wanted = {row.key: Wanted(row.after, row.memo["version"]) for row in rows}
    errors = change_actions(plan=plan, wanted=wanted, by=by, cause=Cause.IMPORT, report=report)
    if errors:
        return _obstacles(rows, errors)
    versions = dict(plan.actions.filter(code__in=list(wanted)).values_list("code", "version"))
    for row in rows:
        row.memo["version_after"] = versions[row.key]
    return []


def _change_back(plan: Plan, rows: list[BatchRow], by: "User", report: Report) -> list[Obstacle]:
    wanted = {row.key: Wanted(row.before, row.memo["version_after"]) for row in rows}
    errors = change_actions(plan=plan, wanted=wanted, by=by, cause=Cause.UNDO, report=report)
    marks = {row.key: row.memo["invented_fields"] for row in rows if row.memo["invented_fields"]}
    for action in plan.actions.filter(code__in=list(marks)):
        # the values that come back are made up, as they were
        action.invented_fields = sorted({*action.invented_fields, *marks[action.code]})
        action.save(update_fields=["invented_fields"])
    return _obstacles(rows, errors)


def _obstacles(rows: list[BatchRow], errors: Mapping[str, RecordError | EditConflict]) -> list[Obstacle]:
    by_code = {row.key: row for row in rows}
    return [
        _obstacle(by_code[code], _conflict(error, by_code[code]) if isinstance(error, EditConflict) else _said(error))
        for code, error in errors.items()
    ]


def _conflict(conflict: EditConflict, row: BatchRow) -> str:
    """Who changed the same values since, and which."""
    seen = row.memo.get("version_after") or row.memo["version"]
    since = conflict.action.changes.filter(version__gt=seen).select_related("changed_by")
    people = sorted({str(change.changed_by) for change in since if change.changed_by})
    fields = ", ".join(str(BY_NAME[name].label) for name in conflict.yours)
    if people:
        return gettext("%(people)s changed the same values since: %(fields)s.") % {
            "people": ", ".join(people),
            "fields": fields,
        }
    return gettext("The same values were changed since: %(fields)s.") % {"fields": fields}


def _said(error: RecordError) -> str:
    return " ".join(
        f"{BY_NAME[name].label}: {message}" if name in BY_NAME else message
        for name, messages in error.errors.items()
        for message in messages
    )


def _in_use(plan: Plan, rows: list[BatchRow]) -> Iterator[Obstacle]:
    """New actions that others have built on since: they cannot be taken away."""
    by_code = {row.key: row for row in rows}
    actions = plan.actions.filter(code__in=by_code)
    reasons = {
        gettext("This action is no longer in the plan."): set(by_code) - set(actions.values_list("code", flat=True)),
        gettext("It was changed since."): actions.exclude(version=1).values_list("code", flat=True),
        gettext("It is part of a published release: stop it instead."): ReleaseItem.objects.filter(
            release__plan=plan, kind="action", key__in=by_code
        ).values_list("key", flat=True),
        gettext(
            "It has news, notes, decisions, proposals or links that would be lost: stop it instead."
        ): actions.filter(
            Q(updates__isnull=False)
            | Q(notes__isnull=False)
            | Q(decisions__isnull=False)
            | Q(proposals__isnull=False)
            | Q(links_in__isnull=False) & ~Q(links_in__origin__code__in=by_code)
        ).values_list("code", flat=True),
    }
    for reason, codes in reasons.items():
        yield from (_obstacle(by_code[code], reason) for code in sorted(set(codes)))
