"""Words go two years after a wave; what is counted stays."""

from datetime import date
from typing import Any

import pytest

from parcours.survey.actions.retention import forget_words
from parcours.survey.models import Response
from parcours.survey.tests import cast
from parcours.survey.tests.cast import NOON


@pytest.fixture
def response(db: None) -> Response:
    wave = cast.wave(opens_on=date(2024, 1, 1), closes_on=date(2024, 3, 1))
    answers: dict[str, Any] = {
        "you/name": "Les Voisins",
        "work/axes": ["rights"],
        "work/people": 12,
        "actions": [{"title": "Cours de français", "reach": 40}],
    }
    return Response.objects.create(
        wave=wave,
        version=wave.version,
        key="r1",
        answers=answers,
        states={"you/name": "a"},
        started_at=NOON,
        saved_at=NOON,
    )


def test_words_are_erased_after_two_years_and_counts_stay(response: Response) -> None:
    assert forget_words(on=date(2026, 2, 28)) == 0
    assert forget_words(on=date(2026, 4, 1)) == 1
    response.refresh_from_db()
    assert (response.answers, response.states) == (
        {"work/axes": ["rights"], "work/people": 12, "actions": [{"reach": 40}]},
        {"you/name": "a"},
    )
    assert forget_words(on=date(2026, 4, 1)) == 0
