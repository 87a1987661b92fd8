from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from parcours.portfolio.models import Portfolio, Share, Tutoring  # noqa: F401 (named in strings)


class TutoringQuerySet(models.QuerySet["Tutoring"]):
    def running(self, *, at: datetime) -> Self:
        """Decided, and not ended at that moment: what a tutor sees ends with it."""
        day = at.date()
        return self.filter(decided_at__lte=at, since__lte=day, until__gte=day, ended_at=None)

    def of_tutor(self, user: Any, *, at: datetime) -> Self:
        """Whom a user accompanies now, while they are staff of the edition."""
        staff = user.staffings.of(user, on=at.date()).values("edition")
        return self.running(at=at).filter(tutor__account=user, enrolment__edition__in=staff)


class ShareQuerySet(models.QuerySet["Share"]):
    def in_force(self, *, at: datetime) -> Self:
        return self.filter(given_at__lte=at, revoked_at=None)

    def of_reader(self, user: Any, *, at: datetime) -> Self:
        """Given to this user as the tutor they are at that moment."""
        tutorings = self.model._meta.get_field("tutoring").related_model
        return self.filter(tutoring__in=tutorings.objects.of_tutor(user, at=at).values("pk"))


class PortfolioQuerySet(models.QuerySet["Portfolio"]):
    def owned_by(self, user: Any) -> Self:
        if not user.is_authenticated:
            return self.none()
        return self.filter(person__account=user)

    def visible_to(self, user: Any, *, at: datetime) -> Self:
        """One's own, and those of people whom one tutors now and who share a part with their tutor.

        Which parts, is `reading.parts_for`: nobody sees more than was shared.
        """
        if not user.is_authenticated:
            return self.none()
        tutored = self.model.objects.filter(
            shares__revoked_at=None,
            shares__given_at__lte=at,
            shares__tutoring__in=self._tutorings(user, at),
        )
        return self.filter(Q(person__account=user) | Q(pk__in=tutored.values("pk")))

    def _tutorings(self, user: Any, at: datetime) -> Any:
        tutorings = self.model._meta.get_field("shares").related_model._meta.get_field("tutoring").related_model
        return tutorings.objects.of_tutor(user, at=at).values("pk")
