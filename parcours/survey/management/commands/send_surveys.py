import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from parcours.survey.actions.asks import forget_addresses, send_due
from parcours.survey.actions.retention import forget_words
from parcours.survey.actions.snowball import forget_details


class Command(BaseCommand):
    help = (
        "Writes to the organisations that the running waves of surveys are to ask or remind, forgets addresses a year "
        "after a wave, and what was written in words after two. Run it every day; again does nothing twice, and goes "
        "on where it stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", default=settings.PARCOURS_ADDRESS, help="what the links in messages begin with")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        sent = send_due(at=now, site=options["site"], report=self.progress)
        self.stdout.write(f"{sent.asked} asked, {sent.reminded} reminded, {sent.failed} not sent")
        forget_addresses(on=timezone.localdate(now))
        forget_details(on=timezone.localdate(now))
        forget_words(on=timezone.localdate(now))
        if sent.failed:
            raise CommandError("The mail server did not take some messages: they will be sent with the next run.")

    def progress(self, done: int, total: int) -> None:
        if sys.stdout.isatty():
            self.stdout.write(f"\rmessages: {done} of {total}", ending="\n" if done == total else "")
