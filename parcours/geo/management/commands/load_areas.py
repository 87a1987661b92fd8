"""Load a territory's areas file (CSV): areas are made or corrected, none is deleted."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from parcours.geo.actions import load_areas
from parcours.geo.errors import GeoError
from parcours.geo.records import read_rows


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = load_areas(rows=read_rows(options["file"]))
        except GeoError as error:
            raise CommandError(str(error)) from error
        counts = {"created": done.created, "changed": done.changed, "unchanged": done.unchanged}
        self.stdout.write(_("%(created)d areas made, %(changed)d changed, %(unchanged)d as they were") % counts)
