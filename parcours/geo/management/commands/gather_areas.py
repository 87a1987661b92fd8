"""Fill the empty coordinates and names of an areas file from GeoNames; read the result before you commit it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from parcours.geo.errors import GeoError
from parcours.geo.gazetteer import complete, towns_of
from parcours.geo.records import read_rows, write_rows


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="areas CSV with at least level, code_system, code, name and parent")
        parser.add_argument("--country", required=True, help="ISO 3166 code of the country, such as FR")
        parser.add_argument("--admin1", default="", help="GeoNames' first-level division to look in, such as 11")
        parser.add_argument("--languages", nargs="+", default=["ar", "ru", "uk"])
        parser.add_argument("--output", type=Path, help="where to write; the same file when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = read_rows(options["file"])
        except GeoError as error:
            raise CommandError(str(error)) from error
        towns = [t for t in towns_of(options["country"]) if options["admin1"] in ("", t.admin1)]
        filled, missing = complete(rows, towns, options["languages"])
        write_rows(options["output"] or options["file"], filled)
        self.stdout.write(f"{len(filled)} areas written")
        for key in missing:
            self.stdout.write(f"not in GeoNames, fill by hand: {key}")
