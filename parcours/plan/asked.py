"""Whom a survey asks first: those who sit in the groups that steer the plan."""

from parcours.directory.models import Organisation
from parcours.survey import circles


def register_first_circle() -> None:
    circles.register(lambda: Organisation.objects.filter(seats__isnull=False).distinct())
