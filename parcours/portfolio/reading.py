"""The one gate to a portfolio: which parts somebody may read, and what of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from parcours.people.readings import note_reading
from parcours.portfolio.choices import Part, Strand

if TYPE_CHECKING:
    from parcours.portfolio.models import Claim, Experience, Goal, Portfolio

ALL = tuple(Part)


def parts_for(user: Any, portfolio: "Portfolio", *, at: datetime) -> tuple[Part, ...]:
    """The owner reads all. Their tutor reads what is shared with them and not hidden, while the tutoring lasts."""
    if not user.is_authenticated:
        return ()
    if portfolio.person.account_id == user.pk:
        return ALL
    shares = portfolio.shares.in_force(at=at).of_reader(user, at=at)
    shared = set(shares.values_list("part", flat=True)) - set(portfolio.hidden)
    return tuple(part for part in ALL if part in shared)


@dataclass(frozen=True)
class Shown:
    """What a reader sees: only of these parts, and nothing that is "only for me"."""

    experiences: "list[Experience]"
    claims: "list[Claim]"
    goals: "list[Goal]"


def shown(portfolio: "Portfolio", parts: Iterable[str], *, to_owner: bool) -> Shown:
    """Of the parts given; hidden items and parts are for the owner alone."""
    wanted = set(parts) - (set() if to_owner else set(portfolio.hidden))
    experiences = portfolio.experiences.filter(strand__in=[one for one in Strand if one in wanted])
    claims = portfolio.claims.all() if Part.COMPETENCES in wanted else portfolio.claims.none()
    if not to_owner:
        experiences, claims = experiences.filter(is_hidden=False), claims.filter(is_hidden=False)
    goals = portfolio.goals.all() if Part.PLAN in wanted else portfolio.goals.none()
    return Shown(
        list(experiences.prefetch_related("activities").order_by("position", "pk")),
        list(claims.select_related("said_by_user").prefetch_related("evidence").order_by("position", "pk")),
        list(goals.prefetch_related("steps").order_by("position", "pk")),
    )


def note(user: Any, portfolio: "Portfolio", parts: Iterable[str], *, at: datetime) -> None:
    """The owner is shown who read which parts."""
    for part in parts:
        note_reading(person=portfolio.person, reader=user, what=f"portfolio.{part}", at=at)
