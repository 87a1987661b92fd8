from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from parcours.delivery.choices import StaffRole
from parcours.directory.choices import Role

if TYPE_CHECKING:
    from parcours.delivery.models import Edition, Programme, Staff  # noqa: F401 (named in strings)


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def run_by(self, user: Any) -> Self:
        """Those of the organisations in which the user is a partner: they plan its editions and name their staff."""
        memberships = user.memberships.filter(role=Role.PARTNER)
        return self.filter(organisation__in=memberships.values("organisation"))

    def public(self) -> Self:
        return self.filter(is_public=True)


class StaffQuerySet(models.QuerySet["Staff"]):
    def of(self, user: Any, *, on: date, roles: tuple[StaffRole, ...] = ()) -> Self:
        """Roles that a user holds that day, of these kinds or of any."""
        held = self.filter(user=user, since__lte=on, until__gte=on)
        return held.filter(role__in=roles) if roles else held


class EditionQuerySet(models.QuerySet["Edition"]):
    def worked_in_by(self, user: Any, *, at: datetime, roles: tuple[StaffRole, ...] = ()) -> Self:
        """Those in which the user holds one of these roles, or any, at that moment."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=user.staffings.of(user, on=at.date(), roles=roles).values("edition"))

    def visible_to(self, user: Any, *, at: datetime) -> Self:
        """Those one works in, those of one's own organisation, and for the coordinator all: their dates and counts.

        Seeing an edition is not seeing its people: that is `Enrolment.objects.visible_to`.
        """
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.COORDINATOR.value):
            return self
        own = user.memberships.filter(role=Role.PARTNER).values("organisation")
        worked = user.staffings.of(user, on=at.date()).values("edition")
        return self.filter(Q(programme__organisation__in=own) | Q(pk__in=worked))
