"""What a desk shows of an edition: its path, its numbers, who is to be called, what clashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from parcours.accounts.models import User
from parcours.delivery.choices import CAME, SEE_PEOPLE, EnrolmentState
from parcours.delivery.models import Edition, Enrolment, Notice, Session
from parcours.kit.motif import Stop
from parcours.people.models import Person


def path_of(edition: Edition, sessions: Sequence[Session], *, at: datetime) -> list[Stop]:
    """The sessions as stops on the line."""
    stops = []
    current = next((one for one in sessions if not one.cancelled_at and one.ends_at > at), None)
    for session in sessions:
        is_over = session.ends_at <= at
        state = (
            "blocked" if session.cancelled_at else "done" if is_over else "current" if session == current else "next"
        )
        starts = timezone.localtime(session.starts_at)
        detail = _("cancelled") if session.cancelled_at else session.venue.name if session.venue else ""
        stops.append(
            Stop(
                str(session.title),
                state,  # type: ignore[arg-type]
                detail,
                session.get_absolute_url(),
                date_format(starts, "D j M, H:i"),
            )
        )
    return stops


def sees_people(user: User, edition: Edition, *, at: datetime) -> bool:
    """Whether the user leads or facilitates this edition at that moment."""
    return edition.staff.of(user, on=at.date(), roles=SEE_PEOPLE).exists()


def to_call(edition: Edition, *, at: datetime) -> QuerySet[Notice]:
    """Whom nobody has told yet of what changes for them: by telephone, face to face, or because a message failed."""
    waiting = Notice.objects.filter(session__edition=edition, session__ends_at__gt=at, sent_at=None)
    return waiting.select_related("session", "enrolment__person", "booking").order_by("session__starts_at", "pk")


@dataclass(frozen=True)
class Clash:
    """Somebody who should be at two sessions at once."""

    who: str
    session: Session
    other: Session


def clashes(edition: Edition, *, at: datetime) -> list[Clash]:
    """Of the sessions to come: staff and participants who have another at the same time."""
    others = (
        Session.objects.upcoming(at=at)
        .exclude(edition=edition)
        .filter(
            Q(edition__staff__user__in=edition.staff.values("user"))
            | Q(edition__enrolments__person__in=_people(edition).values("pk"))
        )
    )
    others = others.select_related("edition").distinct()
    coming = list(edition.sessions.upcoming(at=at))
    pairs = [(a, b) for a in coming for b in others if a.starts_at < b.ends_at and b.starts_at < a.ends_at]
    return [Clash(who, a, b) for a, b in pairs for who in _both(edition, b)]


def _people(edition: Edition) -> QuerySet[Person]:
    return Person.objects.filter(enrolments__edition=edition, enrolments__state=EnrolmentState.ENROLLED)


def _both(edition: Edition, other: Session) -> list[str]:
    staff = User.objects.filter(staffings__edition=edition).filter(staffings__edition=other.edition).distinct()
    people = _people(edition).filter(enrolments__edition=other.edition, enrolments__state=EnrolmentState.ENROLLED)
    return [user.name for user in staff.order_by("pk")] + [str(person) for person in people.distinct()]


def rows_of_people(edition: Edition, *, at: datetime) -> QuerySet[Enrolment]:
    """Everybody of the edition, with how often they came."""
    came = Count("attendances", filter=Q(attendances__presence__in=CAME), distinct=True)
    found = edition.enrolments.annotate(came=came, interviewed_on=F("interview__held_on"))
    return found.select_related("person").order_by(F("person__sort_key").asc(nulls_last=True), "pk")
