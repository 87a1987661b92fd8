"""From an answer to the register, and back."""

from threading import Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import override

from parcours.directory.actions.records import change_by_hand
from parcours.directory.choices import PublicationConsent, SourceKind
from parcours.directory.models import Organisation, SourceRecord
from parcours.directory.tests import factories as make
from parcours.survey.actions.candidates import leave_out
from parcours.survey.actions.register import (
    ReviewedMeanwhile,
    accept_review,
    forget_response,
    identify,
    set_free,
    undo_review,
)
from parcours.survey.models import Candidate, Response, Tie
from parcours.survey.receivers import NEW
from parcours.survey.reviewing import LEAVE
from parcours.survey.tests import register_cast as cast
from parcours.survey.tests.register_cast import LATER, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def office():
    return cast.coordinator()


@pytest.fixture
def wave():
    return cast.wave()


@pytest.fixture
def us():
    return make.organisation("Les Voisins", phone="+33140000001")


def ties():
    return sorted(Tie.objects.values_list("origin__name", "kind", "target__name", "candidate__name"), key=str)


def test_a_fact_is_taken_with_the_survey_as_its_source(office, wave, us):
    response = cast.answered(us, by=wave, phone="01 45 67 89 01", email="us@example.org")
    assert cast.review_of(response).open == ["phone", "email"]
    done = cast.accepted(response, office, facts=["phone"])
    us.refresh_from_db()
    assert (us.phone, us.email) == ("+33145678901", "")
    record = SourceRecord.objects.get(source=wave.source)
    assert (record.external_id, record.values, record.observed_on) == (response.key, {"phone": us.phone}, NOON.date())
    assert (done.reviewed_by, done.reviewed_at) == (office, LATER)
    assert not Response.objects.to_review().exists()


def test_what_is_told_again_adds_its_source_and_changes_nothing(office, wave, us):
    response = cast.answered(us, by=wave, phone="0140000001")
    review = cast.review_of(response)
    assert (review.same, review.open, review.is_done) == (["phone"], [], True)
    cast.accepted(response, office)
    assert SourceRecord.objects.get(source=wave.source).values == {"phone": "+33140000001"}


def test_a_description_keeps_its_other_languages(office, wave):
    us = make.organisation("Les Voisins", description=make.words("Nous accueillons.", "We welcome."))
    cast.accepted(cast.answered(us, by=wave, about="Nous accompagnons."), office)
    us.refresh_from_db()
    assert (us.description.text_in("fr"), us.description.text_in("en")) == ("Nous accompagnons.", "We welcome.")


def test_a_number_of_one_register_keeps_those_of_others(office, wave, us):
    us.identifiers.create(scheme="rna", value="W941000001")
    cast.accepted(cast.answered(us, by=wave, siret="732 829 320 00074"), office)
    assert list(us.identifiers.values_list("scheme", "value")) == [("rna", "W941000001"), ("siret", "73282932000074")]


def test_a_corrected_response_shows_only_what_changed(office, wave, us):
    partners = [{"name": "Emmaüs"}, {"name": "Cimade"}]
    response = cast.answered(us, by=wave, phone="01 45 67 89 01", email="us@example.org", partners=partners)
    cast.accepted(response, office, facts=["email"])
    corrected = cast.corrected(response, phone="01 45 67 89 01", email="new@example.org", partners=partners[1:])
    assert Response.objects.to_review().get() == corrected
    review = cast.review_of(corrected)
    assert (review.open, review.things, list(review.gone)) == (["email"], [], ["thing/0"])
    cast.accepted(corrected, office, at=LATER.replace(hour=20))
    us.refresh_from_db()
    assert (us.email, [*Candidate.objects.values_list("name", flat=True)]) == ("new@example.org", ["Cimade"])
    assert not Response.objects.to_review().exists()


def test_what_is_told_no_longer_may_be_kept_and_is_not_asked_again(office, wave, us):
    response = cast.answered(us, by=wave, email="us@example.org", partners=[{"name": "Emmaüs"}])
    cast.accepted(response, office)
    cast.accepted(cast.corrected(response), office, gone=[])
    us.refresh_from_db()
    assert us.email == "us@example.org"
    assert Tie.objects.count() == 1
    assert cast.review_of(response).is_done


def test_a_fact_that_is_told_no_longer_gives_way_to_what_other_sources_say(office, wave, us):
    response = cast.answered(us, by=wave, phone="01 45 67 89 01")
    cast.accepted(response, office)
    cast.accepted(cast.corrected(response), office)
    us.refresh_from_db()
    assert us.phone == "+33140000001"
    assert not SourceRecord.objects.filter(source=wave.source).exists()


