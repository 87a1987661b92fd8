"""Waves: whom they ask, what leaves when, how many have answered; the door that is open to all."""

from datetime import date, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from parcours.accounts.actions import create_user
from parcours.directory.choices import SourceKind
from parcours.survey.actions.asks import ask_organisations, correct_address, decline, forget_addresses, send_due
from parcours.survey.actions.waves import close_wave, save_wave
from parcours.survey.choices import Circle, Mode, Progress
from parcours.survey.forms import opened
from parcours.survey.models import Ask, Response, Version, Wave
from parcours.survey.tests.cast import (
    NOON,
    SITE,
    answer_all,
    asked,
    coordinator,
    fill,
    link,
    organisation,
    signed_in,
    version,
    wave,
)
from parcours.survey.turnout import STATES, in_state, state_of, turnouts

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings) -> Client:
    settings.PARCOURS_STAFF_MFA = False
    return signed_in(coordinator())


def days_later(number):
    return NOON + timedelta(days=number)


def test_a_wave_gets_an_address_with_its_year_and_a_source_for_the_directory():
    first, second = wave(title="Answer"), wave(title="Answer")
    assert (first.key, second.key) == ("answer-2026", "answer-2026-2")
    assert (first.source.key, first.source.kind) == ("survey-answer-2026", SourceKind.SURVEY)
    save_wave(wave=first)
    assert first.key == "answer-2026"


def test_a_wave_asks_what_is_published_and_keeps_to_it_once_people_answered(client):
    draft = version()
    Version.objects.filter(pk=draft.pk).delete()
    with pytest.raises(ValidationError):
        wave(version=Version.objects.create(questionnaire=draft.questionnaire, number=1, sheets=draft.sheets))
    one = asked()
    fill(client, link(one, "page/you/"), you__name="A")
    one.wave.version = version(key="other")
    with pytest.raises(ValidationError):
        save_wave(wave=one.wave)


def test_closing_early_ends_it_yesterday_or_today_where_it_began_today():
    shown = wave()
    assert close_wave(wave=shown, on=date(2026, 12, 1)).closes_on == date(2026, 11, 30)
    assert close_wave(wave=shown, on=date(2026, 11, 1)).closes_on == date(2026, 11, 1)


def test_an_organisation_is_asked_once_where_the_directory_reaches_it_or_at_the_given_address():
    shown, a, b = wave(), organisation("A"), organisation("B", email="")
    ask_organisations(wave=shown, organisations=[a, b], at=NOON, addresses={b.pk: "b@example.org"})
    assert ask_organisations(wave=shown, organisations=[a, b], at=NOON, circle=Circle.SECOND) == []
    assert list(Ask.objects.values_list("address", "circle")) == [("a@example.org", 1), ("b@example.org", 1)]


def test_messages_leave_once_and_reminders_go_to_those_who_did_not_finish(client):
    shown = wave(remind_after_days=10)
    done, silent, unwilling = (asked(organisation(name), by=shown) for name in ("Done", "Silent", "Unwilling"))
    assert send_due(at=NOON, site=SITE).asked == 3
    assert send_due(at=NOON, site=SITE).asked == 0
    assert link(silent) in mail.outbox[1].body
    assert "5 pages" in mail.outbox[1].body
    answer_all(client, done)
    decline(ask=unwilling, at=NOON)
    assert send_due(at=days_later(9), site=SITE).reminded == 0
    assert send_due(at=days_later(10), site=SITE).reminded == 1
    assert send_due(at=days_later(11), site=SITE).reminded == 0
    assert mail.outbox[-1].to == ["silent@example.org"]
    assert link(silent) in mail.outbox[-1].body


def test_a_message_that_does_not_leave_stays_to_be_sent_and_a_refused_address_is_noted(monkeypatch):
    one = asked()

    def down(self, messages):
        raise SMTPServerDisconnected

    def refuse(self, messages):
        raise SMTPRecipientsRefused({one.address: (550, b"unknown")})

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", down)
        assert (send_due(at=NOON, site=SITE).failed, Ask.objects.get().sent_at) == (1, None)
        patched.setattr(EmailBackend, "send_messages", refuse)
        send_due(at=NOON, site=SITE)
    wrong = Ask.objects.get()
    assert (wrong.address, "les.voisins@example.org" in wrong.note) == ("", True)
    correct_address(ask=wrong, address="new@example.org", at=NOON)
    call_command("send_surveys", site=SITE, verbosity=0)
    assert mail.outbox[-1].to == ["new@example.org"]


