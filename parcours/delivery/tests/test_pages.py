"""The pages of programmes: who may open which, what they show, how they answer to bad input."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from parcours.delivery.actions.sessions import save_session
from parcours.delivery.choices import EnrolmentState, StaffRole
from parcours.delivery.links import secret_of
from parcours.delivery.models import Attendance, Enrolment, Venue
from parcours.delivery.tests import cast
from parcours.delivery.tests.cast import signed_in
from parcours.directory.actions.people import give_role
from parcours.directory.choices import Role
from parcours.people.models import Consent, Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    """Who sees what is another matter than how they sign in."""
    settings.PARCOURS_STAFF_MFA = False


@pytest.fixture
def edition():
    made = cast.edition(
        cast.programme(is_public=True, awards="migrapass-tutor"),
        starts_on=timezone.localdate() - timedelta(days=7),
        ends_on=timezone.localdate() + timedelta(days=30),
    )
    cast.session(made, timezone.now() - timedelta(days=2), step=made.programme.steps.first())
    cast.session(made, timezone.now() + timedelta(days=2))
    return made


@pytest.fixture
def lead(edition):
    return signed_in(cast.staff(edition))


def pages(edition, enrolment):
    session, e = edition.sessions.first().pk, edition.key
    return {
        "edition": [e],
        "edition-edit": [e],
        "staff": [e],
        "money-new": [e],
        "series": [e],
        "session-new": [e],
        "session": [e, session],
        "session-edit": [e, session],
        "session-cancel": [e, session],
        "attendance": [e, session],
        "attendance-trace": [e, session],
        "people": [e],
        "apply": [e],
        "register-pdf": [e],
        "register-xlsx": [e],
        "enrolment": [e, enrolment.key],
        "interview": [e, enrolment.key],
        "certificate": [e, enrolment.key],
    }


def test_the_lead_opens_every_page_of_the_edition(edition, lead):
    enrolment = cast.enrolled(edition, cast.person("ሰላም ገብረመስቀል", latin_name="Selam Gebremeskel"))
    Attendance.objects.create(
        session=edition.sessions.first(), enrolment=enrolment, presence="present", noted_at=timezone.now(), revision=2
    )
    answers = {
        name: lead.get(reverse(f"delivery:{name}", args=args)) for name, args in pages(edition, enrolment).items()
    }
    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 200} == {}
    assert "ሰላም ገብረመስቀል" in answers["people"].content.decode()
    assert answers["register-pdf"].content.startswith(b"%PDF")


def test_nobody_else_opens_pages_with_people(edition):
    enrolment = cast.enrolled(edition)
    coordinator, partner = cast.user(), cast.user()
    give_role(user=coordinator, role=Role.COORDINATOR, organisation=None)
    give_role(user=partner, role=Role.PARTNER, organisation=edition.programme.organisation)
    other = cast.staff(cast.edition())
    tutor = cast.staff(edition, StaffRole.TUTOR)
    with_people = ["attendance", "attendance-trace", "people", "apply", "register-pdf", "register-xlsx", "enrolment",
                   "interview", "certificate"]  # fmt: skip
    for user in (coordinator, partner, other, tutor):
        for name in with_people:
            answer = signed_in(user).get(reverse(f"delivery:{name}", args=pages(edition, enrolment)[name]))
            assert answer.status_code == 404, (name, user)
    shown = signed_in(coordinator).get(edition.get_absolute_url())
    assert shown.status_code == 200
    assert str(enrolment.person) not in shown.content.decode()
    assert signed_in(other).get(edition.get_absolute_url()).status_code == 404


APPLICATION = {"name": "سلمى", "channel": "in-person", "language": "ar", "referral": "friend-took-part",
               "speaks_0": "ar", "level_0": "native", "born": "1988"}  # fmt: skip


def test_somebody_applies_with_the_text_they_agreed_to(edition, lead):
    address = reverse("delivery:apply", args=[edition.key])
    refused = lead.post(address, APPLICATION)
    assert (refused.status_code, Person.objects.count()) == (422, 0)

    answer = lead.post(address, APPLICATION | {"agrees": "on", "messages": "on"})
    enrolment = Enrolment.objects.get()
    assert answer.url == enrolment.get_absolute_url()
    assert (enrolment.person.born, enrolment.referral) == ("1988", "friend-took-part")
    assert [one.language for one in enrolment.person.languages.all()] == ["ar"]
    consents = Consent.objects.order_by("purpose")
    assert [(one.purpose, one.language) for one in consents] == [("accompany", "ar"), ("messages", "ar")]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"born": "31/02/1988"}, "born"), ({"channel": "sms"}, None), ({"phone": "12"}, "phone"), ({"name": ""}, "name")],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_kept(edition, lead, wrong, field):
    answer = lead.post(reverse("delivery:apply", args=[edition.key]), APPLICATION | {"agrees": "on"} | wrong)
    assert answer.status_code == 422
    assert (Person.objects.count(), Enrolment.objects.count(), Consent.objects.count()) == (0, 0, 0)
    assert (field or "__all__") in answer.context["form"].errors


def test_from_interview_to_a_place_and_the_end(edition, lead):
    enrolment = cast.enrolled(edition, state=EnrolmentState.APPLIED, enrolled_at=None)
    args = [edition.key, enrolment.key]
    told = {"held_on": "2026-11-20", "minutes": 45, "language": "ar", "aims_explained": "on", "understood": "on",
            "is_available": "on", "motivation": "wants", "french_level": "A2"}  # fmt: skip
    assert lead.post(reverse("delivery:interview", args=args), told).status_code == 302
    lead.post(reverse("delivery:decide", args=args), {"do": "enrol"})
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.interview.french_level) == (EnrolmentState.ENROLLED, "A2")
    lead.post(reverse("delivery:decide", args=args), {"do": "end", "on": "2026-11-25", "reason": "housing"})
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.end_reason) == (EnrolmentState.LEFT, "housing")


def test_attendance_is_noted_and_a_clash_shows_both(edition, lead):
    who, session = cast.enrolled(edition), edition.sessions.first()
    address = reverse("delivery:attendance", args=[edition.key, session.pk])
    sent = {f"seen-{who.pk}": "present", f"base-{who.pk}": "0"}
    assert lead.post(address, sent).status_code == 302
    other = signed_in(cast.staff(edition, StaffRole.FACILITATOR))
    clash = other.post(address, sent | {f"seen-{who.pk}": "absent"})
    assert clash.status_code == 409
    assert Attendance.objects.get().presence == "present"
    assert other.post(address, {f"seen-{who.pk}": "late", f"base-{who.pk}": "1"}).status_code == 302
    assert lead.get(reverse("delivery:attendance-trace", args=[edition.key, session.pk])).status_code == 200


def test_a_participant_sees_their_dates_and_nothing_of_others(edition):
    user = cast.user("Salma")
    mine = cast.enrolled(edition, cast.person("Salma", account=user))
    other = cast.enrolled(edition, cast.person("Somebody Else"))
    client = signed_in(user)
    shown = client.get(reverse("delivery:mine"))
    assert shown.status_code == 200
    assert "Somebody Else" not in shown.content.decode()
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(mine.get_absolute_url()).url.endswith("/mine/")


def test_a_calendar_opens_by_its_secret_only(edition):
    who = cast.enrolled(edition)
    for kind, key in (("edition", edition.key), ("enrolment", who.key)):
        good = reverse("delivery:feed", args=[kind, key, secret_of(f"{kind}.{key}")])
        answer = Client().get(good)
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        assert Client().get(reverse("delivery:feed", args=[kind, key, secret_of("edition.other")])).status_code == 404


def test_a_series_is_looked_at_then_made(lead):
    edition = cast.edition(cast.programme(key="other"))
    client = signed_in(cast.staff(edition))
    address = reverse("delivery:series", args=[edition.key])
    told = {"first": "2027-01-07", "at": "18:30"}
    assert len(client.post(address, told | {"do": "look"}).context["planned"]) == 3
    assert edition.sessions.count() == 0
    client.post(address, told | {"do": "make"})
    assert edition.sessions.count() == 3


def test_a_list_of_three_asks_the_database_no_more_than_a_list_of_one(edition, lead, django_assert_num_queries):
    cast.enrolled(edition)
    address = reverse("delivery:people", args=[edition.key])
    lead.get(address)
    with django_assert_num_queries(10):
        lead.get(address)
    for _ in range(2):
        cast.enrolled(edition)
    with django_assert_num_queries(10):
        lead.get(address)


def test_a_lead_adds_a_place_and_no_session_takes_more_than_it_holds(settings):
    settings.PARCOURS_STAFF_MFA = False
    edition = cast.edition()
    lead = cast.signed_in(cast.staff(edition))
    assert cast.signed_in(cast.user()).get(reverse("delivery:venues")).status_code == 403
    lead.post(reverse("delivery:venue-new"), {"name": "Salle", "capacity": "8", "is_step_free": "true"})
    place = Venue.objects.get()
    session = cast.session(edition, timezone.now() + timedelta(days=3), venue=place, capacity=8)
    assert "Salle" in lead.get(reverse("delivery:venues")).content.decode()
    answer = lead.post(reverse("delivery:venue-edit", args=[place.pk]), {"name": "Salle", "capacity": "5"})
    assert answer.status_code == 422
    session.capacity = 9
    with pytest.raises(ValidationError):
        save_session(session=session, at=timezone.now())
