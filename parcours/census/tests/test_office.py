"""The coordinator's pages: campaigns and whom they ask, the queue of corrections."""

import csv
import io
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from parcours.accounts.actions import create_user
from parcours.census.actions.answers import confirm_rest
from parcours.census.actions.campaigns import open_campaign
from parcours.census.actions.corrections import propose, report
from parcours.census.choices import CorrectionOrigin
from parcours.census.models import Campaign, Correction, UpdateRequest
from parcours.census.tests.cast import NOON, asked, association, campaign, coordinator, signed_in
from parcours.directory.actions.people import give_role
from parcours.directory.actions.records import change_by_hand
from parcours.directory.actions.services import set_state
from parcours.directory.choices import Role, ServiceState, SourceKind
from parcours.directory.models import Service
from parcours.directory.tests import factories as make
from parcours.kit.tests.pages import sent_as_it_stands

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings):
    settings.PARCOURS_STAFF_MFA = False
    return signed_in(coordinator())


def running(**values):
    """A campaign of these days, with nobody asked yet."""
    today = timezone.localdate()
    return campaign(opens_on=today, closes_on=today + timedelta(days=30), **values)


def proposal(service, **values):
    return propose(target=service, values=values, origin=CorrectionOrigin.OWNER, at=NOON, message="Merci")


PAGES = ["campaigns", "campaign-new", "corrections", "checks"]


@pytest.mark.parametrize("name", PAGES)
def test_the_office_is_for_coordinators(client, settings, name):
    settings.PARCOURS_STAFF_MFA = False
    url = reverse(f"census:{name}")
    assert client.get(url).status_code == 302
    partner = create_user(email="partner@example.org", name="Bea", language="fr")
    give_role(user=partner, role=Role.PARTNER, organisation=make.organisation())
    assert signed_in(partner).get(url).status_code == 403


def test_a_campaign_is_made_seen_and_only_then_sent(office):
    association("Les Voisins")
    association("Sans adresse", email="")
    today = timezone.localdate()
    form = office.get(reverse("census:campaign-new"))
    days = {"opens_on": today.isoformat(), "closes_on": (today + timedelta(days=30)).isoformat()}
    made = office.post(
        reverse("census:campaign-new"), sent_as_it_stands(form, title="Automne", message="Merci", **days)
    )
    shown = Campaign.objects.get()
    assert made["Location"] == shown.get_absolute_url()
    seen = office.get(shown.get_absolute_url())
    assert [(each.organisation.name, each.address) for each in seen.context["page"]] == [
        ("Les Voisins", "les.voisins@example.org"), ("Sans adresse", ""),
    ]  # fmt: skip
    assert (mail.outbox, UpdateRequest.objects.count()) == ([], 0)
    office.post(reverse("census:campaign-send", args=[shown.pk]))
    (letter,) = mail.outbox
    assert "Merci" in letter.body
    assert "http://testserver/fr/census/answer/" in letter.body
    states = {one.organisation.name: one.called_for_at is not None for one in shown.requests.all()}
    assert states == {"Les Voisins": False, "Sans adresse": True}


def test_a_campaign_opened_before_its_first_day_sends_nothing_yet(office):
    association()
    tomorrow = timezone.localdate() + timedelta(days=1)
    shown = campaign(opens_on=tomorrow, closes_on=tomorrow)
    office.post(reverse("census:campaign-send", args=[shown.pk]))
    assert (mail.outbox, shown.requests.count()) == ([], 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"closes_on": "2020-01-01"}, "closes_on"),
        ({"escalate_after_days": "10"}, "escalate_after_days"),
        ({"title": ""}, "title"),
    ],
)
def test_a_campaign_that_cannot_be_says_which_field_to_mend(office, wrong, field):
    form = office.get(reverse("census:campaign-new"))
    typed = {"title": "A", "closes_on": "2099-01-01", **wrong}
    response = office.post(reverse("census:campaign-new"), sent_as_it_stands(form, **typed))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_the_campaign_page_says_who_answered_and_whom_to_call(office):
    for name in ("A", "B"):
        association(name)
    association("C", email="")
    request = asked(association("D"), at=timezone.now(), opens_on=timezone.localdate())
    confirm_rest(request=request, at=timezone.now())
    url = request.campaign.get_absolute_url()
    page = office.get(url)
    assert (page.context["reporting"].total.n, page.context["reporting"].total.base) == (1, 4)
    listed = {state: [one.organisation.name for one in office.get(f"{url}?state={state}").context["page"]]
              for state in ("", "call", "confirmed", "waiting")}  # fmt: skip
    assert listed == {"": ["A", "B", "C", "D"], "call": ["C"], "confirmed": ["D"], "waiting": ["A", "B", "C"]}


def test_the_list_is_taken_away_as_csv_and_xlsx(office):
    request = asked(association("=1+1", area=make.area("Vitry")))
    table = office.get(reverse("census:campaign-csv", args=[request.campaign.pk])).content.decode("utf-8-sig")
    (row,) = list(csv.reader(io.StringIO(table)))[1:]
    assert row[:2] == ["'=1+1", "Vitry"]
    assert row[4] == NOON.date().isoformat()
    book = b"".join(office.get(reverse("census:campaign-xlsx", args=[request.campaign.pk])).streaming_content)
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    assert [cell.value for cell in sheet[2]][:2] == ["'=1+1", "Vitry"]


