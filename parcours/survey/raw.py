"""Every answer as it was given: one row a respondent, and one for each row of a repeat. Only for who may read them."""

from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.utils.translation import gettext

from parcours.engines.questionnaire.form import Question
from parcours.kit.spreadsheets import Sheet, write_csv, write_workbook
from parcours.survey import codebook
from parcours.survey.columns import merged
from parcours.survey.models import Response, Version, Wave

ABOUT = ("response", "organisation", "organisation_name", "version", "mode", "language", "started_at", "completed_at")


class RawData:
    """The complete responses of a wave. A value's column is called as its question; the next one holds its state."""

    def __init__(self, wave: Wave) -> None:
        self.wave = wave
        self.found = Response.objects.filter(wave=wave).complete()
        versions = Version.objects.filter(pk__in=self.found.values("version")).order_by("-number")
        self.questions = merged([wave.form, *(version.form for version in versions)])

    def asked(self, repeat: str = "") -> list[Question]:
        return [question for question in self.questions.values() if question.repeat == repeat]

    def repeats(self) -> list[str]:
        return list(dict.fromkeys(question.repeat for question in self.questions.values() if question.repeat))

    def headers(self, repeat: str = "") -> list[str]:
        start = ["response", "row"] if repeat else list(ABOUT)
        return start + [name for one in self.asked(repeat) for name in (one.key, f"{one.key}@state")]

    def responses(self) -> Iterator[list[Any]]:
        asked = self.asked()
        rows = self.found.select_related("organisation", "version").order_by("completed_at", "pk")
        for one in rows.iterator(chunk_size=2000):
            of = one.organisation
            yield [
                one.key, of.key if of else "", of.name if of else "", one.version.number, one.mode, one.language,
                one.started_at, one.completed_at, *_cells(asked, one.answers, one.states),
            ]  # fmt: skip

    def rows(self, repeat: str) -> Iterator[list[Any]]:
        asked = self.asked(repeat)
        found = self.found.order_by("completed_at", "pk").values_list("key", "answers", "states")
        for key, answers, states in found.iterator(chunk_size=2000):
            told = answers.get(repeat) or []
            for number, letters in enumerate(states.get(repeat) or []):
                yield [key, number + 1, *_cells(asked, told[number] if number < len(told) else {}, letters)]

    def csv(self, repeat: str = "") -> Iterator[bytes]:
        return write_csv(self.headers(repeat), self.rows(repeat) if repeat else self.responses())

    def xlsx(self) -> IO[bytes]:
        repeats = [Sheet(repeat, self.headers(repeat), self.rows(repeat)) for repeat in self.repeats()]
        answers = Sheet(gettext("Answers"), self.headers(), self.responses())
        return write_workbook([answers, *repeats, *codebook.sheets(self.wave)])


def _cells(asked: Iterable[Question], answers: dict[str, Any], states: dict[str, str]) -> Iterator[object]:
    """The value of each question, and its state; several choices with spaces, as XLSForm writes them."""
    for question in asked:
        value = answers.get(question.key)
        yield " ".join(map(str, value)) if isinstance(value, list) else value
        yield states.get(question.key, "h")
