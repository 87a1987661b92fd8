from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from parcours.packs.load import load_pack


class Command(BaseCommand):
    help = "Loads a territory pack; can be repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--without-invented", action="store_true", help="leave out what is invented for a demonstration"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not (folder / "territory.yaml").exists():
            raise CommandError(f"{folder} is not a territory pack: it has no territory.yaml.")
        load_pack(folder=folder, report=self.report, with_invented=not options["without_invented"])

    def report(self, part: str, number: int) -> None:
        self.stdout.write(f"  {number:5} {part.replace('_', ' ')}")
        self.stdout.flush()
