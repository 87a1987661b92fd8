"""The totals that the sources publish, beside what our rows give: `./run reproduce` prints them.

An app offers its lines by `register(function)` in its `AppConfig.ready`; the function yields a `Total` for each
published number.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True)
class Total:
    """A published number and the one recomputed from rows; `relation` "more than" accepts any higher number."""

    key: str
    published: int | Decimal
    recomputed: int | Decimal | None
    relation: Literal["equal to", "more than"] = "equal to"

    @property
    def holds(self) -> bool:
        if self.relation == "more than":
            return self.recomputed is not None and self.recomputed > self.published
        return self.recomputed == self.published

    def __str__(self) -> str:
        sign = ">" if self.relation == "more than" else ""
        return f"{self.key} {sign}{self.published} {self.recomputed} {'ok' if self.holds else 'DIFFERS'}"


PROVIDERS: list[Callable[[], Iterator[Total]]] = []


def register(function: Callable[[], Iterator[Total]]) -> None:
    if function not in PROVIDERS:
        PROVIDERS.append(function)


def totals() -> Iterator[Total]:
    """Every line of every app."""
    for provider in PROVIDERS:
        yield from provider()