def test_partners_become_ties_of_the_kinds_that_were_said(office, wave, us):
    known = make.organisation("Emmaüs")
    told = [{"name": "Emmaus", "tie": ["funds", "works_with"]}, {"name": "Inconnue"}, {"name": "Personne"}]
    response = cast.answered(us, by=wave, partners=told)
    things = {"partner/partners.0": f"known:{known.key}", "partner/partners.1": NEW, "partner/partners.2": LEAVE}
    cast.accepted(response, office, only=things)
    assert ties() == [
        ("Les Voisins", "funds", "Emmaüs", None),
        ("Les Voisins", "works-with", "Emmaüs", None),
        ("Les Voisins", "works-with", None, "Inconnue"),
    ]


def test_two_that_name_the_same_unknown_partner_name_one_candidate(office, wave, us):
    other = make.organisation("Autre")
    cast.accepted(cast.answered(us, by=wave, partners=[{"name": "L’Arbre à palabres"}]), office)
    told = [{"name": "L'ARBRE A PALABRES", "email": "arbre@example.org"}]
    cast.accepted(cast.answered(other, by=wave, partners=told), office)
    candidate = Candidate.objects.with_namings().get()
    assert (candidate.name, candidate.namings) == ("L’Arbre à palabres", 2)
    assert candidate.details["email"] == "arbre@example.org"


def test_a_naming_without_a_commune_means_the_only_candidate_of_its_name(office, wave):
    make.area("Vitry-sur-Seine", code="94081")
    told = [{"name": "MJC"}, {"name": "MJC", "town": "94081"}, {"name": "Foyer", "town": "94081"}]
    cast.accepted(cast.answered(make.organisation(), by=wave, partners=told), office)
    assert Candidate.objects.get(name="MJC").area.code == "94081"
    make.area("Créteil", code="94099", search_names=["creteil"])
    told = [{"name": "Foyer", "town": "home"}, {"name": "Foyer"}]
    cast.accepted(cast.answered(make.organisation(), by=wave, partners=told), office)
    # of two homes of one name, one that tells no commune could be either: it is a third
    assert Candidate.objects.filter(name="Foyer").count() == 3


def test_two_that_name_each_other_are_two_ties(office, wave, us):
    other = make.organisation("Autre")
    for one, partner in ((us, other), (other, us)):
        response = cast.answered(one, by=wave, partners=[{"name": partner.name}])
        cast.accepted(response, office, only={"partner/partners.0": f"known:{partner.key}"})
    assert ties() == [("Autre", "works-with", "Les Voisins", None), ("Les Voisins", "works-with", "Autre", None)]


def test_nobody_is_a_partner_of_itself(office, wave, us):
    response = cast.answered(us, by=wave, partners=[{"name": "Les Voisins"}])
    with pytest.raises(ValidationError, match="“Les Voisins” is no partner of itself"):
        cast.accepted(response, office, only={"partner/partners.0": f"known:{us.key}"})


def test_a_partner_without_a_name_becomes_no_candidate_and_nothing_is_half_done(office, wave, us):
    response = cast.answered(us, by=wave, phone="0145678901", partners=[{"email": "a@example.org"}])
    with pytest.raises(ValidationError, match="without a name"):
        cast.accepted(response, office)
    us.refresh_from_db()
    assert us.phone == "+33140000001"


def test_what_is_decided_of_some_things_leaves_the_others_open(office, wave, us):
    response = cast.answered(us, by=wave, partners=[{"name": "Emmaüs"}, {"name": "Cimade"}])
    done = cast.accepted(response, office, only={"partner/partners.1": NEW})
    assert done.reviewed_at is None
    assert [told.place for _subject, told in cast.review_of(response).things] == ["partners.0"]


def test_a_review_that_is_taken_back_leaves_everything_as_it_was(office, wave, us):
    response = cast.answered(us, by=wave, phone="0145678901", partners=[{"name": "Inconnue"}])
    cast.accepted(response, office)
    undo_review(response=response, by=office)
    us.refresh_from_db()
    response.refresh_from_db()
    assert us.phone == "+33140000001"
    assert not Tie.objects.exists()
    assert not Candidate.objects.exists()
    assert (response.review, response.reviewed_at, response.reviewed_by) == ({}, None, None)


