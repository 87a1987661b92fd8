"""Look for organisations and services that look alike; people decide on them in the census desk."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from parcours.census.actions.duplicates import look_for_duplicates
from parcours.census.duplicates import kept_of
from parcours.census.searches import AlreadySearching
from parcours.directory.choices import RecordKind


class Command(BaseCommand):
    help = "Compares all organisations or services and puts those that look alike in the queue of the census desk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", choices=RecordKind.values, help="both kinds when it is left out")

    def handle(self, *args: Any, **options: Any) -> None:
        for kind in [options["kind"]] if options["kind"] else RecordKind.values:
            self.look(kind)

    def look(self, kind: str) -> None:
        total = kept_of(kind).count()
        shown = max(total // 100, 1)

        def report(done: int) -> None:
            if self.stdout.isatty() and (done % shown == 0 or done == total):
                what = "read" if done < total else "read, comparing"
                self.stdout.write(f"\r\033[K{kind}: {done} of {total} {what} …", ending="")
                self.stdout.flush()

        try:
            new = look_for_duplicates(kind=kind, at=timezone.now(), report=report)
        except AlreadySearching as error:
            raise CommandError("Duplicates of this kind are being looked for already.") from error
        start = "\r\033[K" if self.stdout.isatty() else ""
        self.stdout.write(f"{start}{kind}: {total} compared, {new} new pairs wait in the census desk")
