"""Who is asked, who reads what, and what must never be read."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from parcours.delivery.choices import EnrolmentState, StaffRole
from parcours.delivery.tests import cast as people
from parcours.directory.actions.people import give_role
from parcours.directory.choices import Role
from parcours.feedback.actions import evaluations as verbs
from parcours.feedback.choices import Moment
from parcours.feedback.links import url_of
from parcours.feedback.models import Evaluation, Invitee, Round
from parcours.feedback.results import moved, tables_of, words_of
from parcours.feedback.tests import cast
from parcours.people.actions.erasure import erase_person
from parcours.people.choices import Cause, Channel
from parcours.people.holdings import told
from parcours.people.traces import traces
from parcours.survey.models import Response, Wave

pytestmark = pytest.mark.django_db
SECRET = "Je n’ai plus peur"


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.PARCOURS_STAFF_MFA = False


def both(before: list[int], after: list[int]) -> tuple[Evaluation, Evaluation]:
    """The same people on one scale, twice; both have ended."""
    edition = cast.edition(len(before))
    found = []
    for moment, places in zip(Moment, (before, after), strict=True):
        made = cast.evaluation(edition, moment, is_over=True)
        for invitee, place in zip(made.invitees.all(), places, strict=False):
            cast.fill(invitee, place)
        found.append(made)
    return found[0], found[1]


def test_everybody_who_has_a_place_is_asked_once_and_who_comes_later_too():
    edition = cast.edition(3)
    people.enrolled(edition, state=EnrolmentState.WAITING, enrolled_at=None)
    made = cast.evaluation(edition)
    assert made.invitees.count() == 3
    people.enrolled(edition)
    assert [verbs.invite(evaluation=made, at=timezone.now()) for _again in range(2)] == [1, 0]
    with pytest.raises(ValidationError):
        cast.evaluation(edition)


def test_the_same_people_are_compared_and_nobody_else():
    before, after = both([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2], [2] * 10 + [1] * 5)
    late = people.enrolled(after.edition)
    verbs.invite(evaluation=after, at=timezone.now())
    cast.fill(Invitee.objects.get(enrolment=late, evaluation=after), 3)
    market = moved([before.wave], [after.wave], k=5)[0]
    assert (market.up.n, market.same.n, market.down.n, market.base) == (10, 0, 5, 15)


def test_few_are_never_told():
    before, after = both([0, 0, 0, 0, 0, 0, 2, 2], [2, 2, 2, 2, 2, 2, 0, 0])
    market = moved([before.wave], [after.wave], k=5)[0]
    assert market.down.n is None
    assert None in (market.up.n, market.same.n, market.base)  # else one subtraction tells
    shown = [cell.n for table in tables_of([after.wave]) for line in table.lines for cell in line.cells]
    assert all(n is None or n == 0 or n >= 5 for n in shown)


def test_a_year_counts_its_editions_together_under_a_higher_threshold():
    waves = []
    for _edition in range(2):
        made = cast.evaluation(cast.edition(8), is_over=True)
        for invitee in made.invitees.all():
            cast.fill(invitee, 2)
        waves.append(made.wave)
    [one] = [table for table in tables_of(waves[:1], k=11) if table.path == "market"]
    [two] = [table for table in tables_of(waves, k=11) if table.path == "market"]
    assert one.lines[2].total.n is None
    assert two.lines[2].total.n == 16


def test_words_are_read_only_at_the_end_and_from_enough_people():
    made = cast.evaluation(cast.edition(5), is_over=True)
    for number, invitee in enumerate(made.invitees.all()):
        assert words_of(made) == []
        cast.fill(invitee, 2, words=f"{SECRET} {number}")
    [(title, written)] = words_of(made)
    assert title == "Qu’est-ce qui a changé ?"
    assert sorted(written) == [f"{SECRET} {number}" for number in range(5)]


def test_tables_wait_for_the_end(client_of):
    made = cast.evaluation(cast.edition(8))
    for invitee in made.invitees.all():
        cast.fill(invitee, 2)
    lead = client_of(people.staff(made.edition))
    page = lead.get(made.get_absolute_url()).content.decode()
    assert "100" in page
    assert "Je sais chercher du travail" not in page
    lead.post(reverse("feedback:close", args=[made.edition.key, "before"]))
    made.wave.refresh_from_db()
    assert "Je sais chercher du travail" in lead.get(made.get_absolute_url()).content.decode()


@pytest.fixture
def client_of():
    return people.signed_in


def test_who_sees_what(client_of):
    made = cast.evaluation(cast.edition(8), is_over=True)
    for invitee in made.invitees.all():
        cast.fill(invitee, 2, words=SECRET)
    url, slips = made.get_absolute_url(), reverse("feedback:slips", args=[made.edition.key, "before"])
    lead, tutor, runner = people.staff(made.edition), people.staff(made.edition, StaffRole.TUTOR), people.user()
    give_role(user=runner, role=Role.PARTNER, organisation=made.edition.programme.organisation)
    officer = people.user()
    give_role(user=officer, role=Role.COORDINATOR, organisation=None)
    codes = {who: [client_of(one).get(page).status_code for page in (url, slips)]
             for who, one in {"lead": lead, "tutor": tutor, "runner": runner, "officer": officer}.items()}  # fmt: skip
    assert codes == {"lead": [200, 200], "tutor": [404, 404], "runner": [200, 404], "officer": [404, 404]}
    assert SECRET in client_of(lead).get(url).content.decode()
    assert SECRET not in client_of(runner).get(url).content.decode()


def test_the_office_reads_no_answer_of_people(client_of):
    made = cast.evaluation(cast.edition(1), is_over=True)
    invitee = made.invitees.get()
    cast.fill(invitee, 2, words=SECRET)
    officer = people.user()
    give_role(user=officer, role=Role.COORDINATOR, organisation=None)
    office, wave = client_of(officer), made.wave.key
    names = ["wave", "wave-edit", "results", "results-csv", "raw", "crossings", "coding", "review", "enter", "ties"]
    for name in names:
        assert office.get(reverse(f"survey:{name}", args=[wave])).status_code == 404, name
    for name in ("response", "entry", "entry-check", "entry-copy"):
        assert office.get(reverse(f"survey:{name}", args=[wave, invitee.response.key])).status_code == 404, name
    year = reverse("feedback:year", args=[made.edition.programme.key, made.edition.starts_on.year])
    assert SECRET not in office.get(year).content.decode()
    assert client_of(people.user()).get(year).status_code == 403
    assert made.wave.title not in office.get(reverse("survey:waves")).content.decode()


def test_a_wave_of_people_cannot_be_opened_to_all():
    made = cast.evaluation(cast.edition(1))
    for field in ("is_open_to_all", "results_are_public"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Wave.of_people.filter(pk=made.wave.pk).update(**{field: True})
    assert not Wave.objects.filter(pk=made.wave.pk).exists()


def test_somebody_answers_by_their_own_link_in_their_language(client):
    edition = cast.edition(0)
    asked = people.enrolled(
        edition, people.person("Olena", language="uk", channel=Channel.EMAIL, email="o@example.org")
    )
    made = cast.evaluation(edition)
    sent = verbs.send_invitations(evaluation=made, at=timezone.now())
    assert sent.sent == 1
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body)[1]
    assert asked.person.name not in link
    page = client.get(link)
    assert page.status_code == 200
    assert "Keep this address" not in page.content.decode()
    begun = client.post(link, {"page:do": "begin"}, follow=True)
    assert begun.content.decode().count('type="radio"') == 8
    assert 'class="faces"' in begun.content.decode()


def test_a_message_is_sent_once_then_one_reminder_and_none_to_who_answered():
    edition = cast.edition(0)
    for number in range(2):
        people.enrolled(edition, people.person(f"P{number}", channel=Channel.EMAIL, email=f"p{number}@example.org"))
    people.enrolled(edition)
    made, now = cast.evaluation(edition), timezone.now()
    first = verbs.send_invitations(evaluation=made, at=now)
    assert (first.sent, first.in_person) == (2, 1)
    assert verbs.send_invitations(evaluation=made, at=now + timedelta(days=1)).sent == 0
    cast.fill(made.invitees.order_by("pk")[0], 1)
    assert verbs.send_invitations(evaluation=made, at=now + timedelta(days=6)).sent == 1
    assert verbs.send_invitations(evaluation=made, at=now + timedelta(days=30)).sent == 0
    assert len(mail.outbox) == 3


def test_a_failing_mail_server_is_said_and_tried_again(settings):
    edition = cast.edition(0)
    people.enrolled(edition, people.person("P", channel=Channel.EMAIL, email="p@example.org"))
    made = cast.evaluation(edition)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert verbs.send_invitations(evaluation=made, at=timezone.now()).failed == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("send_evaluations")
    assert len(mail.outbox) == 1


def test_who_is_erased_takes_their_answers_along(client_of):
    edition = cast.edition(0)
    person = people.person("Olena", account=people.user("Olena"))
    people.enrolled(edition, person)
    made = cast.evaluation(edition)
    cast.fill(made.invitees.get(), 2, words=SECRET)
    mine = client_of(person.account).get(reverse("feedback:mine")).content.decode()
    assert reverse("feedback:answer", args=[made.invitees.get().pk]) in mine
    assert SECRET in str(told(person)["survey.Response"])
    erase_person(person=person, cause=Cause.ASKED, at=timezone.now())
    assert not Response.objects.exists()
    assert list(traces([SECRET])) == []


def test_nobody_opens_the_sheet_of_another(client_of):
    made = cast.evaluation(cast.edition(1))
    url = reverse("feedback:answer", args=[made.invitees.get().pk])
    assert client_of(people.user()).post(url).status_code == 404
    assert client_of(people.user()).get(url).status_code == 405


def test_two_years_later_the_answers_are_nobodys(client):
    made = cast.evaluation(cast.edition(1), is_over=True)
    invitee = made.invitees.get()
    cast.fill(invitee, 2)
    link = url_of(invitee, "fr").partition("//")[2].partition("/")[2]
    assert client.get(f"/{link}").status_code == 200
    later = made.edition.ends_on + verbs.LINKED_FOR + timedelta(days=1)
    assert (verbs.forget(on=later - timedelta(days=2)), verbs.forget(on=later)) == (0, 1)
    assert client.get(f"/{link}").status_code == 404
    response = Response.objects.get()
    assert (response.respondent, response.secret_digest) == ("", "")
    assert len(tables_of([made.wave])) == 3


def test_a_lead_asks_and_bad_dates_are_told(client_of):
    edition, version = cast.edition(2), cast.version()
    cast.version("acteurs", asks_people=False)
    lead = client_of(people.staff(edition))
    url = reverse("feedback:ask", args=[edition.key, "before"])
    assert "acteurs" not in lead.get(url).content.decode()
    today = timezone.localdate()
    wrong = {"version": version.pk, "opens_on": today, "closes_on": today - timedelta(days=1)}
    assert lead.post(url, wrong).status_code == 422
    assert not Evaluation.objects.exists()
    assert lead.post(url, wrong | {"closes_on": today}).status_code == 302
    moved_on = today + timedelta(days=9)
    assert lead.post(url, {"opens_on": today, "closes_on": today - timedelta(days=1)}).status_code == 422
    assert lead.post(url, {"opens_on": today, "closes_on": moved_on}).status_code == 302
    assert Evaluation.objects.get().wave.closes_on == moved_on
    Wave.of_people.update(opens_on=today - timedelta(days=9), closes_on=today - timedelta(days=1))
    assert lead.post(url, {"opens_on": today, "closes_on": moved_on}).status_code == 422  # its results may be known
    helper = client_of(people.staff(edition, StaffRole.FACILITATOR))
    assert helper.post(reverse("feedback:ask", args=[edition.key, "after"]), wrong).status_code == 403


def test_what_a_group_said_is_kept_and_corrected(client_of):
    edition = cast.edition(2)
    helper = client_of(people.staff(edition, StaffRole.FACILITATOR))
    url = reverse("feedback:round-new", args=[edition.key])
    said = {"held_on": "2026-11-20", "present": 7, "went_well": "Le groupe", "to_change": "", "decided": ""}
    assert helper.post(url, said | {"went_well": ""}).status_code == 422
    assert helper.post(url, said | {"present": 0}).status_code == 422
    helper.post(url, said)
    helper.post(
        reverse("feedback:round", args=[edition.key, Round.objects.get().pk]), said | {"decided": "Deux forums"}
    )
    assert (Round.objects.get().decided, Round.objects.get().present) == ("Deux forums", 7)
    assert "Deux forums" in helper.get(reverse("feedback:edition", args=[edition.key])).content.decode()
