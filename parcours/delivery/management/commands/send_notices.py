from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from parcours.delivery.actions.bookings import forget_bookings, offer_seats
from parcours.delivery.actions.notices import send_due


class Command(BaseCommand):
    help = "Reminds people of sessions, tells them of moves, offers free seats to those who wait; to be run every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        offer_seats(at=now)
        forget_bookings(at=now)
        told = send_due(at=now, report=self.report)
        self.stdout.write(f"{told.sent} sent, {told.to_call} to call or to tell, {told.failed} failed")

    def report(self, number: int, of: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{number}/{of}", ending="\n" if number == of else "")
