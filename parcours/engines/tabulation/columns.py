"""Answers as columns: what each respondent was asked, whether they answered, and what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Kind = Literal["single", "multiple", "number", "text"]
# Of whom a share is: who answered (with "none of these", which is an answer), who was asked, everyone.
Base = Literal["answered", "shown", "all"]
Bools = npt.NDArray[np.bool_]

# The letter of each state, and the row that counts it.
STATES = {"h": "@not_shown", "u": "@unanswered", "n": "@none", "d": "@dont_know", "a": "@answered"}
IN_BASE: dict[Base, str] = {"answered": "an", "shown": "andu", "all": "anduh"}


@dataclass(frozen=True, eq=False)
class Column:
    """The answers to one question, one row a respondent; or one row of a repeat ("your actions"), which is the `unit`.

    `picked` holds a choice's number (single; -1 for no answer), yes or no for each choice (multiple: choices ×
    respondents), or a number.
    """

    name: str
    kind: Kind
    states: npt.NDArray[np.uint8]
    picked: npt.NDArray[Any]
    choices: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    unit: str = ""
    owners: npt.NDArray[np.intp] | None = None

    def __len__(self) -> int:
        return len(self.states)

    def is_in(self, letters: str) -> Bools:
        """The rows whose state is one of these."""
        known = np.zeros(256, dtype=bool)
        known[[ord(letter) for letter in letters]] = True
        return known[self.states]

    def in_base(self, base: Base) -> Bools:
        return self.is_in(IN_BASE[base])

    def written(self) -> list[tuple[int, str]]:
        """The texts beside the choices ("other: …") or of an open question, each with its row; no table has them."""
        return [(row, text.strip()) for row, text in enumerate(self.texts) if text.strip()]

    def spread(self, owners: Sequence[int], unit: str) -> "Column":
        """The same answers for each row of a repeat: an action has the commune of who runs it."""
        at = np.asarray(owners, dtype=np.intp)
        texts = tuple(self.texts[row] for row in at) if self.texts else ()
        return replace(self, states=self.states[at], picked=self.picked[..., at], texts=texts, unit=unit, owners=at)


def single(
    name: str, states: Sequence[str], values: Sequence[str | None], choices: Sequence[str], *, texts: Sequence[str] = ()
) -> Column:
    """One choice each. Raises ValueError, naming the row, for an answer that is no choice.

    A value counts only where the state is "a": one left from a page that is not shown any more does not.
    """
    letters = _letters(name, states, values)
    places = _places(name, choices)
    picked = np.fromiter(map(places.__getitem__, values), dtype=np.int64, count=len(values))
    answered = letters == ord("a")
    _refuse(name, answered & (picked < 0), values)
    return Column(name, "single", letters, np.where(answered, picked, -1), tuple(choices), tuple(texts))


def multiple(
    name: str,
    states: Sequence[str],
    values: Sequence[Sequence[str] | None],
    choices: Sequence[str],
    *,
    texts: Sequence[str] = (),
) -> Column:
    """Any choices each. An answer without a tick is refused: "none of these" (n) and unanswered (u) are two things."""
    letters = _letters(name, states, values)
    places = _places(name, choices)
    answered = letters == ord("a")
    ticks = [value or () for value in values]
    lengths = np.fromiter(map(len, ticks), dtype=np.int64, count=len(ticks))
    rows = np.repeat(np.arange(len(ticks)), lengths)
    marks = np.fromiter(map(places.__getitem__, chain.from_iterable(ticks)), dtype=np.int64, count=len(rows))
    unknown = np.zeros(len(ticks), dtype=bool)
    unknown[rows[marks < 0]] = True
    _refuse(name, answered & (unknown | (lengths == 0)), values)
    picked = np.zeros((len(choices), len(ticks)), dtype=bool)
    counted = answered[rows] & (marks >= 0)
    picked[marks[counted], rows[counted]] = True
    return Column(name, "multiple", letters, picked, tuple(choices), tuple(texts))


def number(name: str, states: Sequence[str], values: Sequence[float | None]) -> Column:
    """A number each; NaN, infinity or no number is no answer and is refused."""
    letters = _letters(name, states, values)
    picked = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    answered = letters == ord("a")
    _refuse(name, answered & ~np.isfinite(picked), values)
    return Column(name, "number", letters, np.where(answered, picked, np.nan))


def text(name: str, states: Sequence[str], values: Sequence[str | None]) -> Column:
    """Words of one's own: counted by state, read with `written`, tabulated once people have coded them."""
    letters = _letters(name, states, values)
    kept = [value or "" if state == ord("a") else "" for value, state in zip(values, letters, strict=True)]
    return Column(name, "text", letters, np.zeros(len(kept), dtype=bool), texts=tuple(kept))


def rows_of(column: Column, owners: Sequence[int], unit: str) -> Column:
    """The column of a repeat: each row belongs to the respondent of this number."""
    if len(owners) != len(column):
        raise ValueError(f"{column.name}: {len(owners)} respondents are named for {len(column)} rows")
    return replace(column, unit=unit, owners=np.asarray(owners, dtype=np.intp))


def folded(column: Column, respondents: int) -> Column:
    """A repeat's choices as a multiple choice of its respondents: who has such a row. Who has no row was not asked."""
    if column.owners is None or column.kind not in ("single", "multiple"):
        raise ValueError(f"{column.name} is not a choice in a repeat")
    picked = np.zeros((len(column.choices), respondents), dtype=bool)
    choice, row = np.nonzero(ticks(column))
    picked[choice, column.owners[row]] = True
    states = np.full(respondents, ord("h"), dtype=np.uint8)
    for letter in "udna":  # the last one found stands: an answer outweighs a row left empty
        states[column.owners[column.is_in(letter)]] = ord(letter)
    return Column(column.name, "multiple", states, picked, column.choices)


def ticks(column: Column) -> Bools:
    """Which row chose what, one line a choice."""
    chosen: Bools = column.picked
    if column.kind == "single":
        chosen = column.picked == np.arange(len(column.choices))[:, None]
    return chosen


def _letters(name: str, states: Sequence[str], values: Sequence[Any]) -> npt.NDArray[np.uint8]:
    joined = states if isinstance(states, str) else "".join(states)
    if len(joined) != len(values):
        raise ValueError(f"{name}: {len(joined)} states for {len(values)} values")
    if unknown := sorted(set(joined) - set(STATES)):
        raise ValueError(f"{name}: {unknown[0]!r} is no state; known are {', '.join(STATES)}")
    return np.frombuffer(joined.encode("ascii"), dtype=np.uint8)


class _Places(dict[str | None, int]):
    """The number of each choice; -1 for anything else."""

    def __missing__(self, _value: str | None) -> int:
        return -1


def _places(name: str, choices: Sequence[str]) -> _Places:
    places = _Places((choice, place) for place, choice in enumerate(choices))
    if len(places) < len(choices):
        raise ValueError(f"{name}: a choice is listed twice")
    if any(choice.startswith("@") for choice in choices):
        raise ValueError(f"{name}: the code of a choice does not start with @")
    return places


def _refuse(name: str, wrong: Bools, values: Sequence[Any]) -> None:
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(f"{name}, row {row}: {values[row]!r} is not an answer to this question")
