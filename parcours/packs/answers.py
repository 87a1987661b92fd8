"""Invented answers to a questionnaire, drawn with a seed so that their totals are those a source prints."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from parcours.engines.questionnaire.answers import Answers
from parcours.engines.questionnaire.form import Form, Question

Row = dict[str, Any]


@dataclass
class Drawing:
    """Draws the answers of so many respondents, question by question; `rows` is what is drawn so far.

    `totals` are {"question", "choice", "n", "base"}: exactly n of the first-drawn base give this choice, the others of
    the base another, the rest no answer. `weights` say how often the other choices are drawn, in per cent.
    """

    form: Form
    count: int
    totals: Sequence[Row]
    weights: dict[str, dict[str, int]]
    random: Random

    def __post_init__(self) -> None:
        self.rows: list[Answers] = [{} for _number in range(self.count)]

    def draw(self) -> list[Answers]:
        for question in self.form.questions():
            wanted = [total for total in self.totals if total["question"] == question.path]
            if question.repeat or question.kind not in ("one", "many") or not (wanted or question.path in self.weights):
                continue
            self._many(question, wanted) if question.kind == "many" else self._one(question, wanted)
        return self.rows

    def _base(self, wanted: Sequence[Row]) -> list[Answers]:
        """Those who answer at all."""
        return self.random.sample(self.rows, min(self.count, wanted[0]["base"])) if wanted else self.rows

    def _one(self, question: Question, wanted: Sequence[Row]) -> None:
        base = self._base(wanted)
        told = {total["choice"]: total["n"] for total in wanted}
        others = [choice.name for choice in question.choices if choice.name not in told and not choice.role]
        weights = self.weights.get(question.path, {})
        drawn = [name for name, n in told.items() for _time in range(n)]
        while len(drawn) < len(base):
            drawn.append(self._weighted(weights) if weights else self.random.choice(others))
        for row, name in zip(self.random.sample(base, len(base)), drawn, strict=True):
            row[question.path] = name

    def _many(self, question: Question, wanted: Sequence[Row]) -> None:
        base = self._base(wanted)
        ticks: dict[int, list[str]] = {number: [] for number in range(len(base))}
        for total in wanted:
            # first those who ticked nothing yet, so that nobody of the base is left without a tick
            order = sorted(ticks, key=lambda number: (bool(ticks[number]), self.random.random()))
            for number in order[: total["n"]]:
                ticks[number].append(total["choice"])
        for name, weight in self.weights.get(question.path, {}).items():
            for ticked in ticks.values():
                if self.random.random() < weight / 100:
                    ticked.append(name)
        for number, row in enumerate(base):
            weights = self.weights.get(question.path, {})
            needed = [self._weighted(weights)] if weights and (wanted or question.required) else []
            named = ticks[number] or needed
            if named:
                row[question.path] = [choice.name for choice in question.choices if choice.name in named]

    def _weighted(self, weights: dict[str, int]) -> str:
        return self.random.choices(list(weights), list(weights.values()))[0]


def partners(
    who: Row, known: Sequence[Row], random: Random, *, most: int = 6, hubs: Sequence[Row] = ()
) -> Iterator[Row]:
    """Whom an organisation names: near ones and those of like work first, and now and then one that all know."""
    others = [other for other in known if other["key"] != who["key"]]
    likeness = [
        1 + 6 * (other["commune"] == who["commune"]) + 2 * len(set(other["axes"]) & set(who["axes"]))
        for other in others
    ]
    named: dict[str, Row] = {}
    for _time in range(random.randint(1, most)):
        pool, weights = (list(hubs), None) if hubs and random.random() < 0.18 else (others, likeness)
        other = random.choices(pool, weights)[0]
        named.setdefault(other["key"], other)
    yield from named.values()
