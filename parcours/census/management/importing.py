"""What the two commands that import records share: the source that the file is of."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.directory.choices import SourceKind
from parcours.directory.models import Source
from parcours.imports.command import ImportCommand


class ImportRecords(ImportCommand):
    """A file of a source, in any format that the page reads."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--source", required=True, help="the key of the source that the file is of")
        parser.add_argument("--title", default="", help="the title of a source that is new here")
        parser.add_argument("--publisher", default="", help="who publishes a source that is new here")
        parser.add_argument("--source-kind", choices=SourceKind.values, default=SourceKind.OPEN_DATA.value)
        parser.add_argument("--date", default="", help="the day of the data, where its rows do not say it: 2026-11-25")
        parser.add_argument("--full", action="store_true", help="it is all of the source: say which records are gone")
        parser.add_argument("--close-gone", action="store_true", help="mark the services that are gone as closed")

    def reading(self, **options: Any) -> dict[str, Any]:
        key = options["source"]
        known = Source.objects.filter(key=key).first()
        if known and known.kind in (SourceKind.OWNER, SourceKind.OFFICE):
            raise CommandError(_("“%(key)s” is for what people write by hand: no file is of it.") % {"key": key})
        if not options["title"] and known is None:
            raise CommandError(_("There is no source “%(key)s”: give a new one its --title.") % {"key": key})
        source = {
            "key": key, "title": options["title"] or key, "publisher": options["publisher"],
            "kind": options["source_kind"],
        }  # fmt: skip
        observed_on = options["date"] or timezone.localdate().isoformat()
        is_full = options["full"] or options["close_gone"]
        return {"source": source, "observed_on": observed_on, "is_full": is_full, "closes_gone": options["close_gone"]}
