"""Letting one's tutor read a part, and taking it back."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from parcours.people.actions.consents import give_consent, withdraw_consent
from parcours.people.models import Consent
from parcours.portfolio.choices import Part
from parcours.portfolio.models import Portfolio, Share, Tutoring
from parcours.portfolio.wording import SHARE


def tutoring_of(portfolio: Portfolio, *, at: datetime) -> Tutoring | None:
    """Who accompanies the owner now."""
    running = Tutoring.objects.running(at=at).filter(enrolment__person=portfolio.person_id)
    return running.select_related("tutor__account", "enrolment__edition").first()


@transaction.atomic
def share(*, portfolio: Portfolio, part: Part, at: datetime) -> Share:
    """The tutor of now may read the part, until it is taken back or the cohort ends. Raises ValidationError."""
    tutoring = tutoring_of(portfolio, at=at)
    if tutoring is None:
        raise ValidationError(_("You have no tutor at the moment: there is nobody to share it with."))
    scope = f"{part}.{tutoring.pk}"
    consent = give_consent(person=portfolio.person, purpose=SHARE.key, scope=scope, at=at, expires_on=tutoring.until)
    found, _new = Share.objects.get_or_create(
        portfolio=portfolio,
        part=part,
        tutoring=tutoring,
        revoked_at=None,
        defaults={"given_at": at, "consent": consent},
    )
    return found


@transaction.atomic
def revoke(*, share: Share, at: datetime) -> None:
    """From this moment the part is read by nobody else."""
    Share.objects.filter(pk=share.pk, revoked_at=None).update(revoked_at=at)
    if share.consent and share.consent.withdrawn_at is None:
        withdraw_consent(consent=share.consent, at=at)


def revoke_with(consent: Consent) -> None:
    """Whoever takes the consent back takes the share back."""
    Share.objects.filter(consent=consent, revoked_at=None).update(revoked_at=consent.withdrawn_at)
