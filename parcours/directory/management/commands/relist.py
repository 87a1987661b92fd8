from typing import Any

from django.core.management.base import BaseCommand

from parcours.directory.actions.finding import AT_ONCE, relist_many
from parcours.directory.models import Service


class Command(BaseCommand):
    help = "Make the rows that search reads anew: after an upgrade, or when the vocabulary changed."

    def handle(self, *args: Any, **options: Any) -> None:
        done, last = 0, 0
        while services := list(Service.objects.filter(pk__gt=last).order_by("pk").only("pk")[:AT_ONCE]):
            done += relist_many(services=services)
            last = services[-1].pk
        self.stdout.write(f"{done} services")
