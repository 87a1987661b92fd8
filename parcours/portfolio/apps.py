from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.db.models import Q


class PortfolioConfig(AppConfig):
    name = "parcours.portfolio"
    label = "portfolio"

    def ready(self) -> None:
        # the predicates of permissions register themselves
        from parcours.people import purposes, sight
        from parcours.portfolio import rules  # noqa: F401
        from parcours.portfolio.actions.sharing import revoke_with
        from parcours.portfolio.wording import SHARE

        sight.register("portfolio", _accompanied)
        purposes.register(SHARE)
        purposes.on_withdrawal(SHARE.key, revoke_with)


def _accompanied(user: Any, at: datetime) -> Q:
    """A tutor sees those whom they accompany, while it lasts; a participant sees their tutor."""
    from parcours.portfolio.models import Tutoring

    running = Tutoring.objects.of_tutor(user, at=at)
    mine = Tutoring.objects.running(at=at).filter(enrolment__person__account=user)
    return Q(enrolments__tutorings__in=running.values("pk")) | Q(tutorings__in=mine.values("pk"))
