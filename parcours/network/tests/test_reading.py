"""What the network is read from: who named whom in which round, who was silent, what the plan tells."""

import pytest

from parcours.network.choices import ALL, SAID, Kind
from parcours.network.reading import Reading, read
from parcours.network.tests.cast import HIDDEN, answer, ask, make_wave, steer
from parcours.plan.tests import factories as make
from parcours.survey.choices import CandidateState, TieKind
from parcours.survey.models import Candidate, Tie

pytestmark = pytest.mark.django_db


def named(reading: Reading) -> set[tuple[str, str]]:
    return {(reading.actors[t.origin].name, reading.actors[t.target].name) for t in reading.network.ties}


def test_a_round_holds_those_asked_and_those_named_and_knows_who_was_silent():
    wave = make_wave()
    one, other, third = (make.make_organisation(name) for name in ("Un", "Deux", "Trois"))
    ask(wave, one), ask(wave, other, 2)
    answer(wave, one, other, third)
    reading = read(wave="2026")
    assert [actor.name for actor in reading.actors.values()] == ["Deux", "Trois", "Un"]
    assert named(reading) == {("Un", "Deux"), ("Un", "Trois")}
    assert {actor.name: actor.answered for actor in reading.actors.values()} == {
        "Un": True,
        "Deux": False,
        "Trois": False,
    }
    assert {actor.name: actor.circle for actor in reading.actors.values()} == {"Un": 1, "Deux": 2, "Trois": None}
    assert {reading.actors[pk].name for pk in reading.unasked} == {"Trois"}


def test_an_answer_that_nobody_has_reviewed_is_not_silence_turned_into_no_tie():
    wave = make_wave()
    one = make.make_organisation()
    response = answer(wave, one)
    assert read().actors[one.pk].answered
    response.reviewed_at = None
    response.save()
    ask(wave, one)
    assert not read().actors[one.pk].answered


def test_the_latest_answer_of_each_stands_unless_another_round_is_asked_for():
    first, second = make_wave("2018"), make_wave("2026")
    one, other, third = (make.make_organisation(name) for name in ("Un", "Deux", "Trois"))
    answer(first, one, other)
    answer(second, one, third)
    answer(first, other, one)
    assert named(read()) == {("Un", "Trois"), ("Deux", "Un")}
    assert named(read(wave="2018")) == {("Un", "Deux"), ("Deux", "Un")}
    assert named(read(wave=ALL)) == {("Un", "Deux"), ("Un", "Trois"), ("Deux", "Un")}


def test_a_later_answer_that_names_nobody_ends_the_ties_of_an_earlier_one():
    first, second = make_wave("2018"), make_wave("2026")
    one, other = make.make_organisation(), make.make_organisation()
    answer(first, one, other)
    answer(second, one)
    assert named(read()) == set()


def test_a_tie_noted_by_hand_belongs_to_no_round_and_to_the_latest():
    wave = make_wave()
    one, other = make.make_organisation("Un"), make.make_organisation("Deux")
    Tie.objects.create(origin=one, target=other, said_on=wave.opens_on)
    assert named(read()) == named(read(wave=ALL)) == {("Un", "Deux")}
    assert named(read(wave="2026")) == set()


@pytest.mark.parametrize(
    ("told", "kind"), [(TieKind.FUNDED_BY, Kind.FUNDS), (TieKind.HOSTED_BY, Kind.HOSTS), (TieKind.NAMED, Kind.NAMED)]
)
def test_a_tie_is_of_one_kind_from_whichever_end_it_is_told(told, kind):
    wave = make_wave()
    one, other = make.make_organisation("Un"), make.make_organisation("Deux")
    answer(wave, one, other, kind=told)
    reading = read()
    assert [tie.kind for tie in reading.network.ties] == [kind]
    assert named(reading) == {("Un", "Deux")}


