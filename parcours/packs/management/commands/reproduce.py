from typing import Any

from django.core.management.base import BaseCommand, CommandError

from parcours.kit.published import totals


class Command(BaseCommand):
    help = "Prints every published total of the sources beside the value recomputed from rows; fails on a difference."

    def handle(self, *args: Any, **options: Any) -> None:
        lines = list(totals())
        for line in lines:
            self.stdout.write(str(line))
        if not lines:
            raise CommandError("No territory is loaded.")
        if not all(line.holds for line in lines):
            raise CommandError("A total differs from what its source publishes.")