def test_a_review_on_which_others_built_cannot_be_taken_back(office, wave, us):
    response = cast.answered(us, by=wave, partners=[{"name": "Inconnue"}])
    cast.accepted(response, office)
    leave_out(candidate=Candidate.objects.get(), reason="A person", by=office, at=LATER)
    with pytest.raises(ValidationError, match="was decided since"):
        undo_review(response=response, by=office)
    assert Tie.objects.count() == 1


def test_who_answered_by_the_open_link_is_matched(office, wave, us):
    ask = cast.asked(us, by=wave)
    response = identify(response=cast.answered(None, by=wave, name="Les voisins"), organisation=us, at=LATER)
    assert (response.organisation, response.ask) == (us, ask)
    assert set_free(response=response).organisation is None
    us.refresh_from_db()


def test_who_answered_by_the_open_link_may_be_new_and_is_not_public(office, wave):
    response = identify(response=cast.answered(None, by=wave, name="Les Voisins"), organisation=None, at=LATER)
    made = Organisation.objects.get(source=wave.source)
    assert (response.organisation, made.name, made.consent) == (made, "Les Voisins", PublicationConsent.ASKED)
    set_free(response=response)
    assert not Organisation.objects.filter(source=wave.source).exists()


def test_an_organisation_has_one_response_in_a_wave(office, wave, us):
    cast.answered(us, by=wave)
    with pytest.raises(ValidationError, match="has answered this survey already"):
        identify(response=cast.answered(None, by=wave, name="Les Voisins"), organisation=us, at=LATER)


def test_whoever_told_no_name_is_not_made_an_organisation(wave):
    with pytest.raises(ValidationError, match="It told no name"):
        identify(response=cast.answered(None, by=wave), organisation=None, at=LATER)


def test_a_review_read_before_somebody_changed_the_record_is_read_again(office, wave, us):
    response = cast.answered(us, by=wave, phone="0145678901")
    review = cast.review_of(response)
    change_by_hand(target=us, values={"phone": "+33140000009"}, by=SourceKind.OFFICE, at=NOON)
    with pytest.raises(ReviewedMeanwhile):
        accept_review(response=response, seen=review.token, facts=["phone"], things={}, by=office, at=LATER)


def test_a_withdrawn_response_takes_along_what_was_taken_of_it(office, wave, us):
    response = cast.answered(us, by=wave, partners=[{"name": "Inconnue"}], phone="0145678901")
    cast.accepted(response, office)
    response.refresh_from_db()
    forget_response(response=response)
    us.refresh_from_db()
    assert us.phone == "+33140000001"
    assert not Tie.objects.exists()
    assert not SourceRecord.objects.filter(source=wave.source).exists()
    response.answers, response.states, response.progress, response.withdrawn_at = {}, {}, "withdrawn", LATER
    response.save()


def test_an_organisation_that_only_a_withdrawn_answer_told_of_goes(office, wave):
    response = identify(response=cast.answered(None, by=wave, name="Les Voisins", phone="0145678901"),
                        organisation=None, at=LATER)  # fmt: skip
    cast.accepted(response, office)
    response.refresh_from_db()
    forget_response(response=response)
    assert not Organisation.objects.filter(source=wave.source).exists()


def test_what_was_taken_stays_after_a_withdrawal_where_the_coordinator_says_so(office, wave, us):
    response = cast.answered(us, by=wave, phone="0145678901")
    cast.accepted(response, office)
    forget_response(response=response, keep=True)
    us.refresh_from_db()
    assert us.phone == "+33145678901"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_the_same_response_at_once_one_is_told(office, wave, us):
    response = cast.answered(us, by=wave, phone="0145678901", partners=[{"name": "Inconnue"}])
    token = cast.review_of(response).token
    ends: list[str] = []

    def accept():
        try:
            things = {"partner/partners.0": NEW}
            accept_review(response=response, seen=token, facts=["phone"], things=things, by=office, at=LATER)
            ends.append("taken")
        except ReviewedMeanwhile:
            ends.append("told")
        finally:
            connection.close()

    threads = [Thread(target=accept) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["taken", "told"]
    assert (Tie.objects.count(), Candidate.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_reviews_at_once_that_name_one_partner_make_one_candidate(office, wave):
    responses = [
        cast.answered(make.organisation(), by=wave, partners=[{"name": "Inconnue"}, {"name": f"Autre {n}"}])
        for n in range(4)
    ]

    def accept(response):
        try:
            cast.accepted(response, office)
        finally:
            connection.close()

    threads = [Thread(target=accept, args=[response]) for response in responses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Candidate.objects.with_namings().get(name="Inconnue").namings == 4
    assert Candidate.objects.count() == 5
