from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from parcours.delivery.actions.notices import send_due


class Command(BaseCommand):
    help = "Reminds people of sessions, and tells them of moves and cancellations; to be run every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        told = send_due(at=timezone.now(), report=self.report)
        self.stdout.write(f"{told.sent} sent, {told.to_call} to call or to tell, {told.failed} failed")

    def report(self, number: int, of: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{number}/{of}", ending="\n" if number == of else "")
