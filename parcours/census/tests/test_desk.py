"""The census desk: the queue, two records side by side, the merges."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.census.actions.merges import merge
from parcours.census.choices import PairState
from parcours.census.comparing import Comparison
from parcours.census.duplicates import SAID
from parcours.census.models import Merge, Pair
from parcours.directory.actions.organisations import create_organisation
from parcours.directory.actions.people import give_role
from parcours.directory.actions.records import put_record
from parcours.directory.choices import Role, SourceKind
from parcours.directory.models import Organisation, Source
from parcours.directory.tests import factories as make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
PHONE = {"field": "phone", "level": "same", "weight": 12.0}
STREET = {"field": "address", "level": "different", "weight": -2.0}


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.PARCOURS_STAFF_MFA = False


@pytest.fixture
def ana() -> User:
    user = create_user(email="ana@example.org", name="Ana", language="fr")
    give_role(user=user, role=Role.COORDINATOR, organisation=None)
    return user


@pytest.fixture
def office(client: Client, ana: User) -> Client:
    client.force_login(ana, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def told(name: str, by: str, **values: Any) -> Organisation:
    values = {"name": name, "kind": "association", **values}
    return create_organisation(
        source=make.source(by, kind=SourceKind.LIST), external_id=name, values=values, observed_on=date(2026, 1, 1)
    )


def pair_of(left: Any, right: Any, probability: float = 0.97, **values: Any) -> Pair:
    kind = left._meta.model_name
    defaults = {"reasons": [PHONE, STREET], "found_at": NOON}
    return Pair.objects.create(kind=kind, left=left.pk, right=right.pk, probability=probability, **defaults | values)


def voisins(number: int = 0) -> Pair:
    one = told(f"Les Voisins {number}", f"a{number}", phone="+33145000001", email="voisins@example.org")
    other = told(f"Voisins {number} de Vitry", f"b{number}", phone="+33145000002")
    return pair_of(one, other)


def records(pair: Pair) -> tuple[Organisation, Organisation]:
    return Organisation.objects.get(pk=pair.left), Organisation.objects.get(pk=pair.right)


def url(pair: Pair) -> str:
    return reverse("census:pair", args=[pair.pk])


@pytest.mark.parametrize("name", ["index", "pairs", "searching", "merges"])
def test_the_desk_is_the_coordinators_alone(client: Client, name: str):
    address = reverse(f"census:{name}")
    assert client.get(address).status_code == 302
    partner = create_user(email="p@example.org", name="P", language="fr")
    give_role(user=partner, role=Role.PARTNER, organisation=make.organisation())
    client.force_login(partner, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(address).status_code == 403


def test_only_the_coordinator_decides_and_undoes(client: Client, ana: User):
    pair = voisins()
    kept, gone = records(voisins(1))
    done = merge(kept=kept, gone=gone, by=ana, at=NOON)
    translator = create_user(email="t@example.org", name="T", language="fr")
    give_role(user=translator, role=Role.TRANSLATOR, organisation=None)
    client.force_login(translator, "allauth.account.auth_backends.AuthenticationBackend")
    asked = [(url(pair), {"do": "different"}), (reverse("census:undo-merge", args=[done.pk]), {})]
    asked += [(reverse("census:look"), {"kind": "service"})]
    assert [client.post(address, data).status_code for address, data in asked] == [403, 403, 403]
    pair.refresh_from_db()
    assert pair.state == PairState.OPEN


def test_the_queue_shows_the_surest_first_by_kind(office: Client):
    doubtful = pair_of(make.organisation("A"), make.organisation("B"), 0.6)
    sure = voisins()
    services = pair_of(make.service("C"), make.service("D"), 0.9)
    merged = pair_of(make.organisation("E"), make.organisation("F"))
    Organisation.objects.filter(pk=merged.left).update(merged_into=doubtful.left)
    page = reverse("census:pairs")
    assert [line.pair for line in office.get(page).context["lines"]] == [sure, services, doubtful]
    assert [line.pair for line in office.get(page + "?kind=service").context["lines"]] == [services]


def test_two_records_stand_side_by_side_with_their_sources_and_reasons(office: Client):
    page = office.get(url(voisins())).content.decode()
    assert "<mark>Les </mark>Voisins 0" in page
    assert "Voisins 0<mark> de Vitry</mark>" in page
    assert page.count("<bdi>a0</bdi> · <bdi>01/01/2026</bdi>") == 4  # name, kind, phone, e-mail
    assert "same phone number" in page.lower()


def test_how_far_apart_they_are_is_told_in_metres():
    places = (
        [{"address": "1 rue Verte", "lon": 2.39, "lat": 48.79}],
        [{"address": "2 rue Bleue", "lon": 2.39, "lat": 48.8}],
    )
    pair = pair_of(told("A", "a", places=places[0]), told("B", "b", places=places[1]))
    assert Comparison(pair).metres == 1112
    assert Comparison(voisins()).metres is None


def test_what_is_not_the_same_leads_to_the_next_pair(office: Client, ana: User):
    first, second = voisins(), pair_of(make.organisation("A"), make.organisation("B"), 0.6)
    response = office.post(url(first), {"do": "different"})
    assert response["Location"] == url(second)
    first.refresh_from_db()
    assert (first.state, first.decided_by) == (PairState.DIFFERENT, ana)
    assert office.get(url(first)).status_code == 200
    office.post(url(first), {"do": "again"})
    first.refresh_from_db()
    assert first.state == PairState.OPEN


def tokens(page: Any, name: str) -> dict[str, str]:
    """What is offered for a field: text to token."""
    row = next(row for row in page.context["rows"] if row.field.name == name)
    return {str(option.text): option.token for option in (*row.left, *row.right) if option.token}


def test_one_merges_with_the_values_one_chose(office: Client):
    pair = voisins()
    left, right = records(pair)
    page = office.get(url(pair))
    phones = tokens(page, "phone")
    other = next(token for text, token in phones.items() if "02" in text)
    response = office.post(url(pair), {"do": "same", "kept": "right", "field-phone": other})
    assert response["Location"] == reverse("census:pairs")
    right.refresh_from_db()
    left.refresh_from_db()
    done = Merge.objects.get()
    assert (left.merged_into, right.phone, right.email) == (right, "+33145000002", "voisins@example.org")
    assert done.chosen == {"phone": True}
    assert office.get(url(pair)).status_code == 200


def test_the_winning_source_is_chosen_beforehand_and_gives_no_word_of_the_office(office: Client):
    left, right = told("A", "a", phone="+33145000001"), told("B", "b", phone="+33145000002")
    Source.objects.filter(key="b").update(rank=10)
    pair = pair_of(left, right)
    page = office.get(url(pair))
    chosen = {
        row.field.name: option.token
        for row in page.context["rows"]
        for option in (*row.left, *row.right)
        if option.is_chosen
    }
    office.post(url(pair), {"do": "same", "kept": "left", **{f"field-{name}": token for name, token in chosen.items()}})
    left.refresh_from_db()
    assert (left.phone, left.name, Merge.objects.get().chosen) == ("+33145000002", "B", {})


def test_every_value_that_a_source_says_can_be_chosen(office: Client):
    left, right = told("A", "a", phone="+33145000001"), told("B", "b", phone="+33145000002")
    put_record(target=left, source=make.source("c", rank=90), values={"phone": "+33145000003"})
    assert len(tokens(office.get(url(pair_of(left, right))), "phone")) == 3


def test_what_reads_the_same_is_offered_once_and_no_choice(office: Client):
    contact = {"name": "Zoé", "is_private": True}
    left, right = told("A", "a", contacts=[contact]), told("B", "b", contacts=[{"name": "Zoé"}])
    page = office.get(url(pair_of(left, right)))
    assert [row.field.name for row in page.context["rows"] if not row.differs] == ["kind", "contacts"]
    assert tokens(page, "contacts") == {}


def test_of_a_record_whose_source_is_not_used_one_sees_what_stands(office: Client):
    left, right = told("A", "a", phone="+33145000001"), told("B", "b", phone="+33145000002")
    Source.objects.filter(key="b").update(is_used=False)
    page = office.get(url(pair_of(left, right)))
    assert "01 45 00 00 <mark>02</mark>" in page.content.decode()
    assert tokens(page, "phone") == {}


def test_a_merge_needs_to_know_which_stays_and_keeps_what_was_chosen(office: Client):
    pair = voisins()
    (*_others, last) = tokens(office.get(url(pair)), "phone").values()
    response = office.post(url(pair), {"do": "same", "field-phone": last})
    assert response.status_code == 422
    row = next(row for row in response.context["rows"] if row.field.name == "phone")
    assert [option.token for option in (*row.left, *row.right) if option.is_chosen] == [last]


def test_a_value_that_nobody_says_any_more_is_not_taken(office: Client):
    pair = voisins()
    response = office.post(url(pair), {"do": "same", "kept": "left", "field-phone": "0123456789abcdef"})
    assert response.status_code == 422
    assert not Merge.objects.exists()


def test_a_pair_of_a_record_that_was_removed_is_not_found(office: Client):
    pair = voisins()
    Organisation.objects.get(pk=pair.left).delete()
    assert office.get(url(pair)).status_code == 404


def test_services_are_compared_side_by_side(office: Client):
    pair = pair_of(make.service("Cours", places=[{"address": "1 rue Verte"}]), make.service("Cours de FLE"))
    assert office.get(url(pair)).status_code == 200


def test_a_merge_is_listed_with_who_and_when_and_undone_there(office: Client, ana: User):
    pair = voisins()
    left, right = records(pair)
    done = merge(kept=left, gone=right, by=ana, at=NOON)
    page = office.get(reverse("census:merges")).content.decode()
    assert "Ana" in page
    assert right.key in page
    response = office.post(reverse("census:undo-merge", args=[done.pk]), follow=True)
    right.refresh_from_db()
    assert right.merged_into is None
    assert "Voisins 0 de Vitry" in response.content.decode()
    again = office.post(reverse("census:undo-merge", args=[done.pk]), follow=True)
    assert [message.level_tag for message in again.context["messages"]] == ["error"]


def test_one_looks_for_duplicates_on_the_page(office: Client):
    make.organisation("Les Voisins de Vitry", phone="+33145000001")
    make.organisation("Les voisins de Vitry", phone="+33145000001")
    response = office.post(reverse("census:look"), {"kind": "organisation"}, follow=True)
    assert len(response.context["lines"]) == 1
    assert office.post(reverse("census:look"), {"kind": "nothing"}).status_code == 404


def test_a_search_that_has_ended_leads_back_to_the_queue(office: Client):
    assert office.get(reverse("census:searching"))["Location"] == reverse("census:pairs")
    assert office.get(reverse("census:searching"), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def asked(office: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert office.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["pairs", "merges"])
def test_a_list_asks_as_often_for_three_rows_as_for_one(office: Client, ana: User, name: str):
    def add(number: int) -> None:
        pair_of(make.service(), make.service())
        kept, gone = records(voisins(number))
        voisins(number + 100)
        merge(kept=kept, gone=gone, by=ana, at=NOON)

    add(1)
    asked(office, reverse(f"census:{name}"))
    one = asked(office, reverse(f"census:{name}"))
    add(2)
    add(3)
    assert asked(office, reverse(f"census:{name}")) == one


def test_a_source_that_wonders_is_told_among_the_reasons(office: Client):
    pair = pair_of(make.organisation("A"), make.organisation("B"), reasons=[SAID])
    assert office.get(url(pair)).context["reasons"][0].is_for
