"""The demo's survey: a form that Kobo takes too, and invented answers that give the totals that the plan prints."""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import yaml

from parcours.delivery.models import Edition
from parcours.engines.questionnaire.reading import read_form
from parcours.feedback.choices import Moment
from parcours.feedback.results import moved
from parcours.packs.load import load_pack
from parcours.packs.survey import sheets_of
from parcours.plan.models import QuotedFigure
from parcours.survey.models import Ask, Candidate, Questionnaire, Response, Tie, Version, Wave
from parcours.survey.told import check_fields

TOLD = yaml.safe_load((Path(__file__).parents[3] / "territories/val-de-marne/survey.yaml").read_text(encoding="utf-8"))


def test_the_form_has_no_error_and_fills_known_facts():
    reading = read_form(sheets_of(TOLD))
    assert reading.errors == []
    assert check_fields(reading.form) == []
    assert list(reading.form.languages) == ["fr", "en", "ar"]
    assert all(set(question.label) == {"fr", "en", "ar"} for question in reading.form.questions() if question.label)


def test_the_answers_give_the_totals_that_the_plan_prints(demo: Any):
    printed = {figure.key: figure for figure in QuotedFigure.objects.all()}
    responses = list(Response.objects.complete().filter(wave__key="acteurs-2018"))
    assert len(responses) == int(printed["survey.respondents"].value)
    for total in TOLD["totals"]:
        path, figure = total["question"], printed[total["key"]]
        answered = [each.answers[path] for each in responses if each.states[path] in ("a", "n")]
        n = sum(total["choice"] in (value if isinstance(value, list) else [value]) for value in answered)
        assert (n, len(answered)) == (total["n"], total["base"]), path
        places = Decimal(figure.printed.split()[0].rstrip("%").replace(",", "."))
        assert (Decimal(100 * n) / len(answered)).quantize(places, ROUND_HALF_UP) == figure.value, path


def test_everything_invented_is_labelled_and_nobody_real_is_given_answers(demo: Any):
    assert set(Wave.objects.values_list("is_invented", flat=True)) == {True}
    assert set(
        Response.objects.filter(wave__asks_people=False).values_list("is_invented", "organisation__is_invented")
    ) == {(True, True)}
    assert set(Ask.objects.values_list("organisation__is_invented", flat=True)) == {True}
    assert set(Tie.objects.values_list("is_invented", flat=True)) == {True}
    assert set(Candidate.objects.values_list("is_invented", flat=True)) == {True}
    assert not Questionnaire.objects.filter(is_invented=True).exists()


def test_the_second_wave_is_alive(demo: Any):
    wave = Wave.objects.get(key="acteurs-2026")
    assert wave.responses.complete().count() == 21
    assert wave.responses.to_review().count() == 12
    assert wave.candidates.open().count() == len(TOLD["candidates"])
    assert wave.asks.unanswered().count() == 25


def test_no_answer_is_at_fault(demo: Any):
    faults = {
        (response.key, path)
        for response in Response.objects.select_related("version")
        for path, value in response.answers.items()
        if response.states.get(path) == "h" and value
    }
    assert faults == set()
    assert not Version.objects.drafts().exists()


def test_loading_it_again_adds_nothing(demo: Any):
    before = [model.objects.count() for model in (Wave, Response, Tie, Candidate, Ask)]
    load_pack(folder=Path(__file__).parents[3] / "territories/val-de-marne", report=lambda part, number: None)
    assert [model.objects.count() for model in (Wave, Response, Tie, Candidate, Ask)] == before


def test_participants_of_past_cycles_are_compared_with_themselves(demo: Any):
    edition = Edition.objects.get(key="migrapass-2017-1")
    before, after = (edition.evaluations.get(moment=moment).wave for moment in Moment)
    assert (before.responses.complete().count(), after.responses.complete().count()) == (12, 8)
    for one in moved([before], [after], k=1):
        assert 0 < one.base <= 8
    assert {one.is_invented for one in (before, after)} == {True}
