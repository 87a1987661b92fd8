"""Receiving a table: seen first, saved in one transaction, taken back when wrong."""

import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from typing import IO, TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from parcours.imports.choices import BatchState, JobKind, JobState, Op
from parcours.imports.models import Batch, BatchRow, Job
from parcours.imports.registry import IMPORTERS
from parcours.imports.rules import (
    AlreadyDecided,
    AlreadyRunning,
    Interrupted,
    NotPossible,
    Report,
    RowPlan,
    RowsInError,
    no_report,
)
from parcours.kit.spreadsheets import MAX_BYTES, read_table

if TYPE_CHECKING:
    from parcours.accounts.models import User

ROWS_AT_ONCE = 500
OBSTACLES_KEPT = 100
NEEDED = {JobKind.APPLY: BatchState.PREVIEWED, JobKind.UNDO: BatchState.APPLIED}


@transaction.atomic
def preview(*, kind: str, file: IO[bytes], filename: str, by: "User", at: datetime) -> Batch:
    """Read a table and keep what it would do; nothing else is saved. Raises UnreadableFile."""
    # one byte more than allowed is enough for the reader to refuse it
    data = file.read(MAX_BYTES + 1)
    plan = IMPORTERS[kind].read(read_table(io.BytesIO(data), filename), on=timezone.localdate(at))
    batch = Batch.objects.create(
        kind=kind,
        filename=filename[-200:],
        sha256=hashlib.sha256(data).hexdigest(),
        notices=[notice.stored() for notice in plan.notices],
        uploaded_by=by,
        uploaded_at=at,
    )
    BatchRow.objects.bulk_create(_rows(batch, plan.rows), batch_size=ROWS_AT_ONCE)
    return batch


def _rows(batch: Batch, planned: Iterator[RowPlan]) -> Iterator[BatchRow]:
    for row in planned:
        yield BatchRow(
            batch=batch,
            number=row.number,
            op=Op.ERROR if row.problems else row.op,
            key=row.key[:80],
            label=row.label[:300],
            before=row.before,
            after=row.after,
            shown=[[shown.column, shown.before, shown.after] for shown in row.shown],
            problems=[problem.stored() for problem in row.problems],
            warnings=[warning.stored() for warning in row.warnings],
            memo=row.memo,
        )


@transaction.atomic
def apply(
    *, batch: Batch, by: "User", at: datetime, leave_out_errors: bool = False, report: Report = no_report
) -> Batch:
    """Do what a previewed batch says, all of it or nothing.

    Raises RowsInError while a row is in error, unless those rows are left out on purpose; AlreadyDecided when the batch
    was applied or abandoned before; NotPossible when what it would change was changed since the preview.
    """
    locked = _locked(batch, BatchState.PREVIEWED)
    has_errors = locked.rows.doing(Op.ERROR).exists()
    if has_errors and not leave_out_errors:
        raise RowsInError
    rows = list(locked.rows.that_write())
    IMPORTERS[locked.kind].apply(rows, by=by, at=at, report=report)
    BatchRow.objects.bulk_update(rows, ["key", "memo"], batch_size=ROWS_AT_ONCE)
    locked.state, locked.applied_by, locked.applied_at = BatchState.APPLIED, by, at
    locked.leaves_out_errors = has_errors
    locked.save()
    return locked


@transaction.atomic
def undo(*, batch: Batch, by: "User", at: datetime, report: Report = no_report) -> Batch:
    """Take an applied batch back, all of it or nothing.

    Raises AlreadyDecided, or NotPossible naming the rows changed since.
    """
    locked = _locked(batch, BatchState.APPLIED)
    IMPORTERS[locked.kind].undo(list(locked.rows.that_write()), by=by, at=at, report=report)
    locked.state, locked.undone_by, locked.undone_at = BatchState.UNDONE, by, at
    locked.save()
    return locked


@transaction.atomic
def abandon(*, batch: Batch) -> Batch:
    """Put a preview aside; its rows are forgotten. Raises AlreadyDecided."""
    locked = _locked(batch, BatchState.PREVIEWED)
    locked.rows.all().delete()
    locked.state = BatchState.ABANDONED
    locked.save()
    return locked


def _locked(batch: Batch, state: BatchState) -> Batch:
    """The batch, locked until the transaction ends, if it is in this state."""
    # no_key: a job may be noted for the batch while it is locked
    locked = Batch.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
    if locked.state != state:
        raise AlreadyDecided(locked.state)
    return locked


@transaction.atomic
def start_job(*, batch: Batch, kind: JobKind, by: "User", at: datetime, leave_out_errors: bool = False) -> Job:
    """Note that a batch is about to be applied or undone; one job at a time, an interrupted one makes way.

    Raises AlreadyRunning, AlreadyDecided, or RowsInError as `apply` does.
    """
    if not Batch.objects.filter(pk=batch.pk, state=NEEDED[kind]).exists():
        raise AlreadyDecided
    if kind == JobKind.APPLY and not leave_out_errors and batch.rows.doing(Op.ERROR).exists():
        raise RowsInError
    message = gettext("The server was stopped while it was at work.")
    batch.jobs.interrupted(at=at).update(state=JobState.FAILED, message=message)
    try:
        with transaction.atomic():
            total = batch.rows.that_write().count()
            return Job.objects.create(batch=batch, kind=kind, total=total, started_by=by, started_at=at, beat_at=at)
    except IntegrityError:
        raise AlreadyRunning from None


@transaction.atomic
def do_job(*, job: Job, report: Report, leave_out_errors: bool = False) -> Batch:
    """Apply or undo the job's batch and close the job, together or not at all; raises what these verbs raise.

    Raises Interrupted when the job was taken for dead meanwhile: so what is told as interrupted never saves anything.
    """
    by, at = job.started_by, job.started_at
    if job.kind == JobKind.UNDO:
        batch = undo(batch=job.batch, by=by, at=at, report=report)
    else:
        batch = apply(batch=job.batch, by=by, at=at, leave_out_errors=leave_out_errors, report=report)
    running = Job.objects.filter(pk=job.pk, state=JobState.RUNNING)
    if not running.update(state=JobState.FINISHED, done=job.total, beat_at=timezone.now()):
        raise Interrupted
    return batch


@transaction.atomic
def beat(*, job: Job, done: int, at: datetime) -> None:
    """Say that a job is alive and how far it is."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(done=min(done, job.total), beat_at=at)


@transaction.atomic
def fail_job(*, job: Job, error: BaseException, at: datetime) -> None:
    """Close a job whose work was rolled back, with what the reader is told, in the active language."""
    obstacles = (
        [vars(obstacle) for obstacle in error.obstacles[:OBSTACLES_KEPT]] if isinstance(error, NotPossible) else []
    )
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        state=JobState.FAILED, message=_told(error), obstacles=obstacles, beat_at=at
    )


def _told(error: BaseException) -> str:
    if isinstance(error, NotPossible):
        return ngettext(
            "Somebody changed %(count)d row in the meantime.",
            "Somebody changed %(count)d rows in the meantime. The first of them:",
            len(error.obstacles),
        ) % {"count": len(error.obstacles)}
    if isinstance(error, AlreadyDecided):
        return gettext("This file was dealt with already: nothing was done twice.")
    if isinstance(error, KeyboardInterrupt | Interrupted):
        return gettext("It was stopped before its end.")
    return gettext("An error that is ours stopped it; it is written in the server’s log.")
