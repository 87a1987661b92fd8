"""Big batches: read, applied or undone in a thread of this process, while another thread writes how far they are.

Each thread has its own database connection. The work is one transaction; the beats are saved at once, one by one, so
that every process shows the progress of what is not saved yet.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pghistory
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from parcours.imports import actions
from parcours.imports.choices import JobKind
from parcours.imports.models import Batch, Job
from parcours.imports.rules import BYTES_IN_A_REQUEST, AlreadyDecided, NotPossible, Report, no_report
from parcours.kit.spreadsheets import UnreadableFile

if TYPE_CHECKING:
    from parcours.accounts.models import User

SECONDS_BETWEEN_BEATS = 0.5
log = logging.getLogger(__name__)


def start(*, batch: Batch, kind: JobKind, by: "User", leave_out_errors: bool = False) -> Job:
    """Begin, and answer at once. Raises what `actions.start_job` raises."""
    job = actions.start_job(batch=batch, kind=kind, by=by, at=timezone.now(), leave_out_errors=leave_out_errors)
    work = _in_thread(_work, job, leave_out_errors, translation.get_language())
    transaction.on_commit(work.start)
    return job


def read(*, batch: Batch, by: "User", size: int) -> None:
    """Make the preview of a received file: at once, a large one in the background.

    Raises UnreadableFile, AlreadyRunning and AlreadyDecided.
    """
    if size > BYTES_IN_A_REQUEST:
        start(batch=batch, kind=JobKind.READ, by=by)
    else:
        actions.read(batch=batch, at=timezone.now())


def run(*, job: Job, leave_out_errors: bool = False, watch: Report = no_report) -> Batch:
    """Do a job in this thread; raises what `actions.do_job` raises, once the job is closed as failed."""
    try:
        with pghistory.context(user=job.started_by_id), _beating(job, watch) as report:
            return actions.do_job(job=job, report=report, leave_out_errors=leave_out_errors)
    except BaseException as error:
        connection.close_if_unusable_or_obsolete()
        actions.fail_job(job=job, error=error, at=timezone.now())
        raise


def _work(job: Job, leave_out_errors: bool, language: str | None) -> None:
    with translation.override(language):
        try:
            run(job=job, leave_out_errors=leave_out_errors)
        except (NotPossible, AlreadyDecided, UnreadableFile) as error:
            log.info("job %s was refused: %r", job.pk, error)
        except Exception:
            log.exception("job %s failed", job.pk)


@contextmanager
def _beating(job: Job, watch: Report) -> Iterator[Report]:
    """Gives the function that the work calls with its number of rows done; it only keeps the number."""
    done, ended = [0], threading.Event()

    def report(number: int) -> None:
        done[0] = number
        watch(number)

    def beats() -> None:
        while not ended.wait(SECONDS_BETWEEN_BEATS):
            try:
                actions.beat(job=job, done=done[0], at=timezone.now())
            except DatabaseError:
                log.warning("the beat of job %s was not written", job.pk, exc_info=True)
                connection.close()

    beating = _in_thread(beats)
    beating.start()
    try:
        yield report
    finally:
        ended.set()
        beating.join()


def _in_thread(work: Callable[..., None], *arguments: object) -> threading.Thread:
    """A thread that gives its connection back, and that does not keep a stopping server waiting."""

    def run_and_close() -> None:
        try:
            work(*arguments)
        finally:
            connection.close()

    return threading.Thread(target=run_and_close, name=f"imports-{work.__name__}", daemon=True)
