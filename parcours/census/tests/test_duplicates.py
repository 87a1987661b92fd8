"""Records that look alike are found, told in words, decided on by people, and what was decided is remembered."""

import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.census import background
from parcours.census.actions import duplicates as verbs
from parcours.census.actions.duplicates import ask_again, look_for_duplicates, set_apart
from parcours.census.actions.merges import merge, undo_merge
from parcours.census.choices import PairState
from parcours.census.duplicates import REASONS, told
from parcours.census.models import Pair
from parcours.census.searches import AlreadySearching, running
from parcours.census.similar import similar_to
from parcours.directory.actions.services import set_state
from parcours.directory.choices import OrganisationKind, RelationKind, ServiceState
from parcours.directory.models import Identifier, Organisation, Place, Relation
from parcours.directory.tests import factories as make
from parcours.engines.linkage.settings import COMPARISONS
from parcours.engines.words import fold
from parcours.geo.models import Area

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)


def somebody() -> User:
    return create_user(email=f"c{User.objects.count()}@example.org", name="Ana", language="fr")


def twins(**values: Any) -> tuple[Organisation, Organisation]:
    """Two organisations that are one, and a third that is another."""
    phone = "+33145670001"
    one = make.organisation("Association Les Voisins de Vitry", phone=phone, **values)
    other = make.organisation("Les voisins de Vitry (asso)", phone=phone)
    make.organisation("Secours nautique", phone="+33145670002")
    return one, other


def found(kind: str = "organisation", at: datetime = NOON) -> int:
    return look_for_duplicates(kind=kind, at=at)


def ends() -> set[tuple[int, int]]:
    return set(Pair.objects.open().values_list("left", "right"))


def test_two_that_look_alike_wait_once_with_their_reasons_in_words():
    one, other = twins()
    assert (found(), found(at=LATER)) == (1, 0)
    pair = Pair.objects.get()
    assert (pair.left, pair.right, pair.found_at) == (one.pk, other.pk, NOON)
    reasons = [(str(one.text), str(one.strength), one.is_for) for one in told(pair.reasons)]
    assert reasons == [("same name", "strongly for", True), ("same phone number", "strongly for", True)]


def test_every_reason_of_the_engine_has_its_words():
    known = {(one.field, level.code) for kind in COMPARISONS.values() for one in kind for level in one.levels}
    assert known - set(REASONS) == set()


def test_what_is_not_the_same_is_remembered_until_somebody_asks_again():
    twins()
    found()
    pair = Pair.objects.get()
    set_apart(pair=pair, by=somebody(), at=NOON)
    assert (found(at=LATER), ends()) == (0, set())
    ask_again(pair=pair)
    assert ends() == {(pair.left, pair.right)}


def test_what_is_not_the_same_as_one_is_not_the_same_as_what_that_one_was_merged_into():
    one, other = twins()
    third = make.organisation("Voisins de Vitry", phone="+33145670001")
    found()
    set_apart(pair=Pair.objects.get(left=other.pk, right=third.pk), by=somebody(), at=NOON)
    merge(kept=one, gone=other, by=somebody(), at=NOON)
    found(at=LATER)
    assert ends() == set()


def test_a_pair_whose_records_are_no_longer_alike_waits_no_more():
    _one, other = twins()
    found()
    Organisation.objects.filter(pk=other.pk).update(name="Cirque d’hiver", phone="")
    found(at=LATER)
    assert not Pair.objects.exists()


def test_an_open_pair_is_told_anew():
    one, other = twins()
    found()
    before = Pair.objects.get().probability
    Organisation.objects.filter(pk__in=[one.pk, other.pk]).update(email="voisins@example.org")
    assert found(at=LATER) == 0
    pair = Pair.objects.get()
    assert pair.probability > before
    assert ("online", "same") in {(reason["field"], reason["level"]) for reason in pair.reasons}


def test_a_merged_record_waits_in_no_pair_until_the_merge_is_undone():
    one, other = twins()
    third = make.organisation("Voisins de Vitry", phone="+33145670001")
    found()
    assert len(ends()) == 3
    done = merge(kept=one, gone=other, by=somebody(), at=NOON)
    assert ends() == {(one.pk, third.pk)}
    undo_merge(merge=done, by=somebody(), at=LATER)
    assert len(ends()) == 3


