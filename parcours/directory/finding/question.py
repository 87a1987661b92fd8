"""A question as it was understood: what is sought, where, for whom and when. Plain values, nothing of the database."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

# How far one goes when nobody says it.
USUAL_KM = 10
WIDEST_KM = 50
KM_IN_A_DEGREE = 111.195


@dataclass(frozen=True)
class Spot:
    """Where somebody looks from. `path` names the areas that it lies in, smallest last: "insee-commune:94081".

    `crowd` is about how many listings lie within the usual distance; 0 where nobody counted.
    """

    label: str
    lon: float | None = None
    lat: float | None = None
    path: tuple[str, ...] = ()
    crowd: int = 0

    @property
    def area(self) -> str:
        return self.path[-1] if self.path else ""


@dataclass(frozen=True)
class Sought:
    """What a service should be or say: one of these facts (each with how surely it is meant), or all of these words.

    `typed` is what the person wrote; `forms` are its words' forms, of each of which one counts.
    """

    typed: str
    facts: tuple[tuple[str, float], ...] = ()
    forms: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Question:
    """What a service must be. What is not known of a service keeps it in, below those that are known to fit."""

    sought: tuple[Sought, ...] = ()
    spot: Spot | None = None
    km: float | None = None
    within: str = ""
    languages: tuple[str, ...] = ()
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
    def essential(self) -> list[int]:
        """Which things that are sought a service must have: those that name something, else every word.

        Beside "titre de séjour" the word "renouveler" ranks, and narrows nothing.
        """
        named = [number for number, each in enumerate(self.sought) if each.facts]
        return named or list(range(len(self.sought)))

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
