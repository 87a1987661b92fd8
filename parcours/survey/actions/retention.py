"""What is not kept: words, two years after a wave."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from parcours.engines.questionnaire.answers import Answers
from parcours.survey.models import Response

WORDS_KEPT = timedelta(days=2 * 365)
COUNTED = {"integer", "decimal", "date", "time", "one", "many", "acknowledge"}


@transaction.atomic
def forget_words(*, on: date) -> int:
    """Erase what was written in words two years after a wave has ended; choices and numbers, which are counted, stay.

    Gives how many responses were changed.
    """
    changed = 0
    old = Response.objects.filter(wave__closes_on__lt=on - WORDS_KEPT).exclude(answers={}).order_by("pk")
    for response in old.select_related("version").select_for_update(of=("self",)).iterator(chunk_size=500):
        counted = {one.path for one in response.version.form.questions() if one.kind in COUNTED}
        kept = _counted(response.answers, counted)
        if kept != response.answers:
            response.answers = kept
            response.codings.all().delete()
            response.save(update_fields=["answers"])
            changed += 1
    return changed


def _counted(answers: Answers, paths: set[str]) -> Answers:
    """What of the answers is no text; the rows of a repeat stay as many as they were."""
    return {
        path: [_row(path, row, paths) for row in value] if _is_repeat(value) else value
        for path, value in answers.items()
        if path in paths or _is_repeat(value)
    }


def _row(repeat: str, row: Answers, paths: set[str]) -> Answers:
    return {key: value for key, value in row.items() if f"{repeat}/{key}" in paths}


def _is_repeat(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)
