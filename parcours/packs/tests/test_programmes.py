"""What the pack's programmes hold: what the source says, and people who do not exist."""

import pytest

from conftest import TERRITORY
from parcours.delivery.models import Attendance, Edition, Enrolment, Interview, Programme, Session, Staff, Venue
from parcours.kit.published import totals
from parcours.packs.load import load_pack
from parcours.people.models import Person, Qualification
from parcours.portfolio.models import Portfolio, Tutoring

pytestmark = pytest.mark.django_db


def test_the_past_year_is_made_of_rows_that_name_nobody(demo):
    past = Enrolment.objects.filter(edition__programme__key="migrapass", edition__starts_on__year=2017)
    assert past.count() == 38
    assert not past.exclude(person=None).exists()


def test_migrapass_is_a_cycle_of_eight_weekly_evenings(demo):
    edition = Edition.objects.get(key="migrapass-en-cours")
    starts = [session.starts_at for session in edition.sessions.filter(capacity=None)]
    assert len(starts) == 8
    assert {(one.astimezone().weekday(), one.astimezone().strftime("%H:%M")) for one in starts} == {(3, "18:30")}
    assert Programme.objects.get(key="migrapass").steps.count() == 8


@pytest.mark.parametrize(
    "model", [Edition, Session, Venue, Person, Enrolment, Attendance, Qualification, Portfolio, Tutoring]
)
def test_whatever_the_sources_do_not_say_is_labelled_as_invented(demo, model):
    assert model.objects.exists()
    assert not model.objects.filter(is_invented=False).exists()


def test_every_tutor_is_qualified_and_everybody_enrolled_was_interviewed(demo):
    for staff in Staff.objects.filter(role="tutor"):
        assert (
            staff.user.person.qualifications.valid(on=staff.edition.starts_on).filter(kind="migrapass-tutor").exists()
        )
    enrolled = Enrolment.objects.were_enrolled().exclude(person=None)
    assert Interview.objects.filter(enrolment__in=enrolled).count() == enrolled.count()


def test_loading_again_changes_nothing(demo):
    before = [model.objects.count() for model in (Edition, Enrolment, Person, Portfolio)]
    load_pack(folder=TERRITORY, report=lambda part, number: None)
    assert [model.objects.count() for model in (Edition, Enrolment, Person, Portfolio)] == before


def test_the_rows_reproduce_what_the_sheet_prints_of_2017(demo):
    assert [str(one) for one in totals() if one.key.startswith("migrapass.")] == [
        "migrapass.enrolled_2017 38 38 ok",
        "migrapass.finished_2017 32 32 ok",
        "migrapass.finished_share_2017 84 84 ok",
        "migrapass.other_activities_2017 68 68 ok",
    ]


def test_the_first_guides_are_what_the_sheet_on_migrant_tour_prints(demo):
    assert [str(one) for one in totals() if one.key.startswith("migrant-tour.")] == [
        "migrant-tour.volunteers 12 12 ok",
        "migrant-tour.guides 5 5 ok",
        "migrant-tour.training_euros 15000 15000 ok",
    ]
    programme = Programme.objects.get(key="guides-migrant-tour")
    assert programme.awards == "migrant-tour-guide"
    assert programme.steps.exclude(given_by=None).values("given_by").distinct().count() == 5
