from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from parcours.translations import catalogues

SHOWN = 40
PACKAGE = Path(__file__).resolve().parents[3]


class Command(BaseCommand):
    """Extract, compile and check the interface's messages, without GNU gettext."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["extract", "compile", "check"])
        parser.add_argument("--language", action="append", dest="languages", help="fr, ar… (default: every catalogue)")

    def handle(self, *, verb: str, languages: list[str] | None, **options: Any) -> None:
        folder = Path(settings.LOCALE_PATHS[0])
        languages = languages or catalogues.languages_in(folder)
        getattr(self, f"_{verb}")(folder, languages)

    def _extract(self, folder: Path, languages: list[str]) -> None:
        messages = catalogues.extract(PACKAGE)
        for language in languages:
            path = catalogues.catalogue_path(folder, language)
            catalogue = catalogues.merge(path, language, messages.values())
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path))
            missing = len(catalogue.untranslated_entries())
            self.stdout.write(f"{language}: {len(catalogue)} messages, {missing} to translate")

    def _compile(self, folder: Path, languages: list[str]) -> None:
        for language in languages:
            if catalogues.compile_catalogue(catalogues.catalogue_path(folder, language)):
                self.stdout.write(f"{language}: compiled")

    def _check(self, folder: Path, languages: list[str]) -> None:
        """French must be complete; other languages may be under way."""
        messages = catalogues.extract(PACKAGE)
        failed = False
        for language in languages:
            report = catalogues.check(catalogues.catalogue_path(folder, language), language, messages)
            untranslated = report.untranslated if language == settings.LANGUAGE_CODE else []
            lines = [*report.errors, *(f"not translated: {text!r}" for text in untranslated)]
            for line in lines[:SHOWN]:
                self.stderr.write(f"{language}: {line}")
            if len(lines) > SHOWN:
                self.stderr.write(f"{language}: … and {len(lines) - SHOWN} more")
            self.stdout.write(f"{language}: {report.percent} % of {report.total} messages")
            failed = failed or bool(report.errors or untranslated)
        if failed:
            raise CommandError("The messages need work: see above.")
