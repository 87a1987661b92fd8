"""Persons, what they agree to, their cards, and how they leave."""

import io
import json
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from parcours.delivery.models import Attendance, Enrolment, Interview
from parcours.delivery.tests import cast
from parcours.delivery.tests.cast import signed_in
from parcours.people import purposes
from parcours.people.actions import cards
from parcours.people.actions.consents import give_consent, withdraw_consent
from parcours.people.actions.erasure import erase_person, sweep
from parcours.people.actions.persons import join_household, leave_household, open_account, save_person
from parcours.people.choices import Cause, Way
from parcours.people.holdings import told
from parcours.people.models import Card, Consent, Erasure, Household, Person
from parcours.people.traces import traces

pytestmark = pytest.mark.django_db
CARD = "people:card"


@pytest.mark.parametrize(
    ("typed", "kept"), [("1986", "1986"), ("mars 1986", "1986-03"), ("12/03/1986", "1986-03-12"), ("١٩٨٦", "1986")]
)
def test_a_birth_is_kept_as_precisely_as_it_is_known(typed, kept):
    assert save_person(person=Person(name="ሰላም", born=typed, last_contact_on=cast.TODAY)).born == kept


@pytest.mark.parametrize("wrong", [{"born": "hier"}, {"phone": "12"}, {"channel": "sms"}, {"channel": "email"}])
def test_what_cannot_be_kept_is_told_at_its_field(wrong):
    with pytest.raises(ValidationError):
        save_person(person=Person(name="Salma", last_contact_on=cast.TODAY, **wrong))
    assert not Person.objects.exists()


@pytest.mark.parametrize("q", ["ሰላም", "gebre", "SELAM"])
def test_a_name_is_found_in_its_script_and_in_latin_letters(q):
    save_person(person=Person(name="ሰላም ገብረመስቀል", latin_name="Selam Gebremeskel", last_contact_on=cast.TODAY))
    save_person(person=Person(name="سلمى", last_contact_on=cast.TODAY))
    assert [one.name for one in Person.objects.called_like(q)] == ["ሰላም ገብረመስቀል"]


def test_a_consent_keeps_the_words_and_is_withdrawn_once(monkeypatch):
    monkeypatch.setattr(purposes, "_RECEIVERS", {})
    person, heard = cast.person(language="ar"), []
    purposes.on_withdrawal("messages", heard.append)
    first = give_consent(person=person, purpose="messages", at=cast.NOON)
    assert give_consent(person=person, purpose="messages", at=cast.NOON) == first
    assert (first.text, first.language) == purposes.MESSAGES.shown("ar")
    for _again in range(2):
        withdraw_consent(consent=first, at=cast.NOON + timedelta(hours=1))
    assert [one.pk for one in heard] == [first.pk]
    assert not person.consents.in_force(at=cast.NOON + timedelta(hours=2)).exists()
    assert give_consent(person=person, purpose="messages", at=cast.NOON + timedelta(hours=3)) != first


def test_what_was_said_aloud_needs_a_witness():
    with pytest.raises(ValidationError):
        give_consent(person=cast.person(), purpose="messages", at=cast.NOON, way=Way.SPOKEN)


def test_one_lives_in_one_household_and_a_household_of_one_is_none():
    mother, child, aunt = cast.person("Mère"), cast.person("Enfant"), cast.person("Tante")
    join_household(person=child, other=mother, relation="child")
    join_household(person=child, other=aunt, relation="child")
    assert Household.objects.count() == 1
    leave_household(person=child)
    assert not Household.objects.exists()


def test_an_account_of_somebody_else_is_never_taken_over():
    first = cast.person(email="same@example.org", channel="email")
    open_account(person=first)
    with pytest.raises(ValidationError):
        open_account(person=cast.person(email="same@example.org", channel="email"))


# Cards


def issued(person=None):
    return cards.issue_card(person=person or cast.person(), by=cast.user(), at=timezone.now())


def test_a_card_signs_its_person_in_by_its_pin_and_looking_signs_nobody_in():
    card, client = issued(), Client()
    address = reverse(CARD, args=[card.secret])
    assert client.get(address).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post(address, {"pin": "000000" if card.pin != "000000" else "1"}).status_code == 422
    assert client.post(address, {"pin": card.pin}).url.endswith("/people/me/")
    assert client.get(reverse("people:me")).status_code == 200
    kept = Card.objects.values_list("secret_digest", "pin_hash").get()
    assert card.secret not in kept
    assert card.pin not in kept


