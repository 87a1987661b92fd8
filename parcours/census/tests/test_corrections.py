"""What readers report and owners propose, and what the coordinator makes of it."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils.translation import override

from parcours.accounts.actions import create_user
from parcours.census.actions.corrections import accept, decide_proposed, propose, refuse, report
from parcours.census.choices import CorrectionOrigin
from parcours.census.models import Correction
from parcours.directory.actions.people import give_role
from parcours.directory.actions.records import ChangedMeanwhile, change_by_hand
from parcours.directory.actions.services import set_state
from parcours.directory.choices import Role, ServiceState, SourceKind
from parcours.directory.models import Service
from parcours.directory.tests import factories as make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
LATER = NOON.replace(hour=13)
OWNER = CorrectionOrigin.OWNER


@pytest.fixture
def coordinator():
    user = create_user(email="office@example.org", name="Coordinator", language="fr")
    give_role(user=user, role=Role.COORDINATOR, organisation=None)
    return user


def proposal(service, **values):
    return propose(target=service, values=values, origin=OWNER, at=NOON)


def test_a_proposal_keeps_only_what_differs_and_changes_nothing_yet():
    service = make.service(phone="+33140000001")
    correction = proposal(service, phone="+33140000002", name=make.words("Cours de français").stored(), email="")
    assert (correction.values, correction.before) == ({"phone": "+33140000002"}, {"phone": "+33140000001"})
    service.refresh_from_db()
    assert (service.phone, service.version) == ("+33140000001", 1)


def test_a_proposal_that_changes_nothing_or_cannot_be_taken_is_refused_at_once():
    service = make.service(phone="+33140000001")
    with override("en"), pytest.raises(ValidationError, match="Nothing differs"):
        proposal(service, phone="+33140000001")
    with pytest.raises(ValidationError):
        proposal(service, email="not an address")
    assert not Correction.objects.exists()


def test_accepting_an_owners_change_writes_it_in_the_owners_name(coordinator):
    service = make.service(phone="+33140000001")
    accept(correction=proposal(service, phone="+33140000002"), by=coordinator, at=LATER)
    service.refresh_from_db()
    assert service.phone == "+33140000002"
    word = service.source_records.get(source__kind=SourceKind.OWNER).confirmed["phone"]
    assert word == {"on": "2026-11-25T13:00:00+00:00", "by": "owner"}


def test_what_a_check_found_is_written_in_the_offices_name(coordinator):
    service = make.service(website="https://gone.example.org/")
    found = propose(target=service, values={"website": None}, origin=CorrectionOrigin.CHECK, at=NOON)
    accept(correction=found, by=coordinator, at=LATER)
    service.refresh_from_db()
    assert service.website == ""
    assert service.source_records.get(source__kind=SourceKind.OFFICE).values == {"website": None}


def test_some_changes_are_taken_and_the_rest_is_refused_with_a_reason(coordinator):
    service = make.service()
    correction = proposal(service, phone="+33140000002", email="new@example.org")
    with pytest.raises(ValidationError):
        accept(correction=correction, by=coordinator, at=LATER, fields=["phone"])
    accept(correction=correction, by=coordinator, at=LATER, fields=["phone"], reason="Boîte pleine")
    service.refresh_from_db()
    assert (service.phone, service.email) == ("+33140000002", "")
    kept = {(one.state, *one.values): one.reason for one in Correction.objects.all()}
    assert kept == {("accepted", "phone"): "", ("refused", "email"): "Boîte pleine"}


def test_a_field_that_changed_since_is_not_overwritten_unseen(coordinator):
    service = make.service(phone="+33140000001", email="old@example.org")
    correction = proposal(service, phone="+33140000002")
    service = change_by_hand(target=service, values={"phone": "+33140000003"}, by=SourceKind.OFFICE, at=NOON)
    with pytest.raises(ChangedMeanwhile):
        accept(correction=correction, by=coordinator, at=LATER)
    with pytest.raises(ChangedMeanwhile):
        accept(correction=correction, by=coordinator, at=LATER, seen=1)
    accept(correction=correction, by=coordinator, at=LATER, seen=service.version)
    service.refresh_from_db()
    assert service.phone == "+33140000002"


def test_a_change_elsewhere_in_the_record_is_no_conflict(coordinator):
    service = make.service(phone="+33140000001")
    correction = proposal(service, phone="+33140000002")
    change_by_hand(target=service, values={"email": "new@example.org"}, by=SourceKind.OFFICE, at=NOON)
    accept(correction=correction, by=coordinator, at=LATER)
    service.refresh_from_db()
    assert (service.phone, service.email) == ("+33140000002", "new@example.org")


def test_the_answer_reaches_a_reader_in_their_language_and_their_address_is_forgotten(
    coordinator, django_capture_on_commit_callbacks
):
    with override("en"):
        correction = report(service=make.service(), message="The door is shut", contact="reader@example.org", at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        refuse(correction=correction, by=coordinator, at=LATER, reason="It opens at two")
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["reader@example.org"], "Your correction was not taken in")
    assert "The door is shut" in letter.body
    assert "It opens at two" in letter.body
    correction.refresh_from_db()
    assert (correction.state, correction.contact) == ("refused", "")


def test_a_telephone_number_gets_no_letter(coordinator, django_capture_on_commit_callbacks):
    correction = report(service=make.service(), message="Shut", contact="06 39 98 00 01", at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        accept(correction=correction, by=coordinator, at=LATER)
    assert mail.outbox == []


def test_refusing_needs_a_reason_and_nothing_is_decided_twice(coordinator):
    correction = report(service=make.service(), message="Shut", contact="", at=NOON)
    with pytest.raises(ValidationError):
        refuse(correction=correction, by=coordinator, at=LATER, reason=" ")
    accept(correction=correction, by=coordinator, at=LATER)
    with pytest.raises(ValidationError):
        refuse(correction=correction, by=coordinator, at=LATER, reason="No")


def test_a_report_says_something():
    with pytest.raises(ValidationError):
        report(service=make.service(), message="  ", contact="", at=NOON)


def test_an_organisation_that_closes_takes_its_services_with_it(coordinator):
    service = make.service()
    closing = propose(target=service.organisation, values={"state": "closed"}, origin=OWNER, at=NOON)
    assert Service.objects.public().count() == 1
    accept(correction=closing, by=coordinator, at=LATER)
    assert Service.objects.public().count() == 0


def test_a_service_that_a_partner_proposes_is_published_or_closed_with_a_reason(coordinator):
    services = [make.service(), make.service()]
    for service in services:
        set_state(service=service, state=ServiceState.PROPOSED)
    decide_proposed(service=services[0], publish=True, by=coordinator, at=LATER)
    decide_proposed(service=services[1], publish=False, by=coordinator, at=LATER, reason="Déjà là")
    assert [Service.objects.get(pk=one.pk).state for one in services] == ["published", "closed"]
    assert sorted(Correction.objects.values_list("state", "reason")) == [("accepted", ""), ("refused", "Déjà là")]
    with pytest.raises(ValidationError):
        decide_proposed(service=services[0], publish=True, by=coordinator, at=LATER)
