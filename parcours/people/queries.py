from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from parcours.kit.secret import secret_digest
from parcours.people.sight import seen_by

if TYPE_CHECKING:
    from parcours.people.models import Card, Consent, Person, Qualification  # noqa: F401 (named in strings)

RETENTION = timedelta(days=2 * 365)


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, user: Any, *, at: datetime) -> Self:
        """Oneself, and those whom the apps above let this user see at that moment (`sight`): nobody else."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(account=user) | seen_by(user, at))

    def called_like(self, text: str) -> Self:
        """Whose names hold every word, in any of the scripts they are kept in."""
        found = self
        for word in text.split():
            found = found.filter(Q(name__icontains=word) | Q(called__icontains=word) | Q(latin_name__icontains=word))
        return found

    def forgotten(self, *, on: date) -> Self:
        """Whose last contact is too long ago to keep anything."""
        return self.filter(last_contact_on__lt=on - RETENTION)


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force(self, *, at: datetime) -> Self:
        """Given, neither withdrawn nor expired."""
        not_expired = Q(expires_on=None) | Q(expires_on__gte=at.date())
        return self.filter(not_expired, given_at__lte=at, withdrawn_at=None)


class QualificationQuerySet(models.QuerySet["Qualification"]):
    def valid(self, *, on: date) -> Self:
        """Awarded, neither revoked nor run out."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on), awarded_on__lte=on, revoked_on=None)


class CardQuerySet(models.QuerySet["Card"]):
    def with_secret(self, secret: str) -> Self:
        """The one that a QR code opens, in force or not."""
        return self.filter(secret_digest=secret_digest(secret))

    def in_force(self, *, at: datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=at)