def test_addresses_are_forgotten_a_year_after_the_wave():
    one = asked(closes_on=date(2026, 12, 31))
    assert forget_addresses(on=date(2027, 12, 31)) == 0
    assert forget_addresses(on=date(2028, 1, 2)) == 1
    one.refresh_from_db()
    assert one.address == ""


def test_turnout_counts_each_ask_once_and_names_its_base(client):
    shown = wave()
    done, begun, gone, no, _silent = (asked(organisation(name), by=shown) for name in "ABCDE")
    send_due(at=NOON, site=SITE)
    answer_all(client, done)
    fill(client, link(begun, "page/you/"), you__name="B")
    answer_all(client, gone)
    client.post(link(gone, "withdraw/"))
    decline(ask=no, at=NOON)
    total = turnouts(shown).total
    assert (total.asked, total.sent, total.opened, total.started) == (5, 5, 3, 3)
    assert (total.complete, total.declined, total.withdrawn) == (1, 1, 1)
    assert (total.rate.n, total.rate.base) == (1, 5)
    for name in STATES:
        assert {state_of(one) for one in shown.asks.filter(in_state(name))} <= {name}
    assert sum(shown.asks.filter(in_state(name)).count() for name in STATES) == 5


def test_the_office_makes_a_wave_chooses_whom_to_ask_and_sends(office):
    published, a = version(), organisation("Les Voisins")
    organisation("Sans adresse", email="", key="none")
    today = timezone.localdate()
    sent = {"title": "Automne", "version": published.pk, "opens_on": today, "closes_on": today + timedelta(days=9)}
    numbers = {"remind_after_days": 5, "link_days": 30, "threshold": 3, "last_circle": 3, "new_names_floor": 5}
    assert office.post(reverse("survey:wave-new"), sent | numbers | {"closes_on": "2020-01-01"}).status_code == 422
    office.post(reverse("survey:wave-new"), sent | numbers)
    shown = Wave.objects.get()
    choose = reverse("survey:choose", args=[shown.key])
    assert "Les Voisins" in office.get(choose + "?q=voisins").content.decode()
    office.post(choose, {"do": "ticked", "organisations": [a.pk], "circle": 1})
    lines = "Sans adresse <bonjour@example.org>\nnobody@example.org\nles mots"
    refused = office.post(choose, {"do": "pasted", "lines": lines, "circle": 2})
    assert refused.status_code == 422
    assert "nobody@example.org" in refused.content.decode()
    office.post(choose, {"do": "pasted", "lines": lines.splitlines()[0], "circle": 2})
    assert sorted(Ask.objects.values_list("address", "circle")) == [("bonjour@example.org", 2), (a.email, 1)]
    office.post(reverse("survey:send", args=[shown.key]))
    assert len(mail.outbox) == 2
    for state in ("", *STATES, "zz"):
        assert office.get(shown.get_absolute_url(), {"state": state}).status_code == 200
    office.post(reverse("survey:wave-close", args=[shown.key]))
    assert not Wave.objects.get().is_running(on=today) or Wave.objects.get().closes_on == today


def test_the_office_notes_what_a_call_brought_and_writes_again(office):
    one = asked()
    page = one.get_absolute_url()
    assert office.get(page).status_code == 200
    for do, more in (("note", {"note": "Rappeler lundi", "contact_name": "Ana"}), ("again", {}), ("declined", {}),
                     ("willing", {}), ("wrong", {}), ("address", {"address": "b@example.org"})):  # fmt: skip
        assert office.post(page, {"do": do, **more}).status_code == 302, do
    assert office.post(page, {"do": "address", "address": "x"}).status_code == 422
    one.refresh_from_db()
    assert (one.address, one.contact_name, one.declined_at, len(mail.outbox)) == ("b@example.org", "Ana", None, 1)


