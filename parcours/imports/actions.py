"""Receiving a file: seen first, saved in one transaction, taken back when wrong."""

import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from parcours.imports.choices import BatchState, JobKind, JobState, Op
from parcours.imports.models import Batch, BatchFile, BatchRow, Job
from parcours.imports.registry import IMPORTERS
from parcours.imports.rules import (
    AlreadyDecided,
    AlreadyRunning,
    Interrupted,
    NotPossible,
    Report,
    RowPlan,
    RowsInError,
    Sent,
    no_report,
)
from parcours.kit.bulk import copy_in, prepare_triggers
from parcours.kit.spreadsheets import MAX_BYTES, UnreadableFile

if TYPE_CHECKING:
    from parcours.accounts.models import User

ROWS_AT_ONCE = 1000
OBSTACLES_KEPT = 100
BLOCK = 1_000_000
NEEDED = {
    JobKind.READ: BatchState.RECEIVED,
    JobKind.APPLY: BatchState.PREVIEWED,
    JobKind.UNDO: BatchState.APPLIED,
}


@transaction.atomic
def receive(*, kind: str, file: IO[bytes], filename: str, by: "User", at: datetime) -> Batch:
    """Keep a file that a page received until it is known how to read it. Raises UnreadableFile."""
    # one byte more than allowed is enough to refuse it
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 10**6
        raise UnreadableFile(
            gettext("The file is larger than %(limit)d MB: split it in several files.") % {"limit": limit}
        )
    options = IMPORTERS[kind].look(Sent(io.BytesIO(data), filename))
    digest = hashlib.sha256(data).hexdigest()
    batch = _received(kind, filename, digest, options, by, at)
    BatchFile.objects.create(batch=batch, data=data)
    return batch


@transaction.atomic
def choose(*, batch: Batch, options: dict[str, Any]) -> Batch:
    """Say how a file is to be read; an earlier preview of it is forgotten. Raises AlreadyDecided."""
    locked = _locked(batch, BatchState.RECEIVED, BatchState.PREVIEWED)
    locked.rows.all().delete()
    locked.options, locked.notices, locked.state = options, [], BatchState.RECEIVED
    locked.save()
    return locked


@transaction.atomic
def read(*, batch: Batch, at: datetime, report: Report = no_report) -> Batch:
    """Make the preview of a received file; nothing else is saved. Raises UnreadableFile, AlreadyDecided."""
    locked = _locked(batch, BatchState.RECEIVED)
    file = BatchFile.objects.get(batch=locked)
    return _preview(locked, io.BytesIO(file.data), at, report)


@transaction.atomic
def preview(
    *,
    kind: str,
    file: IO[bytes],
    filename: str,
    by: "User",
    at: datetime,
    options: dict[str, Any] | None = None,
    report: Report = no_report,
) -> Batch:
    """Make the preview of a file that stays with its owner, however large it is. Raises UnreadableFile."""
    digest = _digest(file)
    options = IMPORTERS[kind].look(Sent(file, filename)) | (options or {})
    file.seek(0)
    return _preview(_received(kind, filename, digest, options, by, at), file, at, report)


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def _received(kind: str, filename: str, digest: str, options: dict[str, Any], by: "User", at: datetime) -> Batch:
    return Batch.objects.create(
        kind=kind,
        filename=filename[-200:],
        sha256=digest,
        options=options,
        state=BatchState.RECEIVED,
        uploaded_by=by,
        uploaded_at=at,
    )


def _preview(batch: Batch, file: IO[bytes], at: datetime, report: Report) -> Batch:
    sent = Sent(file, batch.filename, batch.options)
    plan = IMPORTERS[batch.kind].read(sent, on=timezone.localdate(at))
    rows, done = _rows(batch, plan.rows), 0
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        copy_in(chunk)
        done += len(chunk)
        report(done)
    batch.notices = [notice.stored() for notice in plan.notices]
    batch.state = BatchState.PREVIEWED
    batch.save()
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
    prepare_triggers()
    IMPORTERS[locked.kind].apply(locked.rows.that_write(), batch=locked, by=by, at=at, report=report)
    BatchFile.objects.filter(batch=locked).delete()
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
    prepare_triggers()
    IMPORTERS[locked.kind].undo(locked.rows.that_write(), batch=locked, by=by, at=at, report=report)
    locked.state, locked.undone_by, locked.undone_at = BatchState.UNDONE, by, at
    locked.save()
    return locked


@transaction.atomic
def abandon(*, batch: Batch) -> Batch:
    """Put a file aside; its rows are forgotten. Raises AlreadyDecided."""
    locked = _locked(batch, BatchState.RECEIVED, BatchState.PREVIEWED)
    locked.rows.all().delete()
    BatchFile.objects.filter(batch=locked).delete()
    locked.state = BatchState.ABANDONED
    locked.save()
    return locked


def _locked(batch: Batch, *states: BatchState) -> Batch:
    """The batch, locked until the transaction ends, if it is in one of these states."""
    # no_key: a job may be noted for the batch while it is locked
    locked = Batch.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
    if locked.state not in states:
        raise AlreadyDecided(locked.state)
    return locked


@transaction.atomic
def start_job(*, batch: Batch, kind: JobKind, by: "User", at: datetime, leave_out_errors: bool = False) -> Job:
    """Note that a batch is about to be read, applied or undone; one job at a time, an interrupted one makes way.

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
            total = 0 if kind == JobKind.READ else batch.rows.that_write().count()
            return Job.objects.create(batch=batch, kind=kind, total=total, started_by=by, started_at=at, beat_at=at)
    except IntegrityError:
        raise AlreadyRunning from None


@transaction.atomic
def do_job(*, job: Job, report: Report, leave_out_errors: bool = False) -> Batch:
    """Read, apply or undo the job's batch and close the job, together or not at all; raises what these verbs raise.

    Raises Interrupted when the job was taken for dead meanwhile: so what is told as interrupted never saves anything.
    """
    by, at = job.started_by, job.started_at
    if job.kind == JobKind.READ:
        batch = read(batch=job.batch, at=at, report=report)
    elif job.kind == JobKind.UNDO:
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
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        done=done if job.kind == JobKind.READ else min(done, job.total), beat_at=at
    )


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
    if isinstance(error, UnreadableFile):
        return str(error)
    if isinstance(error, AlreadyDecided):
        return gettext("This file was dealt with already: nothing was done twice.")
    if isinstance(error, KeyboardInterrupt | Interrupted):
        return gettext("It was stopped before its end.")
    return gettext("An error that is ours stopped it; it is written in the server’s log.")
