"""The page of a service: what everyone reads, what only professionals read, and what becomes of an old link."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from parcours.directory.actions.hand import edit_record, move_service
from parcours.directory.actions.records import confirm, put_record
from parcours.directory.choices import PublicationConsent, Role, ServiceState, SourceKind
from parcours.directory.models import Service
from parcours.directory.sheet.facts import facts_of, freshness_of
from parcours.directory.tests import factories as make
from parcours.directory.tests.cast import FULL, signed_in
from parcours.translations.texts import Translated

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.PARCOURS_STAFF_MFA = False


def read(service: Service, client: Client | None = None, part: str = "", language: str = "fr") -> str:
    answer = (client or Client()).get(f"/{language}/services/{service.key}/{part}")
    assert answer.status_code == 200
    return answer.content.decode()


def facts(service: Service, language: str = "fr") -> dict[str, tuple[str, ...]]:
    again = Service.objects.with_details().get(pk=service.pk)
    return {fact.name: fact.lines for fact in facts_of(again, language, at=NOON)}


def test_a_page_says_what_one_must_know_before_going():
    told = facts(make.service(**FULL))
    assert told["for_whom"] == ("Femmes · Familles", "Âge : 18 et plus")
    assert told["languages"] == ("tigrigna (bénévole, mardi)",)
    times = "9\xa0h\xa030\xa0– 11\xa0h\xa030"
    assert [line.replace("\xa0:", " :") for line in told["when"]] == [f"mardi : {times}", f"jeudi : {times}"]
    assert told["cost"] == ("Gratuit",)
    assert told["capacity"] == ("Il reste des places.", "Dit le : 2 novembre 2026")
    assert told["french"] == ("Au plus : A1 : quelques mots",)
    assert told["stay"] == ("Toutes les situations",)


def test_what_nobody_said_is_said_to_be_unknown_and_never_no():
    told = facts(make.service())
    assert told["when"] == ("Horaires non connus.",)
    assert told["cost"] == told["capacity"] == told["languages"] == ("Ce n’est pas précisé.",)
    assert "accessibility" not in told


def test_the_same_facts_are_told_in_every_language_of_the_sheet():
    service = make.service(**FULL)
    french = facts(service)
    for language in ("en", "ar", "es", "ru", "uk", "ti"):
        told = facts(service, language)
        assert told.keys() == french.keys()
        assert told["capacity"] != french["capacity"]


def test_private_contacts_are_for_professionals_and_for_no_cache():
    service = make.service(**FULL)
    everyone = Client().get(service.get_absolute_url())
    assert "marie@example.org" not in everyone.content.decode()
    assert "01 45 67 89 02" in everyone.content.decode()
    professional = signed_in(Role.PARTNER, of=make.organisation()).get(service.get_absolute_url())
    assert "marie@example.org" in professional.content.decode()
    assert professional["Cache-Control"] == "private, no-store"


def test_each_fact_says_where_it_comes_from_and_what_the_others_say():
    service = make.service(phone="+33140000001")
    other = make.source("list", title=make.words("Liste de 2025"), kind=SourceKind.LIST, rank=90)
    put_record(target=service, source=other, values={"phone": "+33140000002"}, observed_on=date(2025, 4, 1))
    confirm(target=service, by=SourceKind.OWNER, at=NOON, fields=["phone"])
    page = read(service)
    origins = page[page.index('<dl class="origins">') : page.index("</dl>", page.index('<dl class="origins">'))]
    first, second = origins.index("01 40 00 00 01"), origins.index("01 40 00 00 02")
    assert first < second
    assert "25 novembre 2026" in origins[first:second]
    assert "Liste de 2025" in origins[second:]
    assert "1er avril 2025" in origins[second:]


@pytest.mark.parametrize(
    ("confirmed", "observed", "kind"),
    [
        (date(2026, 11, 1), None, "confirmed_office"),
        (None, date(2026, 10, 1), "written"),
        (date(2026, 1, 1), date(2026, 1, 1), "overdue"),
        (None, date(2020, 1, 1), "overdue"),
        (None, None, "undated"),
    ],
)
def test_a_page_says_how_fresh_it_is(confirmed, observed, kind):
    service = Service(confirmed_on=confirmed, observed_on=observed, rhythm_months=6, name=Translated())
    assert freshness_of(service, [], on=NOON.date()).kind == kind


def test_freshness_and_the_list_of_overdue_services_agree():
    for days in (0, 100, 181, 182, 183, 184, 400):
        service = make.service()
        Service.objects.filter(pk=service.pk).update(observed_on=NOON.date() - timedelta(days=days))
    for service in Service.objects.all():
        is_late = Service.objects.overdue(on=NOON.date()).filter(pk=service.pk).exists()
        assert (freshness_of(service, [], on=NOON.date()).kind == "overdue") == is_late, service.observed_on


def test_a_proposed_service_is_seen_by_its_organisation_and_the_coordinator_alone():
    service = make.service()
    move_service(service=service, state=ServiceState.PROPOSED, by=SourceKind.OFFICE, reason="")
    assert Client().get(service.get_absolute_url()).status_code == 404
    stranger = signed_in(Role.PARTNER, of=make.organisation(), name="Autre Personne")
    assert stranger.get(service.get_absolute_url()).status_code == 404
    for client in (signed_in(Role.PARTNER, of=service.organisation), signed_in(Role.COORDINATOR)):
        assert "Cours de français" in read(service, client)


def test_a_link_on_paper_outlives_its_service():
    closed, merged, kept, withheld = (make.service(name) for name in ("Fermé", "Double", "Gardé", "Caché"))
    move_service(service=closed, state=ServiceState.CLOSED, by=SourceKind.OFFICE, reason="")
    Service.objects.filter(pk=merged.pk).update(merged_into=kept)
    withheld.organisation.consent = PublicationConsent.REFUSED
    withheld.organisation.save()
    gone = Client().get(closed.get_absolute_url())
    assert (gone.status_code, "Fermé" in gone.content.decode()) == (410, True)
    assert Client().get(merged.get_absolute_url())["Location"] == kept.get_absolute_url()
    assert Client().get(withheld.get_absolute_url()).status_code == 404


def test_the_history_says_what_changed_in_whose_name_and_why_and_names_people_to_professionals_only():
    service = make.service(phone="+33140000001")
    values = {"phone": "+33140000002", "languages": [{"code": "ar", "spoken_by": "staff"}]}
    edit_record(target=service, values=values, by=SourceKind.OWNER, at=NOON, base_version=1, reason="Nouveau numéro")
    page = read(service, part="history/")
    assert "Nouveau numéro" in page
    assert "02</ins>" in page
    assert str(SourceKind.OWNER.label) in page
    coordinator = signed_in(Role.COORDINATOR, name="Claire Exemple")
    coordinator.post(f"/fr/services/{service.key}/state/", {"state": "suspended", "reason": "Travaux"})
    assert "Claire Exemple" in read(service, coordinator, "history/")
    move_service(service=service, state=ServiceState.PUBLISHED, by=SourceKind.OFFICE, reason="")
    page = read(service, part="history/")
    assert "Travaux" in page
    assert "Claire Exemple" not in page


def test_hours_go_into_a_calendar_and_unknown_hours_do_not():
    service = make.service(**FULL)
    answer = Client().get(f"/fr/services/{service.key}/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answer.content).events
    assert event["RRULE"]["BYDAY"] == ["TU", "TH"]
    assert "12 avenue Verte" in event["LOCATION"]
    assert Client().get(f"/fr/services/{make.service().key}/calendar.ics").status_code == 404


def test_what_a_source_wrote_is_text_and_never_markup():
    nasty = make.words('<script>alert("x")</script>').stored()
    service = make.service(**{**FULL, "description": nasty, "publics_note": nasty, "fee_note": nasty})
    page = read(service)
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") >= 3


def test_the_page_of_an_organisation_lists_its_services_and_adds_one():
    service = make.service(**FULL)
    page = read_organisation(service, Client())
    assert service.get_absolute_url() in page
    assert "/services/new/" not in page
    own = signed_in(Role.PARTNER, of=service.organisation)
    assert f"/fr/services/new/?organisation={service.organisation.key}" in read_organisation(service, own)


def read_organisation(service: Service, client: Client) -> str:
    return client.get(service.organisation.get_absolute_url()).content.decode()
