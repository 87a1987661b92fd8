from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from parcours.people.traces import traces


class Command(BaseCommand):
    help = "Looks for words (a name, an address) in every table and every file; fails where it finds one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("words", nargs="+")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(traces(options["words"]))
        if found:
            raise CommandError("Found in: " + ", ".join(found))
        self.stdout.write("Found nowhere.")