def test_a_merged_organisation_is_the_one_it_was_merged_into():
    wave = make_wave()
    one, kept = make.make_organisation("Un"), make.make_organisation("Deux")
    again = make.make_organisation("Deux bis", merged_into=kept)
    answer(wave, one, kept, again)
    answer(wave, kept, again)
    assert named(read()) == {("Un", "Deux")}


def test_a_candidate_that_was_decided_is_an_organisation_and_an_open_one_is_a_stranger():
    wave = make_wave()
    one, other = make.make_organisation("Un"), make.make_organisation("Deux")
    response = answer(wave, one)
    for name, state, organisation in (("A", CandidateState.KNOWN, other), ("B", CandidateState.OPEN, None)):
        at = response.saved_at
        found = {"found_at": at, "decided_at": at if organisation else None, "organisation": organisation}
        candidate = Candidate.objects.create(wave=wave, name=name, match_key=name, state=state, **found)
        Tie.objects.create(origin=one, candidate=candidate, wave=wave, response=response, said_on=wave.opens_on)
    reading = read()
    assert named(reading) == {("Un", "Deux")}
    assert reading.strangers == 1


def test_what_the_plan_tells_is_another_kind_and_is_left_out_unless_asked_for():
    plan = make.make_plan()
    make.make_axis(plan, "rights")
    make.make_organisation("Pilote", key="pilote")
    partner = make.make_organisation("Partenaire")
    idea = make.make_idea(plan, lead="pilote")
    action = make.make_action(plan, lead="pilote", axis="rights")
    for each in (idea, action):
        each.partners.create(organisation=partner)
    assert named(read()) == set()
    reading = read(kinds=(*SAID, Kind.ACTION))
    assert [tie.kind for tie in reading.network.ties] == [Kind.ACTION]
    assert named(reading) == {("Pilote", "Partenaire")}
    assert {actor.axis for actor in reading.actors.values()} == {"rights"}
    assert not reading.said.ties


def test_the_steering_group_is_the_core_and_its_seats_can_be_ties():
    plan, wave = make.make_plan(), make_wave()
    one, other, third = (make.make_organisation(name) for name in ("Un", "Deux", "Trois"))
    steer(plan, [one, other])
    ask(wave, third, 1)
    reading = read(kinds=(Kind.SEAT,))
    assert reading.core == {one.pk, other.pk}
    assert len(reading.network.ties) == 1
    plan.bodies.get().seats.all().delete()
    assert read().core == {third.pk}


def test_an_organisation_that_may_not_be_named_is_counted_and_nothing_of_it_is_there():
    wave = make_wave()
    one, other = make.make_organisation("Un"), make.make_organisation("Deux")
    hidden = make.make_organisation("Secrète", consent=HIDDEN)
    answer(wave, one, other)
    before = read()
    answer(wave, hidden, one, other)
    after = read()
    assert (after.actors, after.network.ties, after.left_out) == (before.actors, before.network.ties, 1)
    assert hidden.pk in read(everyone=True).actors


def test_a_commune_or_an_axis_keeps_its_organisations_and_all_they_are_tied_to():
    wave, area = make_wave(), make.make_area("Vitry")
    one = make.make_organisation("Un", area=area)
    other, third, fourth = (make.make_organisation(name) for name in ("Deux", "Trois", "Quatre"))
    answer(wave, one, other)
    answer(wave, other, third)
    answer(wave, fourth)
    reading = read().narrowed(area=area.slug)
    assert named(reading) == {("Un", "Deux")}


def test_reading_asks_as_often_for_a_hundred_as_for_three(django_assert_num_queries):
    wave = make_wave()
    few = [make.make_organisation(area=make.make_area()) for _ in range(3)]
    answer(wave, few[0], *few[1:])
    with django_assert_num_queries(16):
        read(kinds=tuple(Kind))
    for one in [make.make_organisation(area=make.make_area()) for _ in range(10)]:
        answer(wave, one, *few)
    with django_assert_num_queries(16):
        read(kinds=tuple(Kind))
