from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from parcours.plan.checks import findings, unbound_in_plan
from parcours.plan.models import Plan


class Command(BaseCommand):
    help = "Lists printed figures that contradict each other, and numbers in the plan's texts that no figure backs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--strict", action="store_true", help="exit with 1 when a number is not backed")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan.objects.current()
        contradictions = [checked for checked in findings(plan) if checked.verdict == "contradicts"]
        unbound = unbound_in_plan(plan)
        self.stdout.write(f"{len(contradictions)} relations between printed figures do not hold")
        for checked in contradictions:
            self.stdout.write(f"  {checked.check.key}: {checked.message}")
        self.stdout.write(f"{len(unbound)} numbers in the plan's texts are not bound to a figure")
        for row in unbound:
            self.stdout.write(f"  {row.where} ({row.language}): {row.number.text}, in “{row.number.context}”")
        if unbound and options["strict"]:
            raise CommandError("Bind each number to a figure, or mark it as quoted.")
