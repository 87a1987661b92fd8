"""Committing to an edition: applying, the interview, a place or the waiting list, the end."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.delivery.actions.notices import offer_place
from parcours.delivery.choices import EditionState, EndReason, EnrolmentState, Motivation, Referral
from parcours.delivery.models import Edition, Enrolment, Interview
from parcours.directory.models import Organisation
from parcours.people.actions.persons import note_contact
from parcours.people.choices import Level
from parcours.people.models import Person
from parcours.people.purposes import ACCOMPANY

LEVELS = list(Level)


class NoConsent(ValidationError):
    """The person has not agreed to be accompanied: nothing is kept of them."""

    def __init__(self) -> None:
        super().__init__(
            _("Show the person what is kept of them, and note that they agree: without it nobody is enrolled.")
        )


@transaction.atomic
def apply(
    *,
    edition: Edition,
    person: Person,
    at: datetime,
    referral: Referral = Referral.NOT_ASKED,
    referred_by: Organisation | None = None,
) -> Enrolment:
    """The person asks to take part. Who applied already is given back. Raises ValidationError (or NoConsent)."""
    if not person.consents.in_force(at=at).filter(purpose=ACCOMPANY.key).exists():
        raise NoConsent
    if edition.state in (EditionState.ENDED, EditionState.CANCELLED):
        raise ValidationError(_("This edition is over."))
    enrolment, _created = Enrolment.objects.get_or_create(
        edition=edition,
        person=person,
        defaults={
            "applied_at": at,
            "referral": referral,
            "referred_by": referred_by,
            "is_invented": edition.is_invented or person.is_invented,
        },
    )
    note_contact(person=person, on=timezone.localdate(at))
    return enrolment


@transaction.atomic
def hold_interview(*, interview: Interview) -> Interview:
    """Keep what the preparatory interview showed; held once, it can be corrected. Raises ValidationError."""
    interview.full_clean()
    interview.save()
    if person := interview.enrolment.person:
        note_contact(person=person, on=interview.held_on)
    return interview


def advice(*, interview: Interview, edition: Edition) -> list[str]:
    """What speaks against a place, in words; nothing when all is well. People decide."""
    against = []
    if not interview.aims_explained or not interview.understood:
        against.append(_("The aims are not clear yet: talk again, with an interpreter if need be."))
    if edition.french_level and LEVELS.index(Level(interview.french_level)) < LEVELS.index(Level(edition.french_level)):
        against.append(
            _("French %(has)s, where %(needs)s is needed: a language workshop first?")
            % {"has": interview.french_level, "needs": edition.french_level}
        )
    if not interview.is_available:
        against.append(_("Not free for all sessions: another edition?"))
    if interview.motivation != Motivation.WANTS:
        against.append(_("Does not want it now: ask again before the next edition."))
    return against


@transaction.atomic
def enrol(*, enrolment: Enrolment, at: datetime) -> Enrolment:
    """Give a place, or the last one on the waiting list when all are taken; never more than there are.

    The edition's row is locked while places are counted: two at once take turns.
    """
    edition = Edition.objects.select_for_update().get(pk=enrolment.edition_id)
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.state == EnrolmentState.ENROLLED:
        return enrolment
    is_full = edition.enrolments.taking_a_place().count() >= edition.capacity
    enrolment.state = EnrolmentState.WAITING if is_full else EnrolmentState.ENROLLED
    enrolment.enrolled_at = enrolment.enrolled_at if is_full else at
    enrolment.ended_on, enrolment.end_reason = None, ""
    enrolment.save(update_fields=["state", "enrolled_at", "ended_on", "end_reason"])
    return enrolment


@transaction.atomic
def end(*, enrolment: Enrolment, reason: EndReason, on: date, at: datetime) -> Enrolment:
    """The person leaves, or does not come: a coarse reason, never a text. The first who waits is offered the place."""
    Edition.objects.select_for_update().get(pk=enrolment.edition_id)
    had_place = enrolment.state == EnrolmentState.ENROLLED
    enrolment.state = EnrolmentState.LEFT if had_place else EnrolmentState.NOT_TAKEN
    enrolment.ended_on, enrolment.end_reason = on, reason
    enrolment.full_clean()
    enrolment.save(update_fields=["state", "ended_on", "end_reason"])
    first = enrolment.edition.enrolments.waiting().first()
    if had_place and first:
        offer_place(enrolment=first, at=at)
    return enrolment


@transaction.atomic
def take_back(*, enrolment: Enrolment, at: datetime) -> Enrolment:
    """It was noted by mistake that somebody left or did not come: back to where they were, if there is room."""
    enrolment.ended_on, enrolment.end_reason = None, ""
    if enrolment.state == EnrolmentState.LEFT:
        return enrol(enrolment=enrolment, at=enrolment.enrolled_at or at)
    enrolment.state = EnrolmentState.APPLIED
    enrolment.save(update_fields=["state", "ended_on", "end_reason"])
    return enrolment
