"""What sources say of a service, which of them wins, and how a record follows."""

from datetime import UTC, date, datetime

import pytest

from parcours.directory.actions.records import ChangedMeanwhile, change_by_hand, confirm, put_record, settle
from parcours.directory.actions.services import create_service, set_state
from parcours.directory.choices import ServiceState, SourceKind
from parcours.directory.models import Listing, Place, Precedence, Service, Source
from parcours.directory.records import read_values
from parcours.directory.tests import factories as make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_service_keeps_what_its_source_says_and_is_listed_once_a_place():
    vitry = make.area("Vitry-sur-Seine", code="94081")
    service = make.service(
        name="Cours de français",
        places=[
            {"address": "1 rue Verte", "postcode": "94400", "area": "insee-commune:94081", "lon": 2.39, "lat": 48.79},
            {"address": "2 rue Bleue", "postcode": "94400", "area": "insee-commune:94081"},
        ],
        languages=[{"code": "ti", "spoken_by": "volunteer", "days": [2]}],
        contacts=[{"name": "Accueil", "email": "accueil@example.org", "is_private": True}],
        weekly_hours="1.5",
        full_until="2027-01-31",
    )
    again = Service.objects.with_details().get(pk=service.pk)
    assert read_values(again) == service.source_records.get().values
    assert [place.area for place in Place.objects.all()] == [vitry, vitry]
    assert Listing.objects.public().count() == 2


def test_the_lowest_rank_wins_and_a_field_may_have_its_own_order():
    service = make.service(phone="+33140000001", email="first@example.org")
    other = make.source("list-2026", kind=SourceKind.LIST, rank=40)
    put_record(target=service, source=other, values={"name": service.name.stored(), "phone": "+33140000002"})
    service.refresh_from_db()
    assert (service.phone, service.email) == ("+33140000002", "first@example.org")
    Precedence.objects.create(source=other, field="phone", rank=90)
    assert settle(target=service).phone == "+33140000001"
    Precedence.objects.all().delete()
    Source.objects.filter(pk=other.pk).update(is_used=False)
    assert settle(target=service).phone == "+33140000001"


def test_between_hands_the_latest_word_wins_and_none_empties():
    service = make.service(phone="+33140000001")
    service = change_by_hand(target=service, values={"phone": "+33140000002"}, by=SourceKind.OWNER, at=NOON)
    later = NOON.replace(hour=13)
    service = change_by_hand(target=service, values={"phone": None}, by=SourceKind.OFFICE, at=later)
    assert service.phone == ""
    assert (service.confirmed_on, service.version) == (date(2026, 11, 25), 3)


def test_a_change_from_an_older_version_is_refused_and_nothing_is_lost():
    service = make.service()
    change_by_hand(target=service, values={"phone": "+33140000002"}, by=SourceKind.OWNER, at=NOON, base_version=1)
    with pytest.raises(ChangedMeanwhile):
        change_by_hand(target=service, values={"phone": "+33140000003"}, by=SourceKind.OFFICE, at=NOON, base_version=1)
    service.refresh_from_db()
    assert service.phone == "+33140000002"


def test_one_tap_confirms_all_that_stands():
    service = confirm(target=make.service(phone="+33140000001"), by=SourceKind.OWNER, at=NOON)
    record = service.source_records.get(source__kind=SourceKind.OWNER)
    assert record.confirmed["phone"] == {"on": "2026-11-25T12:00:00+00:00", "by": "owner"}
    assert service.confirmed_on == date(2026, 11, 25)


def test_what_an_organisation_was_before_the_first_source_is_kept_as_its_own_source_said_it():
    organisation = make.organisation("Les Voisins")
    list_ = make.source("list-2026", kind=SourceKind.LIST, rank=90)
    organisation = put_record(target=organisation, source=list_, values={"name": "Voisins", "phone": "+33140000002"})
    assert (organisation.name, organisation.phone) == ("Les Voisins", "+33140000002")


def test_a_closed_service_is_listed_no_more():
    service = make.service()
    set_state(service=service, state=ServiceState.CLOSED)
    assert list(service.listings.all()) == []


def test_what_is_said_anew_of_a_place_is_listed_for_all_that_is_given_there():
    place = {"address": "1 rue Verte", "postcode": "94400", "lon": 2.39, "lat": 48.79}
    organisation = make.organisation()
    first, second = (make.service(of=organisation, places=[place]) for _number in range(2))
    change_by_hand(target=first, values={"places": [{**place, "lon": 2.4}]}, by=SourceKind.OFFICE, at=NOON)
    assert [list(one.listings.values_list("lon", flat=True)) for one in (first, second)] == [[2.4], [2.4]]


def test_the_same_name_and_source_give_the_same_address():
    organisation, source = make.organisation(), make.source()
    values = {"name": make.words("Cours d’été").stored()}
    one = create_service(organisation=organisation, source=source, external_id="1", values=values)
    assert one.key == "cours-d-ete-" + one.key[-8:]
    one.delete()
    again = create_service(organisation=organisation, source=source, external_id="1", values=values)
    assert again.key == one.key
