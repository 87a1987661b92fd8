"""Partners that nobody knew: decided, joined, taken back; and the circle in which each is asked."""

from datetime import date
from threading import Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import override

from parcours.directory.choices import PublicationConsent
from parcours.directory.models import Organisation
from parcours.directory.tests import factories as make
from parcours.kit.secret import secret_digest
from parcours.survey.actions.candidates import join, know, leave_out, note_candidate, reopen, separate, take_in
from parcours.survey.actions.snowball import ask_in_turn, forget_details
from parcours.survey.actions.ties import note_tie, remove_tie
from parcours.survey.choices import CandidateState, TieKind
from parcours.survey.links import secret_of
from parcours.survey.models import Ask, Candidate, Tie
from parcours.survey.tests import register_cast as cast
from parcours.survey.tests.register_cast import LATER

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


def named(office, wave, *names, by=None, circle=1, **details):
    """Candidates that one organisation of a circle names."""
    told = [{"name": name, **details} for name in names]
    cast.accepted(cast.answered(by or make.organisation(), by=wave, circle=circle, partners=told), office)
    return [wave.candidates.spelt(f"{name.lower()}|").get() for name in names]


def test_a_candidate_taken_in_is_not_public_and_is_asked_one_circle_further_out(office, wave):
    (candidate,) = named(office, wave, "Inconnue", circle=2, email="new@example.org")
    decided, ask = take_in(candidate=candidate, values={"name": "L’Inconnue", "email": "new@example.org"}, by=office,
                           at=LATER)  # fmt: skip
    organisation = Organisation.objects.get(source=wave.source)
    assert (decided.state, decided.organisation) == (CandidateState.ACCEPTED, organisation)
    assert (organisation.consent, organisation.kind) == (PublicationConsent.ASKED, "association")
    assert (ask.circle, ask.address, ask.sent_at) == (3, "new@example.org", None)
    assert ask.secret_digest == secret_digest(secret_of(ask))
    assert Tie.objects.between_known().get().reached_id == organisation.pk


def test_beyond_the_last_circle_nobody_is_asked(office, wave):
    (candidate,) = named(office, wave, "Inconnue", circle=3)
    assert take_in(candidate=candidate, values={"name": "Inconnue"}, by=office, at=LATER)[1] is None


def test_the_nearest_of_those_who_name_it_gives_its_circle(office, wave):
    named(office, wave, "Inconnue", circle=3)
    (candidate,) = named(office, wave, "Inconnue", circle=1)
    assert take_in(candidate=candidate, values={"name": "Inconnue"}, by=office, at=LATER)[1].circle == 2


def test_whoever_was_asked_already_stays_in_its_circle_and_nobody_is_asked_once_the_wave_has_ended(wave):
    ask = cast.asked(make.organisation(), by=wave, circle=1)
    assert ask_in_turn(wave=wave, organisation=ask.organisation, at=LATER) == ask
    wave.closes_on = date(2026, 11, 2)
    assert ask_in_turn(wave=wave, organisation=make.organisation(), at=LATER) is None


def test_a_decision_is_taken_back_with_the_organisation_and_the_invitation_that_it_made(office, wave):
    (candidate,) = named(office, wave, "Inconnue")
    decided, _ask = take_in(candidate=candidate, values={"name": "Inconnue"}, by=office, at=LATER)
    opened = reopen(candidate=decided)
    assert (opened.state, opened.organisation, opened.decided_at) == (CandidateState.OPEN, None, None)
    assert not Organisation.objects.filter(source=wave.source).exists()
    assert Ask.objects.count() == 1, "that of who named it"


@pytest.mark.parametrize("built", ["sent", "named", "service"])
def test_an_organisation_that_others_use_stays(office, wave, built):
    (candidate,) = named(office, wave, "Inconnue")
    decided, ask = take_in(candidate=candidate, values={"name": "Inconnue"}, by=office, at=LATER)
    if built == "sent":
        Ask.objects.filter(pk=ask.pk).update(sent_at=LATER)
    elif built == "named":
        kind = TieKind.FUNDS
        note_tie(origin=make.organisation(), target=decided.organisation, kind=kind, by=office, on=LATER.date())
    else:
        make.service(of=decided.organisation)
    with pytest.raises(ValidationError, match="is used elsewhere since"):
        reopen(candidate=decided)


