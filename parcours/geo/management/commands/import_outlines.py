"""Give areas their true outlines from an official boundary file (GeoJSON or GeoPackage, WGS84), matched by code."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from parcours.geo.actions import import_outlines, outlines_for
from parcours.geo.boundaries import Outlines
from parcours.geo.choices import AreaLevel
from parcours.geo.errors import GeoError

BAR = 30
SHOWN = 10


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--code-field", default="", help="property that holds the code; found when left out")
        parser.add_argument("--source", default="", help="who publishes the outlines; the file's name when left out")
        parser.add_argument("--level", choices=AreaLevel.values, default=AreaLevel.COMMUNE)
        parser.add_argument("--code-system", default="", help="only areas of this code system, such as insee-commune")
        parser.add_argument("--preview", action="store_true", help="say what would happen and save nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            outlines = outlines_for(
                path=path,
                level=options["level"],
                code_system=options["code_system"],
                code_field=options["code_field"],
                progress=self._progress,
            )
            self._say(outlines)
            if options["preview"]:
                return
            changed = import_outlines(outlines=outlines, source=options["source"] or path.name)
        except GeoError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("%(count)d outlines changed") % {"count": changed})

    def _say(self, outlines: Outlines) -> None:
        facts = {"count": len(outlines.matched), "field": outlines.code_field, "size": outlines.weight / 1000}
        self.stdout.write(_("%(count)d areas found by “%(field)s”; the outlines weigh %(size).0f kB") % facts)
        for text, codes in (
            (_("in the file, but no area has this code:"), outlines.unmatched_codes),
            (_("areas without an outline in the file:"), outlines.areas_without),
        ):
            if codes:
                more = f" … ({len(codes)})" if len(codes) > SHOWN else ""
                self.stdout.write(f"{text} {', '.join(codes[:SHOWN])}{more}")

    def _progress(self, done: int, total: int) -> None:
        """A bar for people at a terminal; nothing in a log."""
        if not self.stderr.isatty():
            return
        full = BAR * done // total
        self.stderr.write(f"\r[{'#' * full}{'.' * (BAR - full)}] {done}/{total}", ending="\n" if done == total else "")
