"""The plan's rules, free of the database: who may do what, completeness, co-financing ceilings, months."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import rules
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parcours.directory.choices import Role
from parcours.directory.rules import holds, is_coordinator
from parcours.plan.choices import LineKind, Stage

if TYPE_CHECKING:
    from parcours.plan.models import Action, FundingSource


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month where it has no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


is_facilitator = holds(Role.FACILITATOR)
is_partner = holds(Role.PARTNER)
is_committee_member = holds(Role.COMMITTEE)


@rules.predicate
def takes_part(user: Any, action: "Action | None") -> bool:
    """The user belongs to the action's lead or to one of its partners."""
    if action is None or not user.is_authenticated:
        return False
    mine = {membership.organisation_id for membership in user.memberships.all()} - {None}
    return action.lead_id in mine or any(partner.organisation_id in mine for partner in action.partners.all())


rules.add_perm("plan.change_plan", is_coordinator)
rules.add_perm("plan.publish_release", is_coordinator)
rules.add_perm("plan.take_notes", is_coordinator | is_facilitator)
rules.add_perm("plan.propose", is_coordinator | is_partner)
rules.add_perm("plan.propose_change", is_coordinator | takes_part)
rules.add_perm("plan.add_update", is_coordinator | takes_part)
rules.add_perm("plan.see_office", is_coordinator | is_partner | is_facilitator | is_committee_member)


@dataclass(frozen=True)
class Criterion:
    """One thing that a good action table says; `met` reads a prefetched action, or one as a release keeps it."""

    key: str
    label: str | Promise
    met: Callable[[Any], bool]


def says(action: Any, *names: str) -> bool:
    """Whether one of these fields says something, in an action or in the data that a release keeps of one."""
    return any(bool(_held(action, name)) for name in names)


def _has_line(action: Any, kind: LineKind) -> bool:
    lines = _held(action, "budget_lines")
    return any((line["kind"] if isinstance(line, dict) else line.kind) == kind for line in lines)


def _held(action: Any, name: str) -> Any:
    if isinstance(action, dict):
        value = action[name]
        return value["texts"] if isinstance(value, dict) else value
    value = getattr(action, name)
    return value.all() if hasattr(value, "all") else value


# After the action table of URBACT's toolkit (2013) and the "why, when, how and by whom" of its 2022 study.
CRITERIA = (
    Criterion("why", _("why"), lambda action: says(action, "why", "challenges")),
    Criterion("what", _("what"), lambda action: says(action, "what")),
    Criterion("lead", _("who leads"), lambda action: says(action, "lead")),
    Criterion("partners", _("with whom"), lambda action: says(action, "partners")),
    Criterion("publics", _("for whom"), lambda action: says(action, "publics")),
    Criterion("areas", _("where"), lambda action: says(action, "areas")),
    Criterion("schedule", _("when"), lambda action: says(action, "starts_on", "ends_on")),
    Criterion("cost", _("how much"), lambda action: _has_line(action, LineKind.COST)),
    Criterion(
        "funding",
        _("who funds it"),
        lambda action: says(action, "funding_sources") or _has_line(action, LineKind.FUNDING),
    ),
    Criterion("indicator", _("how it is measured"), lambda action: says(action, "indicators")),
)


@dataclass(frozen=True)
class Completeness:
    """Which criteria an action meets and which it lacks."""

    met: tuple[Criterion, ...]
    lacking: tuple[Criterion, ...]

    @property
    def total(self) -> int:
        return len(self.met) + len(self.lacking)


def completeness(action: "Action | dict[str, Any]") -> Completeness:
    """Hold an action against a good action table: one of `ActionQuerySet.for_completeness`, or kept by a release."""
    met = tuple(criterion for criterion in CRITERIA if criterion.met(action))
    return Completeness(met, tuple(criterion for criterion in CRITERIA if criterion not in met))


@dataclass(frozen=True)
class CeilingBreach:
    """Money asked of a source beyond the share of the cost that it may pay; amounts in the action's currency."""

    source: "FundingSource"
    asked: Decimal
    allowed: Decimal


def ceiling_breaches(action: "Action") -> list[CeilingBreach]:
    """The funding sources asked for more than their ceiling allows; none while the action has no cost line."""
    lines = list(action.budget_lines.all())
    cost = sum((line.amount for line in lines if line.kind == LineKind.COST), Decimal(0))
    asked: dict[FundingSource, Decimal] = {}
    for line in lines:
        if line.funding_source is not None and line.funding_source.ceiling_percent is not None:
            asked[line.funding_source] = asked.get(line.funding_source, Decimal(0)) + line.amount
    return [
        CeilingBreach(source, amount, allowed)
        for source, amount in asked.items()
        if cost and amount > (allowed := cost * (source.ceiling_percent or 100) / 100)
    ]


# A stage can go forward, be stopped, and be taken up again; an idea is adopted before it is done.
NEXT_STAGES: dict[str, frozenset[str]] = {
    Stage.IDEA: frozenset({Stage.PLANNED, Stage.UNDER_WAY, Stage.STOPPED}),
    Stage.PLANNED: frozenset({Stage.IDEA, Stage.UNDER_WAY, Stage.DONE, Stage.STOPPED}),
    Stage.UNDER_WAY: frozenset({Stage.PLANNED, Stage.DONE, Stage.STOPPED}),
    Stage.DONE: frozenset({Stage.UNDER_WAY}),
    Stage.STOPPED: frozenset({Stage.IDEA, Stage.PLANNED, Stage.UNDER_WAY}),
}
