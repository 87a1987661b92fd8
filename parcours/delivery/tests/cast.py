"""Who plays in the tests of programmes: an association, its programme of three steps, an edition, people in it."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.test import Client

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.delivery.choices import EditionState, EnrolmentState, StaffRole
from parcours.delivery.models import Edition, Enrolment, Programme, Session, Staff, Step
from parcours.directory.models import Organisation
from parcours.directory.tests import factories as make
from parcours.people.choices import Channel
from parcours.people.models import Person
from parcours.translations.texts import Translated

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
TODAY = date(2026, 11, 26)
_numbers = count(1)


def words(fr: str, en: str = "") -> Translated:
    return Translated.of({"fr": fr, "en": en} if en else {"fr": fr})


def user(name: str = "Nadia", **more: Any) -> User:
    return create_user(email=f"user{next(_numbers)}@example.org", name=name, language="fr", **more)


def person(name: str = "Selam", **more: Any) -> Person:
    """Somebody told in person only, unless an address is given with its channel."""
    defaults = {"last_contact_on": TODAY, "sort_key": name.lower(), "channel": Channel.IN_PERSON}
    return Person.objects.create(name=name, **defaults | more)


def programme(
    key: str = "migrapass", organisation: Organisation | None = None, steps: int = 3, **more: Any
) -> Programme:
    made = Programme.objects.create(
        key=key,
        title=words("Migrapass"),
        organisation=organisation or make.organisation("Association", key=f"association-{next(_numbers)}"),
        **more,
    )
    for number in range(steps):
        Step.objects.create(
            programme=made,
            key=f"atelier-{number + 1}",
            position=number + 1,
            title=words(f"Atelier {number + 1}", f"Workshop {number + 1}"),
            day=7 * number,
        )
    return made


def edition(of: Programme | None = None, **more: Any) -> Edition:
    """Open, twelve places, from a week ago to six weeks on."""
    number = next(_numbers)
    defaults = {
        "key": f"cycle-{number}",
        "title": f"Cycle {number}",
        "state": EditionState.OPEN,
        "starts_on": TODAY - timedelta(days=7),
        "ends_on": TODAY + timedelta(days=42),
        "capacity": 12,
    }
    return Edition.objects.create(programme=of or programme(key=f"programme-{number}"), **defaults | more)


def staff(in_: Edition, role: StaffRole = StaffRole.LEAD, who: User | None = None, **more: Any) -> User:
    """Somebody with a role in the edition, from long ago until long after."""
    who = who or user()
    dates = {"since": TODAY - timedelta(days=100), "until": TODAY + timedelta(days=100)}
    Staff.objects.create(edition=in_, user=who, role=role, **dates | more)
    return who


def enrolled(in_: Edition, who: Person | None = None, **more: Any) -> Enrolment:
    who = who or person(f"Person {next(_numbers)}")
    defaults = {"state": EnrolmentState.ENROLLED, "applied_at": NOON, "enrolled_at": NOON}
    return Enrolment.objects.create(edition=in_, person=who, **defaults | more)


def session(of: Edition, starts_at: datetime = NOON, hours: float = 2, **more: Any) -> Session:
    defaults = {"title": words("Séance", "Session"), "ends_at": starts_at + timedelta(hours=hours)}
    return Session.objects.create(edition=of, starts_at=starts_at, **defaults | more)


def signed_in(who: User) -> Client:
    """Somebody's browser; how they signed in is another matter."""
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