def test_a_card_used_elsewhere_signs_out_the_first():
    card, one, other = issued(), Client(), Client()
    for client in (one, other):
        client.post(reverse(CARD, args=[card.secret]), {"pin": card.pin})
    assert other.get(reverse("people:me")).status_code == 200
    assert one.get(reverse("people:me")).status_code == 302


@pytest.mark.parametrize("what", ["expired", "revoked", "replaced", "unknown"])
def test_a_card_that_opens_nothing_says_so_and_no_more(what):
    card = issued()
    secret = "unknown" if what == "unknown" else card.secret
    if what == "expired":
        Card.objects.update(expires_at=timezone.now())
    elif what == "revoked":
        cards.revoke_card(person=card.card.person, at=timezone.now())
    elif what == "replaced":
        issued(card.card.person)
    answer = Client().post(reverse(CARD, args=[secret]), {"pin": card.pin})
    assert answer.status_code == 404
    assert str(card.card.person) not in answer.content.decode()


def test_five_wrong_pins_lock_the_card_for_a_quarter_of_an_hour_and_twenty_for_good():
    card = issued()
    wrong = "000000" if card.pin != "000000" else "000001"
    at = timezone.now()
    for _try in range(5):
        with pytest.raises(cards.WrongPin):
            cards.use_card(secret=card.secret, pin=wrong, at=at)
    with pytest.raises(cards.WrongPin):
        cards.use_card(secret=card.secret, pin=card.pin, at=at)
    assert cards.use_card(secret=card.secret, pin=card.pin, at=at + cards.LOCK_FOR) == card.card.person.account
    for number in range(20):
        with pytest.raises(cards.WrongPin):
            cards.use_card(secret=card.secret, pin=wrong, at=at + timedelta(hours=number + 1))
    with pytest.raises(Card.DoesNotExist):
        cards.use_card(secret=card.secret, pin=card.pin, at=at + timedelta(days=3))


# Leaving


def somebody():
    """Known everywhere."""
    user = cast.user("Needle Called")
    person = cast.person(
        "Needle Name", called="Needle Called", latin_name="Needle Latin", email="needle@example.org", account=user,
        phone="+33699123456", channel="email", born="1986",
    )  # fmt: skip
    edition = cast.edition()
    session = cast.session(edition, cast.NOON - timedelta(days=3))
    enrolment = cast.enrolled(edition, person)
    Attendance.objects.create(session=session, enrolment=enrolment, presence="present", noted_at=cast.NOON)
    Interview.objects.create(
        enrolment=enrolment, held_on=cast.TODAY, aims_explained=True, understood=True, is_available=True,
        motivation="wants", french_level="A2",
    )  # fmt: skip
    give_consent(person=person, purpose="accompany", at=cast.NOON)
    return person


NEEDLES = ["Needle", "+33699123456"]


def test_an_erased_person_is_found_nowhere_and_is_still_counted(
    settings, tmp_path, django_capture_on_commit_callbacks, caplog
):
    settings.DATA = tmp_path
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "1.log").write_text("To: needle@example.org")
    person = somebody()
    edition = Enrolment.objects.get().edition
    assert {"people_person", "accounts_user", "1.log"} <= set(traces(NEEDLES))

    with django_capture_on_commit_callbacks(execute=True):
        proof = erase_person(person=person, cause=Cause.ASKED, at=cast.NOON)

    assert list(traces(NEEDLES)) == []
    assert edition.enrolments.were_enrolled().count() == 1
    assert Attendance.objects.count() == 1
    assert Enrolment.objects.get().person is None
    assert not Consent.objects.exists()
    assert proof.removed["people.Consent"] == 1
    assert "Needle" not in json.dumps(proof.removed)
    assert not [needle for needle in NEEDLES if needle.lower() in caplog.text.lower()]


def test_neither_a_page_nor_its_errors_write_a_name_into_the_log(settings, caplog):
    settings.PARCOURS_STAFF_MFA = False
    person = somebody()
    lead = signed_in(cast.staff(Enrolment.objects.get().edition))
    caplog.set_level("DEBUG")
    caplog.clear()
    address = reverse("people:edit", args=[person.key])
    lead.get(reverse("people:people"), {"q": "nobody"})
    lead.post(address, {"name": "Needle Name", "phone": "12", "email": "needle@example.org"})
    lead.get(address + "missing/")
    said = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in said for needle in NEEDLES if needle.lower() in line.lower()]


