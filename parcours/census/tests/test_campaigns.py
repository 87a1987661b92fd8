"""Whom a campaign asks, what leaves when, and what a call brings."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from parcours.accounts.actions import create_user
from parcours.census.actions.campaigns import (
    correct_address,
    forget_addresses,
    note_call,
    note_wrong_address,
    open_campaign,
    send_due,
)
from parcours.census.asked import asked_by
from parcours.census.choices import Outcome
from parcours.census.links import secret_of
from parcours.census.models import Campaign, UpdateRequest
from parcours.census.reporting import reporting
from parcours.census.tests.cast import NOON, SITE, asked, association, campaign
from parcours.directory.actions.people import give_role
from parcours.directory.actions.services import set_state
from parcours.directory.choices import PublicationConsent, Role, ServiceState, SourceKind
from parcours.directory.models import Organisation, Service
from parcours.directory.tests import factories as make

ROOT = Path(__file__).parents[3]
db = pytest.mark.django_db


def days_later(number):
    return NOON + timedelta(days=number)


@db
def test_a_campaign_asks_those_that_have_something_public_to_confirm():
    association("A services")
    association("B facts", services=0, phone="+33140000009")
    association("C nothing", services=0)
    association("D unnamed", consent=PublicationConsent.ASKED)
    association("E category", is_generic=True)
    for service in association("F closed").services.all():
        set_state(service=service, state=ServiceState.CLOSED)
    Organisation.objects.filter(name__in=["C nothing", "F closed"]).update(email="")
    assert [each.organisation.name for each in asked_by(Campaign())] == ["A services", "B facts"]


@db
def test_a_campaign_of_some_communes_asks_those_seated_there_and_those_who_receive_there():
    vitry, ivry = make.area("Vitry", code="99081"), make.area("Ivry", code="99041")
    association("Seated", area=vitry)
    association("Elsewhere", area=ivry)
    guest = association("Guest", area=ivry, services=0)
    make.service(of=guest, places=[{"address": "1 rue Verte", "area": "insee-commune:99081"}])
    shown = campaign()
    shown.areas.set([vitry])
    assert [each.organisation.name for each in asked_by(shown)] == ["Guest", "Seated"]


@db
def test_it_writes_to_the_organisation_then_to_its_contacts_then_to_its_services_and_else_it_is_called():
    for name in ("A own", "B contact", "C service", "D partner", "E nobody"):
        organisation = association(name, email="own@example.org" if name == "A own" else "", phone="+33140000009")
        service = organisation.services.get()
        if name == "B contact":
            organisation.contacts.create(email="contact@example.org")
            service.contacts.create(email="other@example.org")
        if name == "C service":
            service.contacts.create(email="service@example.org")
        if name == "D partner":
            user = create_user(email="partner@example.org", name="Bea", language="en")
            give_role(user=user, role=Role.PARTNER, organisation=organisation)
    found = [(each.address, each.language) for each in asked_by(Campaign())]
    assert found == [
        ("own@example.org", "fr"), ("contact@example.org", "fr"), ("service@example.org", "fr"),
        ("partner@example.org", "en"), ("", "fr"),
    ]  # fmt: skip


@db
def test_whom_it_asks_costs_the_same_for_one_and_for_three(django_assert_num_queries):
    association("A")
    with django_assert_num_queries(5):
        asked_by(Campaign())
    association("B", services=3)
    association("C")
    with django_assert_num_queries(5):
        asked_by(Campaign())


@db
def test_opening_twice_adds_only_those_that_came_since():
    association("A")
    shown = campaign()
    assert [one.organisation.name for one in open_campaign(campaign=shown, at=NOON)] == ["A"]
    association("B")
    assert [one.organisation.name for one in open_campaign(campaign=shown, at=NOON)] == ["B"]
    assert open_campaign(campaign=shown, at=NOON) == []


@db
def test_the_message_holds_the_question_the_link_and_no_secret_is_kept():
    request = asked(association("Les Voisins", services=2))
    (letter,) = mail.outbox
    assert letter.to == ["les.voisins@example.org"]
    assert "Les Voisins" in letter.subject
    assert f"{SITE}/fr/census/answer/{secret_of(request)}/" in letter.body
    assert "- Service 1\n- Service 2\n" in letter.body
    kept = [str(value) for value in UpdateRequest.objects.values_list().get(pk=request.pk)]
    assert not [value for value in kept if secret_of(request) in value]


@db
def test_a_message_leaves_once_a_reminder_once_and_then_comes_the_call():
    request = asked()
    assert send_due(at=days_later(9), site=SITE).reminded == 0
    sent = [send_due(at=days_later(number), site=SITE) for number in (10, 10, 20, 21, 22)]
    assert [(one.asked, one.reminded, one.to_call) for one in sent] == [
        (0, 1, 0), (0, 0, 0), (0, 0, 0), (0, 0, 1), (0, 0, 0),
    ]  # fmt: skip
    first, reminder = mail.outbox
    assert secret_of(request) in first.body
    assert secret_of(request) in reminder.body


@db
@pytest.mark.parametrize("change", [{"outcome": "confirmed", "answered_at": NOON}, {"address": ""}])
def test_who_answered_or_has_no_address_is_not_reminded(change):
    request = asked()
    UpdateRequest.objects.filter(pk=request.pk).update(**change)
    assert send_due(at=days_later(30), site=SITE).reminded == 0


@db
def test_nothing_leaves_before_a_campaign_begins_or_after_it_has_ended():
    association()
    shown = campaign(opens_on=date(2026, 11, 26), closes_on=date(2026, 11, 27))
    open_campaign(campaign=shown, at=NOON)
    assert [send_due(at=days_later(number), site=SITE).asked for number in (0, 3, 1)] == [0, 0, 1]


class Stubborn(EmailBackend):
    """A mail server that refuses one address, puts one off, and breaks down at another."""

    def send_messages(self, messages):
        if messages[0].to == ["refused@example.org"]:
            raise SMTPRecipientsRefused({"refused@example.org": (550, b"no such user")})
        if messages[0].to == ["later@example.org"]:
            raise SMTPRecipientsRefused({"later@example.org": (450, b"come back")})
        if messages[0].to == ["broken@example.org"]:
            raise SMTPServerDisconnected
        return super().send_messages(messages)


@db
def test_a_refused_address_is_one_to_call_and_a_broken_server_is_tried_again(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Stubborn"
    for name in ("refused", "later", "broken", "good"):
        association(name)
    shown = campaign()
    open_campaign(campaign=shown, at=NOON)
    sent = send_due(at=NOON, site=SITE)
    assert (sent.asked, sent.failed) == (1, 2)
    states = {one.organisation.name: (one.address, one.called_for_at, one.sent_at) for one in shown.requests.all()}
    assert states == {
        "refused": ("", NOON, None),
        "later": ("later@example.org", None, None),
        "broken": ("broken@example.org", None, None),
        "good": ("good@example.org", None, NOON),
    }


@db
def test_a_page_sends_a_few_and_the_rest_stays(settings):
    for name in ("A", "B", "C"):
        association(name)
    open_campaign(campaign=campaign(), at=NOON)
    sent = send_due(at=NOON, site=SITE, limit=2)
    assert (sent.asked, sent.left, len(mail.outbox)) == (2, 1, 2)


@db
def test_a_wrong_address_ends_its_link_and_another_one_gets_a_link_of_its_own():
    request = asked()
    secret = secret_of(request)
    note_wrong_address(request=request, at=days_later(1))
    assert not UpdateRequest.objects.with_secret(secret).exists()
    assert "les.voisins@example.org" in request.note
    correct_address(request=request, address="new@example.org", at=days_later(2))
    assert send_due(at=days_later(2), site=SITE).asked == 1
    assert mail.outbox[-1].to == ["new@example.org"]
    assert secret not in mail.outbox[-1].body
    with pytest.raises(ValidationError):
        correct_address(request=request, address="nowhere", at=days_later(2))


@db
def test_what_a_call_confirms_is_the_offices_word():
    request = asked()
    note_call(request=request, outcome=Outcome.CONFIRMED, note="Mme la présidente", at=days_later(22))
    service = Service.objects.get()
    assert service.confirmed_on == days_later(22).date()
    assert service.source_records.filter(source__kind=SourceKind.OFFICE).exists()
    request.refresh_from_db()
    assert (request.outcome, request.answered_at) == ("confirmed", days_later(22))


@db
def test_who_cannot_be_reached_has_not_answered_and_what_has_closed_is_closed():
    gone, silent = asked(association("Gone")), asked(association("Silent"))
    note_call(request=silent, outcome=Outcome.UNREACHABLE, note="", at=NOON)
    note_call(request=gone, outcome=Outcome.CLOSED, note="", at=NOON)
    assert [service.organisation.name for service in Service.objects.public()] == ["Silent"]
    assert (silent.answered_at, gone.answered_at) == (None, NOON)
    with pytest.raises(ValidationError):
        note_call(request=silent, outcome=Outcome.WAITING, note="", at=NOON)


@db
def test_addresses_are_forgotten_a_year_after_the_end():
    request = asked()
    assert forget_addresses(on=date(2027, 12, 31)) == 0
    assert forget_addresses(on=date(2028, 1, 1)) == 1
    request.refresh_from_db()
    assert request.address == ""


@db
def test_the_rate_says_of_how_many_by_commune_and_by_kind():
    vitry = make.area("Vitry")
    association("A", area=vitry)
    association("B", area=vitry)
    association("C", kind="library")
    shown = asked(Organisation.objects.get(name="A")).campaign
    note_call(request=shown.requests.get(organisation__name="A"), outcome=Outcome.CONFIRMED, note="", at=NOON)
    told = reporting(shown)
    assert (told.total.n, told.total.base) == (1, 3)
    assert [(str(rate.label), rate.n, rate.base) for rate in told.areas] == [
        ("Vitry", 1, 2),
        (told.areas[1].label, 0, 1),
    ]
    assert [(rate.n, rate.base) for rate in told.kinds] == [(1, 2), (0, 1)]
    assert [bar.value for bar in told.days] == [1]


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_write_to_each_organisation_once(settings, tmp_path):
    for number in range(12):
        association(f"Association {number}")
    today = timezone.localdate()
    shown = campaign(opens_on=today, closes_on=today + timedelta(days=30))
    open_campaign(campaign=shown, at=NOON)
    env = {**os.environ, "DATABASE_URL": address_of_database(), "PARCOURS_DATA": str(tmp_path),
           "PARCOURS_SECRET_KEY": settings.SECRET_KEY}  # fmt: skip
    argv = [sys.executable, "manage.py", "keep_true", "--site", SITE]
    running = [subprocess.Popen(argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    letters = "".join(file.read_text() for file in (tmp_path / "outbox").glob("*.log"))
    assert letters.count("\nSubject: ") == 12
    assert {letters.count(f"\nTo: association.{number}@example.org") for number in range(12)} == {1}
    assert not UpdateRequest.objects.to_ask(on=today).exists()


def address_of_database():
    """The test database, for a process of its own."""
    return make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
