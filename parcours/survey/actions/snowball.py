"""The snowball: whoever is named is asked in its turn, one circle further out than whoever named it."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from parcours.directory.models import Organisation
from parcours.kit.secret import secret_digest
from parcours.survey.links import secret_of
from parcours.survey.models import Ask, Candidate, Wave

KEPT_AFTER = timedelta(days=365)


@transaction.atomic
def ask_in_turn(*, wave: Wave, organisation: Organisation, at: datetime, address: str = "") -> Ask | None:
    """Note that the wave asks it, in the circle after those who named it; nobody is written to yet.

    One that is asked already stays in its circle. None where the wave goes no further, or has ended.
    """
    if standing := wave.asks.filter(organisation=organisation).first():
        return standing
    circle = next_circle(wave, organisation)
    if circle > wave.last_circle or wave.is_over(on=timezone.localdate(at)):
        return None
    expires = (at + timedelta(days=wave.link_days)).replace(microsecond=0)
    link = secret_digest(secret_of(Ask(wave=wave, organisation=organisation, expires_at=expires)))
    # two who ask it at once ask it once: the database holds one row for each organisation of a wave
    made, _created = Ask.objects.get_or_create(
        wave=wave,
        organisation=organisation,
        defaults={
            "circle": circle,
            "address": address or organisation.email,
            "language": settings.LANGUAGE_CODE,
            "expires_at": expires,
            "secret_digest": link,
        },
    )
    return made


def next_circle(wave: Wave, organisation: Organisation) -> int:
    """One more than the nearest of those who named it; whoever answered by the open link stands in the first."""
    naming = wave.ties.filter(Q(target=organisation) | Q(candidate__organisation=organisation)).values("origin")
    circles = dict(wave.asks.filter(organisation__in=naming).values_list("organisation", "circle"))
    return 1 + min((circles.get(row["origin"], 1) for row in naming.distinct()), default=0)


@transaction.atomic
def forget_details(*, on: date) -> int:
    """Erase how candidates are reached a year after a wave has ended; gives how many."""
    return Candidate.objects.filter(wave__closes_on__lt=on - KEPT_AFTER).exclude(details={}).update(details={})