def test_the_office_types_in_what_came_on_paper(office):
    shown, of = wave(), organisation()
    page = reverse("survey:enter", args=[shown.key])
    assert office.get(page).status_code == 200
    assert office.post(page, {"organisation": "Personne", "mode": "paper"}).status_code == 422
    first = office.post(page, {"organisation": of.name, "mode": "paper"})["Location"]
    typed = office.get(first + "page/you/").content.decode()
    assert "data-draft" not in typed
    fill(office, first + "page/you/", you__name="A")
    response = Response.objects.get()
    assert (response.mode, response.entered_by.name, response.answers) == (Mode.PAPER, "Coordinator", {"you/name": "A"})
    again = office.post(page, {"organisation": of.key, "mode": "phone"})["Location"]
    assert again == first + "check/"
    assert Client().get(first).status_code == 302


def test_nobody_else_runs_surveys(client, settings):
    settings.PARCOURS_STAFF_MFA = False
    shown = wave()
    pages = [reverse("survey:waves"), shown.get_absolute_url(), reverse("survey:enter", args=[shown.key])]
    assert [client.get(page).status_code for page in pages] == [302, 302, 302]
    user = create_user(email="reader@example.org", name="Reader", language="fr")
    assert [signed_in(user).get(page).status_code for page in pages] == [403, 403, 403]


def test_a_wave_asks_the_database_as_often_for_three_asks_as_for_one(office):
    shown = wave()
    counts = []
    for name in ("A", "B", "C"):
        fill(Client(), link(asked(organisation(name), by=shown), "page/you/"), you__name=name)
        with CaptureQueriesContext(connection) as captured:
            office.get(shown.get_absolute_url())
        counts.append(len(captured))
    assert counts[0] == counts[2]


def opened_page(client, shown):
    return reverse("survey:open", args=[shown.key])


def came(monkeypatch, client, page, seconds=5):
    """The token of a page that was opened so long ago."""
    token = client.get(page).content.decode().partition('name="came" value="')[2].partition('"')[0]
    now = opened.signing.time.time()
    monkeypatch.setattr(opened.signing.time, "time", lambda: now + seconds)
    return token


def test_whoever_has_the_open_address_answers_and_comes_back_by_an_address_of_their_own(client, monkeypatch):
    cache.clear()
    shown = wave(is_open_to_all=True)
    page = opened_page(client, shown)
    begun = client.post(page, {"came": came(monkeypatch, client, page), "nothing": ""})
    own = begun["Location"]
    assert own.startswith("/fr/survey/answer/")
    assert own in client.get(own).content.decode()
    fill(client, own + "page/you/", you__name="A")
    response = Response.objects.get()
    assert (response.ask, response.organisation, response.answers) == (None, None, {"you/name": "A"})
    client.post(own + "withdraw/")
    assert Response.objects.get().progress == Progress.WITHDRAWN


def test_programs_are_kept_out_of_the_open_door_without_asking_people_for_anything(client, monkeypatch):
    cache.clear()
    shown = wave(is_open_to_all=True)
    page = opened_page(client, shown)
    token = client.get(page).content.decode().partition('name="came" value="')[2].partition('"')[0]
    assert client.post(page, {"came": token}).status_code == 422
    token = came(monkeypatch, client, page)
    assert client.post(page, {"came": token, "nothing": "x"}).status_code == 422
    assert client.post(page, {"came": "forged"}).status_code == 422
    assert client.post(page, {}).status_code == 422
    codes = [client.post(page, {"came": token}).status_code for _time in range(11)]
    assert (codes[:10], codes[10]) == ([302] * 10, 429)
    assert client.get(opened_page(client, wave(title="Fermée"))).status_code == 404


def test_the_open_door_of_a_closed_wave_lets_nobody_in(client, monkeypatch):
    cache.clear()
    shown = wave(is_open_to_all=True, closes_on=date(2026, 11, 2))
    page = opened_page(client, shown)
    assert "came" not in client.get(page).content.decode()
    assert Response.objects.count() == 0
