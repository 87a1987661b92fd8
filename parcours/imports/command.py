"""Importing from a terminal: `./run import THINGS FILE`, with the same verbs as the page."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.imports import actions, background
from parcours.imports.choices import JobKind, Op
from parcours.imports.models import Batch
from parcours.imports.registry import Importer
from parcours.imports.rules import (
    BYTES_IN_A_REQUEST,
    AlreadyDecided,
    AlreadyRunning,
    NotPossible,
    RowsInError,
    no_report,
)
from parcours.kit.spreadsheets import UnreadableFile

BAR = 30
SHOWN = 10


class ImportCommand(BaseCommand):
    """Says what a file would change, and with --apply saves it."""

    importer: Importer

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="save what the file changes, all of it or nothing")
        parser.add_argument(
            "--as", dest="email", default="", help="the coordinator's e-mail address; needless if alone"
        )
        parser.add_argument("--leave-out-errors", action="store_true", help="save the rows that are not in error")

    def reading(self, **options: Any) -> dict[str, Any]:
        """How the file is to be read, from the command's own arguments."""
        return {}

    def handle(self, *args: Any, **options: Any) -> None:
        by = self._coordinator(options["email"])
        batch = self._preview(options["file"], by, self.reading(**options))
        if not options["apply"]:
            self.stdout.write(
                _("Nothing is saved: add --apply, or confirm it on the page %(page)s")
                % {"page": batch.get_absolute_url()}
            )
            return
        try:
            self._apply(batch, by, options["leave_out_errors"])
        except RowsInError:
            raise CommandError(_("Some rows are in error: correct them, or add --leave-out-errors.")) from None
        except NotPossible as error:
            for obstacle in error.obstacles:
                self.stderr.write(f"{obstacle.number} {obstacle.label}: {obstacle.reason}")
            raise CommandError(_("Nothing was saved")) from None
        except (AlreadyDecided, AlreadyRunning):
            raise CommandError(_("This file was dealt with already: nothing was imported twice.")) from None
        self.stdout.write(_("The file is imported."))

    def _preview(self, path: Path, by: Any, reading: dict[str, Any]) -> Batch:
        try:
            with path.open("rb") as file:
                size = path.stat().st_size
                bar = Bar(self.stderr, size) if size > BYTES_IN_A_REQUEST else None
                batch = actions.preview(
                    kind=self.importer.kind,
                    file=file,
                    filename=path.name,
                    by=by,
                    at=timezone.now(),
                    options=reading,
                    report=(lambda _rows: bar.show(file.tell())) if bar else no_report,
                )
        except (OSError, UnreadableFile) as error:
            raise CommandError(str(error)) from error
        counted = Batch.objects.with_counts().get(pk=batch.pk)
        self.stdout.write(", ".join(f"{op.label}: {getattr(counted, f'{op.value}_count')}" for op in Op))
        for notice in batch.file_notices:
            self.stdout.write(str(notice))
        for row in batch.rows.doing(Op.ERROR).order_by("number")[:SHOWN]:
            self.stdout.write(f"{row.number} {row.label}: {' '.join(map(str, row.found_problems))}")
        return batch

    def _apply(self, batch: Batch, by: Any, leave_out_errors: bool) -> None:
        at = timezone.now()
        job = actions.start_job(batch=batch, kind=JobKind.APPLY, by=by, at=at, leave_out_errors=leave_out_errors)
        bar = Bar(self.stderr, job.total)
        background.run(job=job, leave_out_errors=leave_out_errors, watch=bar.show)
        bar.show(job.total)

    def _coordinator(self, email: str) -> Any:
        """Who imports: the person with this address, or the only one who may."""
        users = get_user_model().objects.active()
        if email:
            if (user := users.with_email(email).first()) is None:
                raise CommandError(_("Nobody has the address %(email)s.") % {"email": email})
            if not user.has_perm(self.importer.permission):
                raise CommandError(_("%(email)s may not import this.") % {"email": email})
            return user
        able = [user for user in users.with_roles() if user.has_perm(self.importer.permission)]
        if len(able) != 1:
            raise CommandError(_("Say who imports, with --as and a coordinator’s e-mail address."))
        return able[0]


class Bar:
    """How far one is: drawn again at a terminal; in a log, a line for each tenth."""

    def __init__(self, out: Any, total: int) -> None:
        self.out, self.total, self.shown = out, total, -1

    def show(self, done: int) -> None:
        steps = BAR if self.out.isatty() else 10
        full = steps * done // self.total if self.total else steps
        if full == self.shown:
            return
        self.shown = full
        if self.out.isatty():
            bar = f"\r[{'#' * full}{'.' * (BAR - full)}] {done}/{self.total}"
            self.out.write(bar, ending="\n" if full == BAR else "")
        else:
            self.out.write(f"{done}/{self.total}")
