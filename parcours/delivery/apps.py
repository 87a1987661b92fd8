from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.db.models import Q


class DeliveryConfig(AppConfig):
    name = "parcours.delivery"
    label = "delivery"

    def ready(self) -> None:
        # the predicates of permissions register themselves
        from parcours.delivery import rules  # noqa: F401

        # models exist only once every app is loaded
        from parcours.delivery.figures import register_figures
        from parcours.people import sight

        sight.register("delivery", _people_of_editions, may_change=True)
        register_figures()


def _people_of_editions(user: Any, at: datetime) -> Q:
    """Whoever leads or facilitates an edition sees those who are in it, while the role lasts."""
    from parcours.delivery.choices import SEE_PEOPLE

    worked = user.staffings.of(user, on=at.date(), roles=SEE_PEOPLE)
    return Q(enrolments__edition__in=worked.values("edition"))
