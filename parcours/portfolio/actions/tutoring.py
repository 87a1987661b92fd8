"""Who accompanies whom: proposed by the program, decided by people; what a tutor adds."""

from collections import Counter
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.accounts.models import User
from parcours.delivery.actions.programmes import may_tutor
from parcours.delivery.choices import StaffRole
from parcours.delivery.models import Edition, Enrolment, Session
from parcours.engines.pairing import Pair, Someone, propose
from parcours.people.models import Person
from parcours.portfolio.models import Tutoring, TutorNote, Wish

MOST = 3


class NoteChanged(Exception):
    """The note was saved in another window meanwhile; `stands` is what is kept."""

    def __init__(self, stands: TutorNote) -> None:
        super().__init__()
        self.stands = stands


def tutors_of(edition: Edition, *, at: datetime) -> list[Person]:
    """Those named tutors of the edition who hold its qualification now."""
    day = timezone.localdate(at)
    staff = edition.staff.filter(role=StaffRole.TUTOR, until__gte=day).values("user")
    found = Person.objects.filter(account__in=staff).prefetch_related("languages").order_by("sort_key", "pk")
    return [one for one in found if may_tutor(programme=edition.programme, person=one, on=day)]


def without_tutor(edition: Edition) -> list[Enrolment]:
    """Those with a place whom nobody accompanies."""
    found = (
        edition.enrolments.taking_a_place()
        .exclude(person=None)
        .exclude(tutorings__ended_at=None, tutorings__isnull=False)
    )
    return list(found.select_related("person", "wish").prefetch_related("person__languages").order_by("pk"))


def proposal(edition: Edition, *, at: datetime) -> list[Pair]:
    """Pairs for all who have no tutor, the best together."""
    tutors = tutors_of(edition, at=at)
    taken = Counter(
        Tutoring.objects.running(at=at)
        .filter(tutor__in=tutors, enrolment__edition=edition)
        .values_list("tutor", flat=True)
    )
    return propose(
        [_participant(one) for one in without_tutor(edition)],
        [_tutor(one, edition, at) for one in tutors],
        taken=taken,
        most=MOST,
    )


def _participant(enrolment: Enrolment) -> Someone:
    assert enrolment.person is not None
    wish = getattr(enrolment, "wish", None)
    languages = {one.language: one.level == "native" for one in enrolment.person.languages.all()}
    return Someone(enrolment.pk, languages, enrolment.person.gender, wish.gender if wish else "")


def _tutor(person: Person, edition: Edition, at: datetime) -> Someone:
    languages = {one.language: one.level == "native" for one in person.languages.all()}
    return Someone(person.pk, languages, person.gender, busy=_is_busy(person, edition, at))


def _is_busy(person: Person, edition: Edition, at: datetime) -> bool:
    """Whether the tutor works elsewhere while the edition's sessions take place."""
    others = Session.objects.upcoming(at=at).filter(edition__staff__user=person.account_id).exclude(edition=edition)
    return any(others.overlapping(one.starts_at, one.ends_at).exists() for one in edition.sessions.upcoming(at=at))


@transaction.atomic
def decide(*, enrolment: Enrolment, tutor: Person, by: User, at: datetime) -> Tutoring:
    """The tutor accompanies the participant from today until the edition ends. Raises ValidationError."""
    edition = enrolment.edition
    if tutor not in tutors_of(edition, at=at):
        raise ValidationError(_("This person is no trained tutor of the edition."))
    if enrolment.person_id == tutor.pk:
        raise ValidationError(_("Nobody is their own tutor."))
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    end_tutorings(enrolment=enrolment, at=at)
    day = timezone.localdate(at)
    return Tutoring.objects.create(
        enrolment=enrolment,
        tutor=tutor,
        since=day,
        until=max(day, edition.ends_on),
        decided_by=by,
        decided_at=at,
        is_invented=edition.is_invented,
    )


@transaction.atomic
def end_tutorings(*, enrolment: Enrolment, at: datetime) -> None:
    """What was shared with the tutor is theirs to read no more."""
    for one in enrolment.tutorings.filter(ended_at=None):
        one.shares.filter(revoked_at=None).update(revoked_at=at)
        one.ended_at = at
        one.save(update_fields=["ended_at"])


@transaction.atomic
def note_wish(*, enrolment: Enrolment, gender: str) -> None:
    """What the participant would like; nothing when they said nothing."""
    wish, _new = Wish.objects.get_or_create(enrolment=enrolment)
    wish.gender = gender
    wish.full_clean()
    wish.save(update_fields=["gender"])


@transaction.atomic
def save_note(*, note: TutorNote, base: int) -> TutorNote:
    """Keep a note; `base` is the revision it was read at. Raises NoteChanged."""
    if note.pk:
        stands = TutorNote.objects.select_for_update().get(pk=note.pk)
        if stands.revision != base:
            raise NoteChanged(stands)
        note.revision = base + 1
    note.save()
    return note
