from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from parcours.people.actions.erasure import NOTICE, erase_person, sweep, warn
from parcours.people.choices import Cause
from parcours.people.letters import tell_of_erasure
from parcours.people.models import Person


class Command(BaseCommand):
    help = "Tells, then a month later erases, those whom nobody was in touch with for two years; to be run every day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="do it; without it, says how many it would be")

    def handle(self, *args: Any, **options: Any) -> None:
        now, today = timezone.now(), timezone.localdate()
        forgotten = Person.objects.forgotten(on=today)
        to_warn, to_erase = forgotten.filter(warned_on=None), forgotten.filter(warned_on__lte=today - NOTICE)
        self.stdout.write(f"{to_warn.count()} to tell, {to_erase.count()} to erase")
        if not options["apply"]:
            return
        for person in to_warn:
            tell_of_erasure(person, on=today + NOTICE)
            warn(person=person, on=today)
        people = list(to_erase)
        for number, person in enumerate(people, start=1):
            erase_person(person=person, cause=Cause.RETENTION, at=now)
            if self.stderr.isatty():
                self.stderr.write(f"\r{number}/{len(people)}", ending="")
        if people:
            sweep()