def test_a_call_is_noted_and_another_address_is_asked(office):
    request = asked()
    url = request.get_absolute_url()
    office.post(url, {"do": "wrong"})
    request.refresh_from_db()
    assert request.address == ""
    office.post(url, {"do": "address", "address": "new@example.org"})
    request.refresh_from_db()
    assert (request.address, request.sent_at) == ("new@example.org", None)
    assert office.post(url, {"do": "call"}).status_code == 422
    office.post(url, {"do": "call", "outcome": "confirmed", "note": "Mme Diallo"})
    request.refresh_from_db()
    assert (request.outcome, request.note) == ("confirmed", "Mme Diallo")


def test_the_queue_shows_the_oldest_first_then_what_was_decided(office):
    services = [make.service(name) for name in ("Un", "Deux")]
    for hours, service in enumerate(services):
        report(service=service, message="Fermé", contact="", at=NOON - timedelta(hours=hours))
    url = reverse("census:corrections")
    assert [str(one.service) for one in office.get(url).context["page"]] == ["Deux", "Un"]
    office.post(Correction.objects.get(service=services[0]).get_absolute_url(), {"do": "accept"})
    assert [str(one.service) for one in office.get(url).context["page"]] == ["Deux"]
    assert [str(one.service) for one in office.get(f"{url}?state=decided").context["page"]] == ["Un"]


def test_the_coordinator_reads_each_change_word_by_word_and_takes_what_is_ticked(office):
    service = make.service(hours="Mo 09:00-12:00", phone="+33140000001")
    shown = proposal(service, hours="Mo 10:00-12:00", phone="+33140000002")
    page = office.get(shown.get_absolute_url())
    assert [row.name for row in page.context["rows"]] == ["hours", "phone"]
    assert page.content.decode().count("<ins>") == 2
    refused = office.post(shown.get_absolute_url(), sent_as_it_stands(page, do="accept", take=["hours"]))
    assert list(refused.context["form"].errors) == ["reason"]
    sent = sent_as_it_stands(page, do="accept", take=["hours"], reason="Numéro faux")
    office.post(shown.get_absolute_url(), sent)
    service.refresh_from_db()
    assert (service.hours, service.phone) == ("Mo 10:00-12:00", "+33140000001")


def test_what_changed_since_is_shown_and_a_change_meanwhile_is_not_overwritten(office):
    service = make.service(phone="+33140000001")
    shown = proposal(service, phone="+33140000002")
    before = office.get(shown.get_absolute_url())
    assert not before.context["is_clashing"]
    change_by_hand(target=service, values={"phone": "+33140000003"}, by=SourceKind.OFFICE, at=NOON)
    late = office.post(shown.get_absolute_url(), sent_as_it_stands(before, do="accept"))
    assert late.status_code == 422
    assert late.context["is_clashing"]
    assert "01 40 00 00 03" in late.content.decode()
    assert office.post(shown.get_absolute_url(), sent_as_it_stands(late, do="accept")).status_code == 302
    service.refresh_from_db()
    assert service.phone == "+33140000002"


def test_refusing_needs_a_reason(office):
    shown = proposal(make.service(), phone="+33140000002")
    response = office.post(shown.get_absolute_url(), {"do": "refuse", "reason": " "})
    assert list(response.context["form"].errors) == ["reason"]
    office.post(shown.get_absolute_url(), {"do": "refuse", "reason": "Non"})
    shown.refresh_from_db()
    assert shown.state == "refused"
    assert "Non" in office.get(shown.get_absolute_url()).content.decode()


def test_a_service_of_a_partner_waits_in_the_same_queue(office):
    service = make.service("Cours de vélo", hours="Mo 09:00-12:00")
    set_state(service=service, state=ServiceState.PROPOSED)
    assert [str(one) for one in office.get(reverse("census:corrections")).context["proposed"]] == ["Cours de vélo"]
    url = reverse("census:proposed", args=[service.key])
    assert office.post(url, {"do": "refuse"}).status_code == 422
    office.post(url, {"do": "accept"})
    assert Service.objects.public().get() == service
    assert office.get(url).status_code == 404


def more_rows(number):
    """One more of everything that the office's lists show."""
    for name in (f"A {number}", f"B {number}"):
        association(name, area=make.area(f"Commune {name}"))
    report(service=Service.objects.latest("pk"), message="Fermé", contact="", at=NOON)
    waiting = make.service(f"Service {number}")
    set_state(service=waiting, state=ServiceState.PROPOSED)
    shown = Campaign.objects.first() or running()
    open_campaign(campaign=shown, at=NOON)


@pytest.mark.parametrize("path", ["campaigns/", "campaigns/{}/", "corrections/", "campaigns/{}.csv"])
def test_a_list_asks_as_often_for_three_rows_as_for_one(office, path):
    more_rows(1)
    url = f"/fr/census/{path.format(Campaign.objects.get().pk)}"

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert office.get(url).status_code == 200
        return len(queries)

    cost()
    one = cost()
    more_rows(2)
    more_rows(3)
    assert cost() == one
