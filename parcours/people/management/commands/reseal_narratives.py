from typing import Any

from django.core.management.base import BaseCommand

from parcours.people.actions.sealing import reseal


class Command(BaseCommand):
    help = "Writes every sealed text anew with the first of PARCOURS_SEAL_KEYS; then the others can be taken away."

    def handle(self, *args: Any, **options: Any) -> None:
        number = reseal(report=self.report)
        self.stdout.write(f"{number} rows sealed with the newest key")

    def report(self, label: str, number: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{label} {number}   ", ending="")
