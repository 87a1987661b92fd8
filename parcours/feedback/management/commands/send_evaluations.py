from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from parcours.feedback.actions.evaluations import forget, send_invitations
from parcours.feedback.models import Evaluation
from parcours.survey.models import Wave


class Command(BaseCommand):
    help = (
        "Writes to participants whom a running evaluation has not told yet, reminds once those who have not answered, "
        "and takes names off answers two years after an edition. Run it every day; again does nothing twice."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        today = timezone.localdate(now)
        running = list(Evaluation.objects.filter(wave__in=Wave.of_people.running(on=today)))
        failed = 0
        for number, evaluation in enumerate(running, start=1):
            failed += send_invitations(evaluation=evaluation, at=now).failed
            if self.stderr.isatty():
                self.stderr.write(f"\r{number}/{len(running)}", ending="\n" if number == len(running) else "")
        self.stdout.write(f"{len(running)} evaluations, {failed} not sent, {forget(on=today)} made nobody's")
        if failed:
            raise CommandError("Some messages could not be sent: they will be with the next run.")
