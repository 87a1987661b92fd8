import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from parcours.census.actions.campaigns import forget_addresses, send_due
from parcours.census.actions.checks import NetworkDown, check_due

# Checks are paced by host, which two processes cannot do together; messages are guarded row by row.
LOCK = 0x6B656570


class Command(BaseCommand):
    help = (
        "Writes to the organisations that the running campaigns are to ask or remind, and with --checks looks whether "
        "links and SIRETs are still there. Run it every day; again does nothing twice, and goes on where it stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--checks", action="store_true", help="check links and SIRETs too")
        parser.add_argument("--site", default=settings.PARCOURS_ADDRESS, help="what the links in messages begin with")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        sent = send_due(at=now, site=options["site"], report=lambda done, total: self.progress("messages", done, total))
        self.stdout.write(
            f"{sent.asked} asked, {sent.reminded} reminded, {sent.to_call} to be called, {sent.failed} not sent"
        )
        forget_addresses(on=timezone.localdate(now))
        if options["checks"]:
            self.look()
        if sent.failed:
            raise CommandError("The mail server did not take some messages: they will be sent with the next run.")

    def look(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                self.stdout.write("Another process is checking links.")
                return
            try:
                report = self.progress
                states = check_due(at=timezone.now(), report=lambda done, total: report("checks", done, total))
            except NetworkDown:
                raise CommandError(
                    "No site could be reached: is this machine on the network? Nothing was noted."
                ) from None
            except ImproperlyConfigured as error:
                raise CommandError(str(error)) from None
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        self.stdout.write(
            ", ".join(f"{number} {state}" for state, number in sorted(states.items())) or "nothing to check"
        )

    def progress(self, what: str, done: int, total: int) -> None:
        """One line that counts on a terminal; in a log every hundredth."""
        if sys.stdout.isatty():
            self.stdout.write(f"\r{what}: {done} of {total}", ending="\n" if done == total else "")
        elif done % 100 == 0:
            self.stdout.write(f"{what}: {done} of {total}")
