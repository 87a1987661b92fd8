"""Rounds, the stop rule and coverage, counted by hand."""

import pytest
from django.utils.translation import override

from parcours.directory.tests import factories as make
from parcours.survey.actions.candidates import know, leave_out
from parcours.survey.models import Candidate
from parcours.survey.snowball import Round, never_asked, snowball_of
from parcours.survey.tests import register_cast as cast
from parcours.survey.tests.register_cast import LATER
from parcours.survey.wording import estimates_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return cast.coordinator()


def naming(office, wave, origin, circle, *partners):
    """An organisation of a circle answers and names others of the directory, or candidates by their names."""
    told = [{"name": str(one)} for one in partners]
    response = cast.answered(origin, by=wave, circle=circle, partners=told)
    keys = ["" if isinstance(one, str) else f"known:{one.key}" for one in partners]
    cast.accepted(response, office, only={f"partner/partners.{n}": key for n, key in enumerate(keys)})


def test_a_wave_that_nobody_answered_has_not_begun():
    found = snowball_of(cast.wave())
    assert (found.rounds, found.stop.reason, found.by_lists, found.by_namings) == ([], "not_begun", None, None)


def test_each_circle_counts_the_names_that_nobody_knew_before(office):
    wave = cast.wave()
    a, b, c, d = (make.organisation(name) for name in "ABCD")
    silent = make.organisation("Silent")
    cast.asked(silent, by=wave)
    naming(office, wave, a, 1, b, c, "New")
    naming(office, wave, b, 1, a, c)
    naming(office, wave, c, 2, a, d, "New")
    found = snowball_of(wave)
    # the first circle names a, b (both asked in it), c and New; the second a, d and New, of which only d is new
    assert found.rounds == [
        Round(1, asked=3, answered=2, named=4, new=2),
        Round(2, asked=1, answered=1, named=3, new=1),
    ]
    assert (found.stop.stop, found.stop.reason) == (False, "still_new")
    assert [one.name for one in never_asked(wave)] == ["D"]


def test_it_stops_with_a_circle_that_names_hardly_anybody_new_or_after_the_last(office):
    wave = cast.wave(new_names_floor=40)
    a, b, c = (make.organisation(name) for name in "ABC")
    naming(office, wave, a, 1, b)
    naming(office, wave, b, 2, a, "New", c)
    assert snowball_of(wave).stop.reason == "still_new"
    naming(office, wave, c, 3, a, b)
    assert snowball_of(wave).stop.reason == "few_new"
    wave.new_names_floor = 0
    assert snowball_of(wave).stop.reason == "last_circle"


def test_coverage_compares_what_was_known_with_what_was_named(office):
    wave = cast.wave()
    known = [make.organisation() for _n in range(9)]
    naming(office, wave, known[0], 1, known[1], known[2], "X", "Y")
    naming(office, wave, known[3], 1, known[1], known[4], "X")
    found = snowball_of(wave)
    # 9 known, 5 named, 3 of them known: Chapman (10 × 6) / 4 − 1; named once 3, twice 2: Chao 5 + 9 / 4
    assert (found.known, found.named, found.both, found.once) == (9, 5, 3, 3)
    assert (found.by_lists.total, found.by_namings.total) == (14, 7.25)
    with override("en"):
        lists, namings = estimates_of(wave, found)
    assert (lists.figure.value, namings.figure.value) == (14, 7)
    # variance 10·6·6·2 / (4²·5) = 9, so 3 unseen, divided and multiplied by exp(1.96 √ln 2) = 5.1
    assert lists.interval.startswith("Between 12 and 26")


def test_a_candidate_counts_as_what_it_was_decided_to_be_and_not_at_all_when_it_was_left_out(office):
    wave = cast.wave()
    a, b, c = (make.organisation(name) for name in "ABC")
    naming(office, wave, a, 1, c, "See", "Nobody")
    naming(office, wave, b, 1, "See")
    assert snowball_of(wave).named == 3
    know(candidate=Candidate.objects.get(name="See"), organisation=c, by=office, at=LATER)
    leave_out(candidate=Candidate.objects.get(name="Nobody"), reason="A person", by=office, at=LATER)
    found = snowball_of(wave)
    assert (found.named, found.once, found.both) == (1, 0, 1)
