"""Committing to an edition: consent first, never more people than places, coarse reasons only."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from parcours.delivery.actions import enrolments as verbs
from parcours.delivery.choices import EndReason, EnrolmentState, Motivation, Referral
from parcours.delivery.figures import reasons_of, reasons_over_years
from parcours.delivery.models import Enrolment, Interview, Notice
from parcours.delivery.tests import cast
from parcours.kit.tests.processes import at_once
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


ENROL = """
from django.utils import timezone
from parcours.delivery.actions.enrolments import enrol
from parcours.delivery.models import Enrolment
print(enrol(enrolment=Enrolment.objects.get(pk=sys.argv[1]), at=timezone.now()).state)
"""


@pytest.mark.django_db(transaction=True)
def test_several_machines_never_give_more_places_than_there_are():
    """Five real processes at once, two places."""
    edition = cast.edition(capacity=2)
    states = at_once(ENROL, [str(applied(edition).pk) for _ in range(5)])
    assert sorted(states) == ["enrolled"] * 2 + ["waiting"] * 3
    assert edition.enrolments.taking_a_place().count() == 2


def test_why_people_left_is_told_to_the_team_and_withheld_from_the_territory_where_few_said_it():
    edition = cast.edition()
    for reason in (EndReason.WORK, EndReason.WORK, EndReason.HOUSING):
        enrolment = verbs.enrol(enrolment=applied(edition), at=cast.NOON)
        verbs.end(enrolment=enrolment, reason=reason, on=cast.TODAY, at=cast.NOON)
    assert [(one.n, one.base) for one in reasons_of(edition)] == [(2, 3), (1, 3)]
    assert reasons_over_years(edition.programme) == []
