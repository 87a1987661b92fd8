"""Asking those who take part: who is invited, by which link, who was told."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_hex
from smtplib import SMTPException

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.delivery.models import Edition, Enrolment
from parcours.feedback.choices import Moment
from parcours.feedback.letters import invite_by
from parcours.feedback.links import secret_for
from parcours.feedback.models import Evaluation, Invitee
from parcours.kit.secret import secret_digest
from parcours.people.choices import Channel
from parcours.survey.actions.answers import new_response
from parcours.survey.actions.waves import save_wave
from parcours.survey.choices import Progress
from parcours.survey.models import Response, Version, Wave

# The smallest count that the team of an edition sees: about a third of a cohort.
SMALLEST = 5
REMIND_AFTER = timedelta(days=5)
LINKED_FOR = timedelta(days=2 * 365)


@dataclass
class Sent:
    """What a round of messages did."""

    sent: int = 0
    in_person: int = 0
    failed: int = 0


@transaction.atomic
def open_evaluation(*, edition: Edition, moment: Moment, version: Version, opens_on: date, closes_on: date,
                    is_invented: bool = False) -> Evaluation:  # fmt: skip
    """Ask a questionnaire of everybody who has a place. Raises ValidationError: asked already, dates, draft."""
    Edition.objects.select_for_update().get(pk=edition.pk)  # two who begin at once take turns
    if edition.evaluations.filter(moment=moment).exists():
        raise ValidationError(_("This is asked already."))
    _check(opens_on, closes_on)
    wave = Wave(
        version=version,
        title=f"{edition.programme} · {edition} · {moment.label}"[:120],
        opens_on=opens_on,
        closes_on=closes_on,
        threshold=SMALLEST,
        is_invented=is_invented,
    )
    made = Evaluation.objects.create(edition=edition, moment=moment, wave=save_wave(wave=wave), is_invented=is_invented)
    invite(evaluation=made, at=timezone.now())
    return made


@transaction.atomic
def invite(*, evaluation: Evaluation, at: datetime) -> int:
    """Give everybody who has a place, and has none yet, a sheet to fill in; gives how many were new."""
    Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    invited = set(evaluation.invitees.values_list("enrolment", flat=True))
    placed = evaluation.edition.enrolments.taking_a_place().exclude(person=None).select_related("person")
    missing = list(placed.exclude(pk__in=invited))
    for enrolment in missing:
        make_invitee(evaluation=evaluation, enrolment=enrolment, at=at)
    return len(missing)


def make_invitee(*, evaluation: Evaluation, enrolment: Enrolment, at: datetime) -> Invitee:
    """An empty sheet; the same random word as at the other moment makes the two comparable."""
    other = Response.objects.filter(invitee__enrolment=enrolment).first()
    response = new_response(
        wave=evaluation.wave,
        at=at,
        secret_digest=secret_digest(secret_for(evaluation, enrolment)),
        language=enrolment.person.language if enrolment.person else "fr",
        respondent=other.respondent if other else token_hex(12),
        is_invented=evaluation.is_invented,
    )
    return Invitee.objects.create(evaluation=evaluation, enrolment=enrolment, response=response)


def send_invitations(*, evaluation: Evaluation, at: datetime) -> Sent:
    """Tell those who were not told yet, and remind once those who have not answered. Each message is its own step."""
    invite(evaluation=evaluation, at=at)
    sent = Sent()
    answered = [Progress.COMPLETE, Progress.WITHDRAWN]
    for pk in evaluation.invitees.exclude(response__progress__in=answered).values_list("pk", flat=True):
        _tell(pk, at, sent)
    return sent


@transaction.atomic
def _tell(pk: int, at: datetime, sent: Sent) -> None:
    beside = ("enrolment__person", "evaluation__edition__programme", "response")
    invitee = Invitee.objects.select_for_update(of=("self",)).select_related(*beside).get(pk=pk)
    is_first = invitee.told_at is None
    if not is_first and (invitee.reminded_at or at - (invitee.told_at or at) < REMIND_AFTER):
        return
    person = invitee.enrolment.person
    if person is None:
        return
    if person.channel in (Channel.CALL, Channel.IN_PERSON):
        sent.in_person += 1
        return
    try:
        invite_by(invitee, person)
    except (SMTPException, OSError):
        sent.failed += 1
        return
    setattr(invitee, "told_at" if is_first else "reminded_at", at)
    invitee.save(update_fields=["told_at", "reminded_at"])
    sent.sent += 1


@transaction.atomic
def change_dates(*, evaluation: Evaluation, opens_on: date, closes_on: date, on: date) -> None:
    """Move an evaluation that has not ended. Raises ValidationError: ended, and perhaps read; dates in disorder."""
    wave = evaluation.wave
    if wave.is_over(on=on):
        raise ValidationError(_("It has ended, and its results may have been read: it cannot be opened again."))
    _check(opens_on, closes_on)
    wave.opens_on, wave.closes_on = opens_on, closes_on
    wave.save(update_fields=["opens_on", "closes_on"])


def _check(opens_on: date, closes_on: date) -> None:
    if closes_on < opens_on:
        raise ValidationError({"closes_on": [_("It ends before it begins.")]})


@transaction.atomic
def forget(*, on: date) -> int:
    """Two years after an edition its answers become nobody's: the invitations go, and the links with them."""
    old = Invitee.objects.filter(evaluation__edition__ends_on__lt=on - LINKED_FOR)
    Response.objects.filter(invitee__in=old).update(secret_digest="", respondent="")
    gone, _each = old.delete()
    return gone