def test_what_a_source_says_may_be_the_same_waits_too():
    one, other = make.organisation("Femmes relais"), make.organisation("Médiatrices de Champigny")
    Relation.objects.create(origin=other, kind=RelationKind.MAYBE_SAME_AS, target=one)
    Relation.objects.create(origin=one, kind=RelationKind.MAYBE_SAME_AS, target=other)
    assert found() == 1
    assert str(told(Pair.objects.get().reasons)[0].text) == "a source says that they may be the same"


def test_services_are_compared_too_but_not_closed_ones():
    organisation = make.organisation("Les Voisins")
    twin = make.organisation("Les voisins (association)")
    values = {"phone": "+33145670001", "themes": ["lecture-ecriture-calcul--maitriser-le-francais"]}
    make.service("Cours de français pour adultes", of=organisation, **values)
    closed = make.service("Cours de français pour les adultes", of=twin, **values)
    assert found("service") == 1
    set_state(service=closed, state=ServiceState.CLOSED)
    found("service", at=LATER)
    assert not Pair.objects.exists()


def test_two_services_of_one_organisation_that_share_its_address_and_phone_are_not_one():
    voisins = make.organisation("Les Voisins")
    door = {"phone": "+33145670001", "website": "https://voisins.example.org/", "places": [{"address": "1 rue Verte"}]}
    for name, theme in (("Cours de français", "maitriser-le-francais"), ("Aide alimentaire", "aide-alimentaire")):
        make.service(name, of=voisins, themes=[theme], **door)
    assert found("service") == 0


def test_one_search_at_a_time_and_every_process_sees_how_far_it_is(transactional_db):
    twins()
    seen: list[Any] = []
    refused: list[Any] = []

    def look_elsewhere() -> None:
        try:
            seen.extend(running())
            with transaction.atomic():
                found()
        except AlreadySearching as error:
            refused.append(error)
        finally:
            connection.close()

    def report(done: int) -> None:
        if done == 2:
            other = threading.Thread(target=look_elsewhere)
            other.start()
            other.join(30)

    look_for_duplicates(kind="organisation", at=NOON, report=report)
    assert [(search.kind, search.total) for search in seen] == [("organisation", 3)]
    assert len(refused) == 1
    assert running() == []


def test_a_long_search_goes_on_in_the_background(transactional_db):
    twins()
    background.look_later("organisation")
    end = time.monotonic() + 60
    while any(thread.name == "duplicates-organisation" for thread in threading.enumerate()):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert Pair.objects.count() == 1


def test_a_search_that_fails_saves_nothing_and_can_be_begun_again(transactional_db, caplog, monkeypatch):
    twins()

    def broken(*_arguments: Any) -> None:
        raise RuntimeError("no")

    with monkeypatch.context() as patch:
        patch.setattr(verbs, "_write", broken)
        with pytest.raises(RuntimeError):
            found()
    assert found() == 1


def test_the_command_says_how_many_wait(capsys):
    twins()
    call_command("find_duplicates", "--kind", "organisation")
    assert "3 compared, 1 new pairs" in capsys.readouterr().out


# At entry


def test_one_is_told_what_looks_like_what_one_is_about_to_add():
    one, _other = twins()
    area = make.area("Vitry-sur-Seine", code="99081")
    values = {"name": "Les Voisins de Vitry", "phone": "+33145670001", "area": f"insee-commune:{area.code}"}
    first, _second = similar_to(values, "organisation")
    assert first.record in twins_of(one)
    assert "same phone number" in [str(reason.text) for reason in first.reasons]
    assert similar_to({"name": "Cirque d’hiver", "phone": "+33145679999"}, "organisation") == []


def twins_of(one: Organisation) -> set[Organisation]:
    return set(Organisation.objects.filter(phone=one.phone))


def test_a_new_service_is_compared_with_those_of_its_organisation():
    service = make.service("Cours de français pour adultes", themes=["fle"])
    values = {"name": make.words("Cours de français pour les adultes").stored(), "themes": ["fle"]}
    (candidate,) = similar_to(values, "service", of=service.organisation)
    assert candidate.record == service


