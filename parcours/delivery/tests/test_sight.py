"""Who sees whom."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from parcours.delivery.choices import StaffRole
from parcours.delivery.models import Edition, Enrolment, Venue
from parcours.delivery.tests import cast
from parcours.directory.actions.people import give_role
from parcours.directory.choices import Role
from parcours.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [StaffRole.LEAD, StaffRole.FACILITATOR])
def test_leads_and_facilitators_see_the_people_of_their_editions_only(role):
    own, other = cast.edition(), cast.edition()
    mine, theirs = cast.enrolled(own), cast.enrolled(other)
    user = cast.staff(own, role)

    assert list(Person.objects.visible_to(user, at=cast.NOON)) == [mine.person]
    assert list(Enrolment.objects.visible_to(user, at=cast.NOON)) == [mine]
    assert theirs not in Enrolment.objects.visible_to(user, at=cast.NOON)


def test_what_staff_see_ends_with_their_role():
    edition = cast.edition()
    cast.enrolled(edition)
    user = cast.staff(edition, until=cast.TODAY)

    assert Person.objects.visible_to(user, at=cast.NOON).count() == 1
    assert Person.objects.visible_to(user, at=cast.NOON + timedelta(days=1)).count() == 0


def test_tutors_and_interpreters_see_nobody_by_their_role_alone():
    edition = cast.edition()
    cast.enrolled(edition)
    for role in (StaffRole.TUTOR, StaffRole.INTERPRETER):
        assert not Person.objects.visible_to(cast.staff(edition, role), at=cast.NOON).exists()


def test_the_coordinator_of_the_territory_sees_editions_and_no_person():
    edition = cast.edition()
    cast.enrolled(edition)
    coordinator = cast.user()
    give_role(user=coordinator, role=Role.COORDINATOR, organisation=None)

    assert list(Edition.objects.visible_to(coordinator, at=cast.NOON)) == [edition]
    assert not Person.objects.visible_to(coordinator, at=cast.NOON).exists()


def test_everybody_sees_themselves():
    user = cast.user()
    person = cast.person(account=user)
    cast.person()

    assert list(Person.objects.visible_to(user, at=cast.NOON)) == [person]


def test_a_place_holds_one_session_at_a_time():
    venue = Venue.objects.create(name="Salle")
    edition = cast.edition()
    first = cast.session(edition, venue=venue)

    with pytest.raises(IntegrityError), transaction.atomic():
        cast.session(edition, starts_at=cast.NOON + timedelta(hours=1), venue=venue)
    cast.session(edition, starts_at=first.ends_at, venue=venue)
    first.cancelled_at = cast.NOON
    first.save()
    cast.session(edition, venue=venue)
