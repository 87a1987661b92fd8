from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from parcours.portfolio.actions.vocabulary import KINDS, checksum_of, load_vocabulary


class Command(BaseCommand):
    help = "Reads the competences of an official file (ESCO skills CSV, ROME competences CSV); --apply keeps them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(KINDS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--language", default="fr")
        parser.add_argument("--vocabulary-version", default="")
        parser.add_argument("--sha256", default="", help="refuse any other file")
        parser.add_argument("--apply", action="store_true", help="keep them; without it, a preview")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}")
        if options["sha256"] and options["sha256"] != (checksum := checksum_of(path)):
            raise CommandError(f"This is another file: its SHA-256 is {checksum}")
        try:
            outcome = load_vocabulary(
                kind=options["kind"],
                path=path,
                language=options["language"],
                version=options["vocabulary_version"],
                at=timezone.now(),
                apply=options["apply"],
                report=self.report,
            )
        except (ValidationError, UnicodeDecodeError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        self.stdout.write(f"SHA-256 {outcome.checksum}")
        self.stdout.write(
            f"{outcome.added} added, {outcome.changed} changed, {outcome.retired} retired, {outcome.same} as they were"
        )
        if not options["apply"]:
            self.stdout.write("Nothing was kept: --apply keeps it.")

    def report(self, number: int, of: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{number}/{of}", ending="\n" if number == of else "")
