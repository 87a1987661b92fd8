from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from parcours.accounts.actions import erase_unused_accounts


class Command(BaseCommand):
    help = "Erases the accounts that nobody signed in to for two years. Run it every day."

    def handle(self, *args: Any, **options: Any) -> None:
        number = erase_unused_accounts(at=timezone.now())
        self.stdout.write(f"{number} erased")
