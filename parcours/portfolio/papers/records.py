"""What a document says, as plain values: made from the parts that may be shown, in one look at the database.

Every text is a pair: in French, and in the second language ("" where it is not said in it).
"""

from dataclasses import dataclass, field

Pair = tuple[str, str]


@dataclass(frozen=True)
class Lived:
    """An experience: its strand's name, dates in words ("mai 2016") and as they are kept ("2016-05"), what was done."""

    strand: str
    heading: Pair
    title: Pair
    place: str
    starts: str
    ends: str
    words: Pair
    did: tuple[Pair, ...]
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Can:
    """A competence: how well (the step's words, and its number 1 to 4, 0 for unsaid), who says so."""

    label: Pair
    level: Pair
    step: int
    said_by: Pair
    to_develop: bool = False


@dataclass(frozen=True)
class Speaks:
    """A language: its code, name and level; `cefr` is "A1" to "C2", or "native"."""

    code: str
    name: Pair
    level: Pair
    cefr: str


@dataclass(frozen=True)
class Aim:
    """A goal with its steps: what, by when (in words), with whom, whether it is done."""

    text: Pair
    until: str
    steps: tuple[tuple[Pair, Pair, str, bool], ...]


@dataclass(frozen=True)
class Paper:
    """One person's document. `second` is the second language's code, "" for French alone; `left_out` counts what one
    page did not hold."""

    name: str
    latin_name: str
    second: str
    layout: str
    headline: Pair = ("", "")
    summary: Pair = ("", "")
    contact: tuple[str, ...] = ()
    lived: tuple[Lived, ...] = ()
    can: tuple[Can, ...] = ()
    speaks: tuple[Speaks, ...] = ()
    aims: tuple[Aim, ...] = ()
    is_invented: bool = False
    left_out: int = 0
    words: dict[str, Pair] = field(default_factory=dict)
