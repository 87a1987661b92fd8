"""Committing to an edition: consent first, never more people than places, coarse reasons only."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from parcours.delivery.actions import enrolments as verbs
from parcours.delivery.choices import EndReason, EnrolmentState, Motivation, Referral
from parcours.delivery.models import Enrolment, Interview, Notice
from parcours.delivery.tests import cast
from parcours.people.actions.consents import give_consent
from parcours.people.choices import Channel

pytestmark = pytest.mark.django_db


def applied(edition, who=None, **more):
    who = who or cast.person()
    give_consent(person=who, purpose="accompany", at=cast.NOON)
    return verbs.apply(edition=edition, person=who, at=cast.NOON, **more)


def test_nobody_is_kept_without_their_consent():
    with pytest.raises(verbs.NoConsent):
        verbs.apply(edition=cast.edition(), person=cast.person(), at=cast.NOON)
    assert not Enrolment.objects.exists()


def test_who_applies_twice_has_applied_once():
    edition, person = cast.edition(), cast.person()
    first = applied(edition, person, referral=Referral.FRIEND_TOOK_PART)
    assert applied(edition, person, referral=Referral.PUBLIC) == first
    assert Enrolment.objects.get().referral == Referral.FRIEND_TOOK_PART


def test_when_all_places_are_taken_one_waits_and_the_first_who_waits_is_told_of_a_free_place(
    django_capture_on_commit_callbacks, mailoutbox
):
    edition = cast.edition(capacity=1)
    cast.session(edition, starts_at=cast.NOON + timedelta(days=3))
    first = verbs.enrol(enrolment=applied(edition), at=cast.NOON)
    second = verbs.enrol(
        enrolment=applied(edition, cast.person("Salma", email="s@example.org", channel=Channel.EMAIL)), at=cast.NOON
    )
    assert (first.state, second.state) == (EnrolmentState.ENROLLED, EnrolmentState.WAITING)

    with django_capture_on_commit_callbacks(execute=True):
        verbs.end(enrolment=first, reason=EndReason.WORK, on=cast.TODAY, at=cast.NOON)

    assert (first.state, first.end_reason) == (EnrolmentState.LEFT, EndReason.WORK)
    assert [mail.to for mail in mailoutbox] == [["s@example.org"]]
    assert Notice.objects.get().enrolment == second
    assert verbs.enrol(enrolment=second, at=cast.NOON).state == EnrolmentState.ENROLLED


def test_what_was_noted_by_mistake_is_taken_back():
    enrolment = verbs.enrol(enrolment=applied(cast.edition()), at=cast.NOON)
    verbs.end(enrolment=enrolment, reason=EndReason.OTHER, on=cast.TODAY, at=cast.NOON)
    assert verbs.take_back(enrolment=enrolment, at=cast.NOON).state == EnrolmentState.ENROLLED


def test_an_end_needs_one_of_the_coarse_reasons():
    enrolment = verbs.enrol(enrolment=applied(cast.edition()), at=cast.NOON)
    with pytest.raises(ValidationError):
        verbs.end(enrolment=enrolment, reason="detention", on=cast.TODAY, at=cast.NOON)


def test_the_interview_says_what_speaks_against_and_people_decide():
    edition = cast.edition(french_level="A2")
    interview = Interview(
        enrolment=applied(edition),
        held_on=cast.TODAY,
        aims_explained=True,
        understood=True,
        is_available=True,
        motivation=Motivation.WANTS,
        french_level="A1",
    )
    verbs.hold_interview(interview=interview)
    assert len(verbs.advice(interview=interview, edition=edition)) == 1
    assert verbs.enrol(enrolment=interview.enrolment, at=cast.NOON).state == EnrolmentState.ENROLLED
    interview.french_level = "B1"
    assert verbs.advice(interview=interview, edition=edition) == []


@pytest.mark.django_db(transaction=True)
def test_two_machines_never_give_more_places_than_there_are():
    """Two real connections at once, six people, two places."""
    edition = cast.edition(capacity=2)
    waiting = [applied(edition) for _ in range(6)]

    def enrol(enrolment):
        try:
            return verbs.enrol(enrolment=enrolment, at=cast.NOON).state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as several:
        states = list(several.map(enrol, waiting))

    assert sorted(states) == ["enrolled"] * 2 + ["waiting"] * 4
    assert edition.enrolments.taking_a_place().count() == 2
    assert connection.is_usable()
