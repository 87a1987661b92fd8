"""What counts as an answer: complete responses, in the state that the form gave them, of whatever version."""

import pytest
from django.utils import timezone

from parcours.engines.tabulation import one_way
from parcours.survey.choices import Progress
from parcours.survey.columns import Columns, labels
from parcours.survey.models import Response
from parcours.survey.tests import answered as make

pytestmark = pytest.mark.django_db


def test_started_and_withdrawn_answers_count_nowhere():
    wave = make.wave()
    make.answer(wave, kind="club")
    make.respond(wave, {"kind": "city"}, progress=Progress.STARTED)
    gone = make.answer(wave, kind="city")
    Response.objects.filter(pk=gone.pk).update(
        progress=Progress.WITHDRAWN, answers={}, states={}, organisation=None, withdrawn_at=timezone.now()
    )
    assert len(Columns.of(wave)) == 1
    assert one_way(Columns.of(wave).column("kind")).counts == (1, 0, 0)


def test_the_five_states_are_told_apart_for_each_kind_of_question():
    wave = make.wave()
    make.answer(wave, kind="club", work__people=4, work__axes=["none"])
    make.answer(wave, kind="dont_know", work__axes=["rights", "memory"])
    make.answer(wave, kind="city")
    columns = Columns.of(wave)
    states = {path: columns.column(path).states.tobytes().decode() for path in ("kind", "work/axes", "work/people")}
    assert states == {"kind": "ada", "work/axes": "nau", "work/people": "ahh"}


def test_a_repeat_has_a_row_for_each_thing_told_and_knows_who_told_it():
    wave = make.wave()
    make.answer(wave, kind="club", actions=[{"theme": "french"}, {"title": "Bail"}])
    make.answer(wave, kind="club", actions=[])
    make.answer(wave, kind="club", actions=[{"theme": "housing"}])
    column = Columns.of(wave).column("actions/theme")
    assert (column.states.tobytes().decode(), column.unit, list(column.owners)) == ("aua", "actions", [0, 0, 2])
    assert one_way(column).counts == (1, 1)


def test_answers_to_an_older_wording_are_counted_with_its_choices_and_what_it_did_not_ask_was_not_shown():
    old = make.version(
        [make.question("select_one kind", "kind")], make.choices("kind", club="Association", union="Syndicat")
    )
    wave = make.wave(of=make.version(of=old.questionnaire, number=2))
    make.answer(wave, kind="club")
    Response.objects.filter(pk=make.answer(wave, kind="club").pk).update(
        version=old, answers={"kind": "union"}, states={"kind": "a"}
    )
    columns = Columns.of(wave)
    column = columns.column("kind")
    assert column.choices == ("club", "city", "school", "union")
    assert labels(columns.questions["kind"], column)["union"]["fr"] == "Syndicat"
    assert columns.column("work/need").states.tobytes() == b"uh"


def test_a_code_that_no_form_offers_is_shown_rather_than_lost():
    wave = make.wave()
    Response.objects.filter(pk=make.answer(wave, kind="club").pk).update(answers={"kind": "guild"})
    assert Columns.of(wave).column("kind").choices[-1] == "guild"


def test_an_answer_that_holds_nothing_was_not_given():
    wave = make.wave()
    Response.objects.filter(pk=make.answer(wave, kind="club").pk).update(
        answers={"kind": None, "work/people": "many", "work/axes": []},
        states={"kind": "a", "work/people": "a", "work/axes": "a"},
    )
    columns = Columns.of(wave)
    assert [columns.column(path).states.tobytes() for path in ("kind", "work/people", "work/axes")] == [b"u"] * 3