def test_a_candidate_that_is_known_after_all_ties_those_who_named_it(office, wave):
    (candidate,) = named(office, wave, "Inconnue")
    known = make.organisation("L’Inconnue de Vitry")
    know(candidate=candidate, organisation=known, by=office, at=LATER)
    assert Tie.objects.between_known().get().reached_id == known.pk


def test_one_that_named_itself_under_another_name_is_not_tied_to_itself(office, wave):
    us = make.organisation("Les Voisins")
    (candidate,) = named(office, wave, "Voisinage", by=us)
    know(candidate=candidate, organisation=us, by=office, at=LATER)
    assert not Tie.objects.between_known().exists()


def test_leaving_out_asks_for_a_reason(office, wave):
    (candidate,) = named(office, wave, "Inconnue")
    with pytest.raises(ValidationError, match="Say why"):
        leave_out(candidate=candidate, reason=" ", by=office, at=LATER)
    assert leave_out(candidate=candidate, reason="A person", by=office, at=LATER).reason == "A person"


def test_a_candidate_without_a_name_is_refused(wave):
    with pytest.raises(ValidationError, match="without a name"):
        note_candidate(wave=wave, values={"email": "a@example.org"}, at=LATER)


def test_two_spellings_are_joined_and_whoever_names_either_names_both(office, wave):
    us = make.organisation("Us")
    short, long = named(office, wave, "MJC", "MJC de Vitry", by=us)
    kept = join(candidate=short, into=long)
    assert [*kept.ties.values_list("named_as", flat=True)] == ["MJC de Vitry"], "one organisation names it once"
    named(office, wave, "MJC")
    assert Candidate.objects.with_namings().get().namings == 2


def test_joined_spellings_are_separated_again_each_with_its_ties(office, wave):
    us, other = make.organisation("Us"), make.organisation("Other")
    short, long = named(office, wave, "MJC", "MJC de Vitry", by=us)
    named(office, wave, "MJC", by=other)
    kept = join(candidate=short, into=long)
    back = separate(candidate=kept, spelling="mjc|")
    namings = {one.name: sorted(one.ties.values_list("origin__name", "named_as")) for one in Candidate.objects.all()}
    assert namings == {"MJC": [("Other", "MJC"), ("Us", "MJC")], "MJC de Vitry": [("Us", "MJC de Vitry")]}
    with pytest.raises(ValidationError, match="separated them already"):
        separate(candidate=back, spelling="mjc|")


def test_a_candidate_is_not_joined_to_itself_nor_to_one_of_another_wave(office, wave):
    (candidate,) = named(office, wave, "MJC")
    (other,) = named(office, cast.wave(key="spring-2027"), "MJC")
    for into in (candidate, other):
        with pytest.raises(ValidationError, match="Choose another candidate"):
            join(candidate=candidate, into=into)


def test_a_tie_noted_by_hand_is_noted_once_and_taken_away(office, wave):
    one, other = make.organisation(), make.organisation()
    words = {"origin": one, "target": other, "kind": TieKind.HOSTS, "by": office, "on": LATER.date()}
    assert note_tie(**words) == note_tie(**words)
    with pytest.raises(ValidationError, match="no partner of itself"):
        note_tie(**words | {"target": one})
    remove_tie(tie=Tie.objects.get())
    named(office, wave, "Inconnue")
    with pytest.raises(ValidationError, match="A response says so"):
        remove_tie(tie=Tie.objects.get())


def test_how_candidates_are_reached_is_erased_a_year_after_the_wave(office, wave):
    named(office, wave, "Inconnue", email="a@example.org")
    assert forget_details(on=date(2027, 12, 31)) == 0
    assert forget_details(on=date(2028, 1, 1)) == 1
    assert Candidate.objects.get().details == {}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_on_a_candidate_at_once_one_is_told(office, wave):
    (candidate,) = named(office, wave, "Inconnue")
    ends: list[str] = []

    def decide(number):
        try:
            if number:
                take_in(candidate=candidate, values={"name": "Inconnue"}, by=office, at=LATER)
            else:
                leave_out(candidate=candidate, reason="A person", by=office, at=LATER)
            ends.append("decided")
        except ValidationError as error:
            ends.extend(error.messages)
        finally:
            connection.close()

    with override("en"):
        threads = [Thread(target=decide, args=[number]) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(ends) == 2
    assert ends.count("decided") == 1
    assert Organisation.objects.filter(source=wave.source).count() == Candidate.objects.filter(state="accepted").count()
