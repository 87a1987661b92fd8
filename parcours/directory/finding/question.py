"""A question as it was understood: what is sought, where, for whom and when. Plain values, nothing of the database."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

Words = Literal["all", "any", "none"]
# How far one goes when nobody says it.
USUAL_KM = 10
WIDEST_KM = 50


@dataclass(frozen=True)
class Spot:
    """Where somebody looks from. `path` names the areas that it lies in, smallest last: "insee-commune:94081"."""

    label: str
    lon: float | None = None
    lat: float | None = None
    path: tuple[str, ...] = ()

    @property
    def area(self) -> str:
        return self.path[-1] if self.path else ""


@dataclass(frozen=True)
class Sought:
    """What a service must be or say: one of these facts (each with how surely it is meant), or all of these words.

    `forms` are the words' forms, of each of which one counts.
    """

    facts: tuple[tuple[str, float], ...]
    forms: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Question:
    """What a service must be. What is not known of a service keeps it in, below those that are known to fit."""

    sought: tuple[Sought, ...] = ()
    words: Words = "all"
    spot: Spot | None = None
    km: float | None = None
    within: str = ""
    languages: tuple[str, ...] = ()
    silent_on_languages: bool = False
    publics: tuple[str, ...] = ()
    gender: str = ""
    age: int | None = None
    level: tuple[int, int] | None = None
    stay: tuple[str, ...] = ()
    when: str = ""
    is_free: bool = False
    is_accessible: bool = False
    has_places: bool = False
    is_remote: bool = False

    def but(self, **values: Any) -> Self:
        return replace(self, **values)

    @property
    def asks_anything(self) -> bool:
        return self != Question()

    @property
    def concepts(self) -> list[str]:
        """The facts that the words name."""
        return sorted({fact for each in self.sought for fact, _weight in each.facts})

    @property
    def plain_words(self) -> list[str]:
        """The words that name no concept, folded."""
        return [forms[0] for each in self.sought if not each.facts for forms in each.forms]


@dataclass(frozen=True)
class Chip:
    """One thing that the words were understood to ask for: what was typed, what it stands for."""

    scheme: str
    typed: str
    labels: tuple[str, ...]
    others: tuple[str, ...] = field(default=())
