"""Merging two records keeps everything, and can be undone."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.accounts.queries import history_of
from parcours.census.actions.merges import MergeRefused, merge, undo_merge
from parcours.census.choices import CorrectionOrigin, PairState
from parcours.census.models import Campaign, Correction, Merge, Pair
from parcours.census.tests.snapshots import difference, whole_database
from parcours.directory.actions.organisations import create_organisation, save_organisation
from parcours.directory.actions.people import give_role
from parcours.directory.actions.records import change_by_hand, hand_source, put_record
from parcours.directory.actions.services import relist
from parcours.directory.choices import PublicationConsent, RelationKind, Role, SourceKind
from parcours.directory.models import (
    Citation,
    Link,
    Listing,
    Organisation,
    Place,
    Relation,
    Service,
    Source,
    SourceRecord,
)
from parcours.directory.tests import factories as make

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
GREEN = {"address": "1 rue Verte", "postcode": "94400"}
BLUE = {"address": "2 rue Bleue", "postcode": "94400"}


def coordinator() -> User:
    user = create_user(email=f"c{User.objects.count()}@example.org", name="Ana", language="fr")
    give_role(user=user, role=Role.COORDINATOR, organisation=None)
    return user


def told(name: str, by: str = "list-a", **values: Any) -> Organisation:
    """An organisation as a list tells it."""
    source = make.source(by, kind=SourceKind.LIST)
    number = str(SourceRecord.objects.count())
    values = {"name": name, "kind": "association", **values}
    return create_organisation(source=source, external_id=number, values=values, observed_on=date(2026, 1, 1))


def merged(kept: Any, gone: Any, **chosen: Any) -> Merge:
    return merge(kept=kept, gone=gone, by=coordinator(), at=NOON, chosen=chosen)


def undone(done: Merge) -> Merge:
    return undo_merge(merge=done, by=coordinator(), at=LATER)


pytestmark = pytest.mark.django_db


def test_the_kept_record_holds_what_each_source_says_and_the_winner_shows():
    kept = told("Les Voisins", phone="+33145000001")
    gone = told("Voisins (Les)", "list-b", phone="+33145000002", email="voisins@example.org")
    Source.objects.filter(key="list-b").update(rank=60)
    merged(kept, gone)
    kept.refresh_from_db()
    assert (kept.name, kept.phone, kept.email) == ("Les Voisins", "+33145000001", "voisins@example.org")
    assert sorted(kept.source_records.values_list("values__phone", flat=True)) == ["+33145000001", "+33145000002"]
    assert list(Organisation.objects.public()) == [kept]


def test_a_chosen_value_is_the_offices_word_and_goes_with_the_merge():
    kept, gone = told("Les Voisins", phone="+33145000001"), told("Voisins", phone="+33145000002")
    done = merged(kept, gone, phone="+33145000002", acronym=None)
    kept.refresh_from_db()
    assert kept.phone == "+33145000002"
    word = kept.source_records.get(source__kind=SourceKind.OFFICE)
    assert word.confirmed["phone"] == {"on": "2026-11-25T12:00:00+00:00", "by": "office"}
    undone(done)
    kept.refresh_from_db()
    assert (kept.phone, SourceRecord.objects.filter(source__kind=SourceKind.OFFICE).count()) == ("+33145000001", 0)


def test_what_was_said_by_hand_after_the_merge_stays_when_it_is_undone():
    kept, gone = told("Les Voisins", phone="+33145000001"), told("Voisins", email="v@example.org")
    done = merged(kept, gone)
    change_by_hand(target=kept, values={"phone": "+33145000009"}, by=SourceKind.OFFICE, at=LATER)
    undone(done)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.phone, kept.email, gone.phone, gone.email) == ("+33145000009", "", "", "v@example.org")


def test_services_move_and_stand_at_the_same_place_once():
    kept = told("Les Voisins", places=[{**GREEN, "hours": "Mo 09:00-12:00"}])
    gone = told("Voisins", places=[GREEN])
    course = make.service("Cours", of=gone, places=[GREEN])
    walk = make.service("Balade", of=gone, places=[BLUE])
    done = merged(kept, gone)
    assert set(kept.services.all()) == {course, walk}
    assert set(Place.objects.filter(services__in=[course, walk]).values_list("organisation", flat=True)) == {kept.pk}
    assert course.places.get() == kept.places.get(is_main=True)
    assert Listing.objects.public().filter(service__in=[course, walk]).count() == 2
    undone(done)
    assert set(gone.services.all()) == {course, walk}
    assert course.places.get() == gone.places.get(is_main=True)


def test_a_place_keeps_the_hours_of_the_services_that_come():
    kept = told("Les Voisins", places=[{**GREEN, "hours": "Mo 09:00-12:00"}])
    gone = told("Voisins", places=[{**GREEN, "hours": "Tu 14:00-18:00"}])
    service = make.service(of=gone, places=[{**GREEN, "hours": "Tu 14:00-18:00"}])
    assert service.at.get().hours == ""
    merged(kept, gone)
    assert (service.at.get().place.hours, service.at.get().hours) == ("Mo 09:00-12:00", "Tu 14:00-18:00")


def test_a_service_that_moved_after_the_merge_goes_back_with_its_new_address():
    kept, gone = told("Les Voisins", places=[GREEN]), told("Voisins", places=[GREEN])
    service = make.service(of=gone, places=[GREEN])
    done = merged(kept, gone)
    service.refresh_from_db()
    change_by_hand(target=service, values={"places": [BLUE]}, by=SourceKind.OFFICE, at=LATER)
    undone(done)
    place = service.places.get()
    assert (place.address, place.organisation) == ("2 rue Bleue", gone)


def test_a_row_that_a_constraint_forbids_to_move_stays_and_is_told():
    kept, gone = told("Les Voisins"), told("Voisins")
    for organisation in (kept, gone):
        Link.objects.create(organisation=organisation, url="https://voisins.example.org/")
    Link.objects.create(organisation=gone, url="https://only.example.org/")
    maybe = Relation.objects.create(origin=gone, kind=RelationKind.MAYBE_SAME_AS, target=kept)
    done = merged(kept, gone)
    assert kept.links.count() == 2
    stayed = {step["model"]: step["stayed"] for step in done.moved if step.get("stayed")}
    assert stayed == {"directory.link": [gone.links.get().pk], "directory.relation": [maybe.pk]}


@pytest.mark.parametrize(
    ("one", "other", "becomes"),
    [
        ("public-document", "refused", "refused"),
        ("given", "refused", "refused"),
        ("public-document", "asked", "asked"),
        ("asked", "given", "given"),
    ],
)
def test_whoever_refused_to_be_named_is_not_named_under_another_name(one, other, becomes):
    kept, gone = make.organisation("Les Voisins", consent=one), make.organisation("Voisins", consent=other)
    done = merged(kept, gone)
    kept.refresh_from_db()
    assert kept.consent == becomes
    undone(done)
    kept.refresh_from_db()
    assert kept.consent == one


def test_what_holds_invented_values_says_so():
    kept, gone = make.organisation("Les Voisins"), make.organisation("Voisins", is_invented=True)
    merged(kept, gone)
    kept.refresh_from_db()
    assert kept.is_invented


def test_two_services_of_two_organisations_become_one_of_the_kept_ones():
    kept = make.service("Cours de français", places=[GREEN])
    gone = make.service("Cours de FLE", places=[BLUE], phone="+33145000001", languages=[{"code": "ti"}])
    before = whole_database()
    done = merged(kept, gone, places=[BLUE])
    kept.refresh_from_db()
    assert (kept.phone, kept.places.get().organisation) == ("+33145000001", kept.organisation)
    assert list(Service.objects.public()) == [kept]
    assert not gone.listings.exists()
    undone(done)
    assert difference(without_users(before), without_users(whole_database())) == {}


def test_it_is_refused_to_merge_what_is_merged_already_or_into_it_or_into_itself_or_with_another_kind():
    kept, gone, third = told("A"), told("B"), told("C")
    merged(kept, gone)
    for one, other in [(kept, gone), (third, gone), (gone, third), (third, third), (third, make.service())]:
        with pytest.raises(MergeRefused):
            merged(one, other)
    assert Merge.objects.count() == 1


def test_a_merge_is_undone_once():
    done = merged(told("A"), told("B"))
    undone(done)
    with pytest.raises(MergeRefused, match=r"déjà|already"):
        undone(done)


def test_the_later_merge_of_a_chain_is_undone_first():
    a, b, c = told("A"), told("B"), told("C")
    before = whole_database()
    first = merged(b, c)
    second = merged(a, b)
    with pytest.raises(MergeRefused, match=r"«|“"):
        undone(first)
    undone(second)
    undone(first)
    assert difference(without_users(before), without_users(whole_database())) == {}


def test_three_merges_into_one_are_undone_in_any_order():
    a = make.organisation("A", phone="+33145000001")
    others = [
        told("B", email="b@example.org"),
        make.organisation("C", consent=PublicationConsent.ASKED),
        make.organisation("D", consent=PublicationConsent.REFUSED),
    ]
    before = whole_database()
    done = [merged(a, other, acronym=str(number)) for number, other in enumerate(others)]
    for one in (done[1], done[2], done[0]):
        undone(one)
    assert difference(without_users(before), without_users(whole_database())) == {}


def test_an_undo_that_cannot_be_says_why_and_changes_nothing():
    number = [{"scheme": "siret", "value": "12345678900011"}]
    kept, gone = told("A"), told("B", identifiers=number)
    done = merged(kept, gone)
    change_by_hand(target=kept, values={"identifiers": number}, by=SourceKind.OFFICE, at=LATER)
    before = whole_database()
    with pytest.raises(MergeRefused):
        undone(done)
    assert difference(without_users(before), without_users(whole_database())) == {}


def test_a_removed_record_cannot_come_back():
    kept, gone = told("A"), told("B")
    done = merged(kept, gone)
    gone.delete()
    with pytest.raises(MergeRefused):
        undone(done)


def test_the_pair_is_decided_and_asked_again_when_the_merge_is_undone():
    kept, gone = told("A"), told("B")
    pair = Pair.objects.create(kind="organisation", left=kept.pk, right=gone.pk, probability=0.9, found_at=NOON)
    done = merged(kept, gone)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (PairState.SAME, done.done_by)
    undone(done)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_at) == (PairState.OPEN, None)


def test_the_history_says_who_merged():
    kept, gone = told("A"), told("B")
    done = merged(kept, gone)
    assert {event.who for event in history_of(gone) if event.what == "update"} == {done.done_by}


def test_the_old_address_leads_to_the_kept_record_however_often_it_was_merged(client: Client):
    a, b, c = told("A"), told("B"), told("C")
    merged(b, c)
    merged(a, b)
    response = client.get(c.get_absolute_url(), follow=True)
    assert [status for _url, status in response.redirect_chain] == [302, 302]
    assert response.context["organisation"] == a


def test_the_old_address_of_one_that_is_not_named_leads_nowhere(client: Client):
    kept, gone = told("Secret"), make.organisation("Voisins", consent=PublicationConsent.REFUSED)
    merged(kept, gone)
    assert client.get(gone.get_absolute_url()).status_code == 404


def without_users(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """People who decide come and go in these tests."""
    return {table: rows for table, rows in found.items() if not table.startswith("accounts.")} | {
        "directory.Membership": [row for row in found.get("directory.Membership", []) if "coordinator" not in row],
        "directory.Source": [row for row in found.get("directory.Source", []) if "office" not in row],
    }


# Over random worlds

PHONES = st.sampled_from([None, "+33145000001", "+33145000002"])
PLACES = st.lists(
    st.builds(
        lambda place, hours, name: {**place, **({"hours": hours} if hours else {}), **({"name": name} if name else {})},
        st.sampled_from([GREEN, BLUE]),
        st.sampled_from(["", "Mo 09:00-12:00", "Tu 14:00-18:00"]),
        st.sampled_from(["", "Mairie"]),
    ),
    max_size=2,
    unique_by=lambda place: place["address"],
)
CONTACTS = st.lists(st.sampled_from([{"name": "Accueil"}, {"name": "Zoé", "phone": "+33145000003"}]), max_size=2)
VALUES = st.fixed_dictionaries({"phone": PHONES, "places": PLACES, "contacts": CONTACTS})
WORLDS = st.lists(
    st.fixed_dictionaries(
        {
            "is_sourced": st.booleans(),
            "is_used": st.booleans(),
            "consent": st.sampled_from(PublicationConsent.values),
            "values": VALUES,
            "also": st.none() | VALUES,
            "services": st.lists(st.fixed_dictionaries({"phone": PHONES, "places": PLACES}), max_size=2),
        }
    ),
    min_size=3,
    max_size=3,
)


def build(number: int, world: dict[str, Any], shared: dict[str, Any]) -> Organisation:
    said = {name: value for name, value in world["values"].items() if value}
    name = f"Organisation {number}"
    source = make.source(f"s{number}", kind=SourceKind.LIST, is_used=world["is_used"])
    identifiers = [{"scheme": "rna", "value": f"W94000000{number}"}]
    if world["is_sourced"]:
        values = {"name": name, "kind": "association", "identifiers": identifiers, **said}
        made = create_organisation(source=source, external_id="1", values=values, consent=world["consent"])
    else:
        made = make.organisation(name, source=source, consent=world["consent"])
    if world["also"]:
        also = {"name": name, "kind": "association", **{k: v for k, v in world["also"].items() if v}}
        put_record(target=made, source=shared["source"], external_id=str(number), values=also)
    for service in world["services"]:
        make.service(of=made, **{name: value for name, value in service.items() if value})
    Link.objects.create(organisation=made, url="https://shared.example.org/")
    Citation.objects.create(organisation=made, source=shared["source"], section="1", named_as=name)
    save_organisation(organisation=Organisation.objects.get(pk=made.pk))  # found by the words of its citation
    Correction.objects.create(
        kind="organisation", organisation=made, origin=CorrectionOrigin.READER, message="?", proposed_at=NOON
    )
    shared["campaign"].requests.create(organisation=made, secret_digest=str(number), expires_at=NOON)
    give_role(user=shared["user"], role=Role.PARTNER, organisation=made)
    return made


class TestUndo(TestCase):
    @settings(max_examples=5, deadline=None, phases=[Phase.generate])
    @given(
        worlds=WORLDS,
        ways=st.lists(st.permutations([0, 1, 2]), min_size=1, max_size=2),
        chosen=st.lists(st.none() | PHONES.map(lambda phone: {"phone": phone}), min_size=2, max_size=2),
        is_lifo=st.booleans(),
    )
    def test_a_merge_that_is_undone_leaves_the_database_as_it_was(self, worlds, ways, chosen, is_lifo):
        by = coordinator()
        campaign = Campaign.objects.create(title="2026", opens_on=date(2026, 1, 1), closes_on=date(2026, 2, 1))
        shared = {"source": make.source("shared", rank=40), "campaign": campaign, "user": by}
        records = [build(number, world, shared) for number, world in enumerate(worlds)]
        for one, other in ((0, 1), (1, 2), (2, 0)):
            Relation.objects.create(origin=records[one], kind=RelationKind.PARTNER_OF, target=records[other])
        hand_source(SourceKind.OFFICE)
        for service in Service.objects.all():
            relist(service=service)  # a later service may have told the hours of a place they share
        before = whole_database()
        done = []
        for (one, other, _third), values in zip(ways, chosen, strict=False):
            kept, gone = Organisation.objects.get(pk=records[one].pk), Organisation.objects.get(pk=records[other].pk)
            if not kept.merged_into and not gone.merged_into:
                done.append(merge(kept=kept, gone=gone, by=by, at=NOON, chosen=values))
        assert done
        waiting = done[::-1] if is_lifo else list(done)
        while waiting:
            one = waiting.pop(0)
            try:
                undo_merge(merge=one, by=by, at=LATER)
            except MergeRefused:
                waiting.append(one)
        assert difference(before, whole_database()) == {}


# At the same time


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call gives or raises, all begun together, each on a connection of its own."""
    barrier, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        barrier.wait(10)
        try:
            answers[number] = call()
        except Exception as error:  # noqa: BLE001 (whatever it is, the test tells it)
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.django_db(transaction=True)
def test_two_people_who_merge_crosswise_at_once_never_wait_for_each_other():
    by = coordinator()
    for _round in range(5):
        a, b = told("A"), told("B")
        answers = at_once(
            lambda a=a, b=b: merge(kept=a, gone=b, by=by, at=NOON),
            lambda a=a, b=b: merge(kept=b, gone=a, by=by, at=NOON),
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["Merge", "MergeRefused"]


@pytest.mark.django_db(transaction=True)
def test_merges_of_others_that_are_tied_to_each_other_never_wait_for_each_other():
    by = coordinator()
    for _round in range(5):
        a, b, c, d = (told(name) for name in "ABCD")
        Relation.objects.create(origin=b, kind=RelationKind.PARTNER_OF, target=d)
        Relation.objects.create(origin=d, kind=RelationKind.PARTNER_OF, target=b)
        answers = at_once(
            lambda a=a, b=b: merge(kept=a, gone=b, by=by, at=NOON),
            lambda c=c, d=d: merge(kept=c, gone=d, by=by, at=NOON),
        )
        assert [type(answer) for answer in answers] == [Merge, Merge], answers
        assert set(Relation.objects.values_list("origin", "target")) == {(a.pk, c.pk), (c.pk, a.pk)}
        Relation.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_a_service_may_be_changed_while_its_organisation_is_merged():
    by = coordinator()
    for _round in range(3):
        kept, gone = told("A", places=[GREEN]), told("B", places=[GREEN])
        service = make.service(of=gone, places=[GREEN])
        answers = at_once(
            lambda kept=kept, gone=gone: merge(kept=kept, gone=gone, by=by, at=NOON),
            lambda service=service: change_by_hand(
                target=service, values={"places": [BLUE]}, by=SourceKind.OFFICE, at=NOON
            ),
        )
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        assert Service.objects.get(pk=service.pk).organisation == kept