@pytest.mark.django_db(transaction=True)
def test_after_the_sweep_no_file_of_the_database_holds_the_name():
    person = somebody()
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        [folder] = cursor.fetchone()
    if not os.access(folder, os.R_OK):
        pytest.skip("the server's files cannot be read from here")
    erase_person(person=person, cause=Cause.ASKED, at=cast.NOON)
    sweep()
    assert _files_with(b"Needle", Path(folder)) == []


def _files_with(needle: bytes, folder: Path) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT relname, pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't')"
            " AND relname ~ '^(people|portfolio|delivery|accounts|feedback|survey)_'"
        )
        paths = {name: folder / path for name, path in cursor.fetchall()}
    return [name for name, path in paths.items() if path.exists() and needle in path.read_bytes()]


def test_one_takes_away_all_of_it():
    person = somebody()
    client = signed_in(person.account)
    archive = zipfile.ZipFile(io.BytesIO(client.get(reverse("people:take")).content))
    data = json.loads(archive.read("data.json"))
    assert data["people.Person"][0]["name"] == "Needle Name"
    assert {"delivery.Enrolment", "delivery.Attendance", "people.Consent"} <= set(data)
    assert "pin_hash" not in json.dumps(data)
    assert set(data) == set(told(person))


def test_one_has_oneself_erased_by_writing_ones_name():
    person = somebody()
    client = signed_in(person.account)
    assert client.post(reverse("people:erase"), {"name": "Somebody"}).status_code == 422
    assert client.post(reverse("people:erase"), {"name": " needle  name"}).status_code == 200
    assert (Person.objects.count(), Erasure.objects.get().cause) == (0, Cause.ASKED)


def test_people_are_told_a_month_before_they_are_erased(mailoutbox, django_capture_on_commit_callbacks):
    person = somebody()
    Person.objects.update(last_contact_on=timezone.localdate() - timedelta(days=731))
    call_command("erase_people", stdout=io.StringIO())
    assert (mailoutbox, Person.objects.get().warned_on) == ([], None)
    call_command("erase_people", "--apply", stdout=io.StringIO())
    assert [mail.to for mail in mailoutbox] == [[person.email]]
    assert Person.objects.exists()


# Pages


def test_who_may_open_a_person(settings):
    settings.PARCOURS_STAFF_MFA = False
    person = somebody()
    edition = Enrolment.objects.get().edition
    lead, stranger = cast.staff(edition), cast.user()
    for name in ("person", "edit"):
        address = reverse(f"people:{name}", args=[person.key])
        assert signed_in(lead).get(address).status_code == 200
        assert signed_in(stranger).get(address).status_code == 404
    shown = signed_in(lead).get(reverse("people:people"), {"q": "needle"})
    assert "Needle Name" in shown.content.decode()
    assert "Needle Name" not in signed_in(stranger).get(reverse("people:people")).content.decode()


def test_staff_issue_a_card_that_is_shown_once(settings):
    settings.PARCOURS_STAFF_MFA = False
    person = somebody()
    client = signed_in(cast.staff(Enrolment.objects.get().edition))
    answer = client.post(reverse("people:card-new", args=[person.key]), {"do": "issue"})
    assert answer.status_code == 200
    assert "<svg" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert Card.objects.count() == 1


def test_staff_need_a_second_factor(settings):
    settings.PARCOURS_STAFF_MFA = True
    user = cast.staff(cast.edition())
    assert signed_in(user).get(reverse("people:people")).url.endswith("/second-factor/")


def test_my_page_shows_who_read_what_and_lets_me_take_back():
    person = somebody()
    client = signed_in(person.account)
    shown = client.get(reverse("people:me")).content.decode()
    assert "Needle Called" in shown
    consent = person.consents.get()
    client.post(reverse("people:withdraw", args=[consent.pk]))
    consent.refresh_from_db()
    assert consent.withdrawn_at
    other = cast.person(account=cast.user())
    assert signed_in(other.account).post(reverse("people:withdraw", args=[consent.pk])).status_code == 404