# A list of 500 associations, and the same from elsewhere


WORDS = [
    "accueil",
    "alizé",
    "arbre",
    "atelier",
    "boussole",
    "cercle",
    "colibri",
    "étoile",
    "graine",
    "horizon",
    "jardin",
    "lien",
    "lumière",
    "mosaïque",
    "océan",
    "palabre",
    "partage",
    "phare",
    "pont",
    "racines",
    "rivage",
    "rosier",
    "sentier",
    "soleil",
    "tremplin",
    "voile",
]
PEOPLE = [
    "Aubrac",
    "Baker",
    "Césaire",
    "Curie",
    "Éluard",
    "Fanon",
    "Hugo",
    "Jaurès",
    "Michel",
    "Moulin",
    "Neruda",
    "Péri",
    "Rolland",
    "Sand",
    "Tillion",
    "Zola",
]
STREETS = ["Verte", "Bleue", "des Lilas", "du Port", "de la Gare", "du Moulin", "des Écoles", "Pasteur", "Voltaire"]
TOWNS = ["Vitry-sur-Seine", "Ivry-sur-Seine", "Créteil", "Champigny-sur-Marne", "Villejuif", "Choisy-le-Roi"]


def names(rng: random.Random, count: int) -> list[str]:
    every = [f"{one} {two} {person}" for one, two in combinations(WORDS, 2) for person in PEOPLE]
    return [f"Association {name}" for name in rng.sample(every, count)]


def otherwise(name: str, rng: random.Random) -> str:
    """The name as another list writes it."""
    bare = name.removeprefix("Association ")
    at = rng.randrange(2, len(bare) - 1)
    return rng.choice([bare, bare.upper(), f"{bare} (asso)", f"Asso. {bare}", bare[:at] + bare[at + 1 :]])


def two_lists(rng: random.Random, areas: list[Area]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """An association as each of the two lists tells it; a quarter changed their phone, a fifth their address."""
    for number, name in enumerate(names(rng, 500)):
        one = {
            "name": name,
            "phone": f"+3314567{number:04}",
            "email": f"contact@asso{number}.example",
            "area": rng.choice(areas),
            "address": f"{rng.randrange(1, 150)} rue {rng.choice(STREETS)}",
            "siret": f"{number:014}",
        }
        other = {**one, "name": otherwise(name, rng), "siret": ""}
        if rng.random() < 0.25:
            other["phone"] = f"+3314568{number:04}"
        if rng.random() < 0.2:
            other |= {"address": f"{rng.randrange(1, 150)} avenue {rng.choice(PEOPLE)}", "area": rng.choice(areas)}
        if rng.random() < 0.3:
            other["email"] = ""
        yield one, other


def test_a_list_of_500_associations_that_came_twice_is_found_again():
    rng = random.Random(94)
    areas = [make.area(town) for town in TOWNS]
    twice = list(two_lists(rng, areas))
    rows = [row for pair in twice for row in pair]
    made = Organisation.objects.bulk_create(
        Organisation(
            key=f"o-{number}",
            kind=OrganisationKind.ASSOCIATION,
            sort_key=fold(row["name"]),
            observed_on=date(2026, 1, 1),
            **{name: row[name] for name in ("name", "phone", "email", "area")},
        )
        for number, row in enumerate(rows)
    )
    Place.objects.bulk_create(
        Place(organisation=one, match_key="main", address=row["address"], area=row["area"], is_main=True)
        for one, row in zip(made, rows, strict=True)
    )
    Identifier.objects.bulk_create(
        Identifier(organisation=one, scheme="siret", value=row["siret"])
        for one, row in zip(made, rows, strict=True)
        if row["siret"]
    )
    planted = {(one.pk, other.pk) for one, other in zip(made[::2], made[1::2], strict=True)}
    found()
    waiting = ends()
    right = len(waiting & planted)
    assert (round(right / len(planted), 3), round(right / len(waiting), 3)) == (1.0, 1.0)
    assert set(Pair.objects.values_list("state", flat=True)) == {PairState.OPEN}
