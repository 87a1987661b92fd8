"""What needs someone today: the lists of the office. Each is cut at so many rows and says how many there are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parcours.directory.models import Organisation
from parcours.kit.figures import Figure
from parcours.plan.choices import Stage, Status
from parcours.plan.models import Action, ActionPartner, Change, Plan
from parcours.plan.rules import CeilingBreach, ceiling_breaches, months_before

SHOWN = 10
WATCHED = {
    Status.LATE: gettext_lazy("Late"),
    Status.SILENT: gettext_lazy("Without news"),
    Status.BLOCKED: gettext_lazy("Blocked"),
}


@dataclass(frozen=True)
class Watched:
    """The actions in one status: how many, and the first of them."""

    status: Status
    label: str
    total: int
    actions: list[Action]

    @property
    def figure(self) -> Figure:
        how = _("actions that the rule gives this status today")
        return Figure.count(f"plan.{self.status}", self.label, self.total, how=how)


def with_status(plan: Plan, *, on: date) -> Any:
    """The plan's actions, an `ActionQuerySet` with their status on a day, which the type checker cannot follow."""
    return plan.actions.with_status(on=on, silent_after_months=plan.silent_after_months)


def watched(plan: Plan, *, on: date) -> list[Watched]:
    """Late, silent and blocked actions; those heard of longest ago first."""
    found = with_status(plan, on=on).filter(status__in=WATCHED)
    by_status: dict[str, list[int]] = defaultdict(list)
    for pk, status in found.order_by("last_news_on", "code").values_list("pk", "status"):
        by_status[status].append(pk)
    first = [pk for pks in by_status.values() for pk in pks[:SHOWN]]
    rows = {action.pk: action for action in with_status(plan, on=on).filter(pk__in=first).for_cards().order_by("code")}
    return [
        Watched(status, str(label), len(by_status[status]), [rows[pk] for pk in by_status[status][:SHOWN]])
        for status, label in WATCHED.items()
    ]


def reporting(plan: Plan, *, on: date) -> list[tuple[Organisation, Figure]]:
    """For each organisation, the share of the actions that it leads or takes part in which gave news in time; the least
    first. Counts public actions that are planned or under way; two queries."""
    since = months_before(on, plan.silent_after_months)
    running = with_status(plan, on=on).public().filter(stage__in=[Stage.PLANNED, Stage.UNDER_WAY])
    news = dict(running.order_by().values_list("pk", "last_news_on"))
    ties = set(running.order_by().exclude(lead=None).values_list("lead_id", "pk"))
    ties |= set(ActionPartner.objects.filter(action__in=news).order_by().values_list("organisation_id", "action_id"))
    held: dict[int, list[bool]] = defaultdict(list)
    for organisation, action in ties:
        held[organisation].append(news[action] >= since)
    organisations = Organisation.objects.filter(pk__in=held)
    rows = [(organisation, _rate(organisation, held[organisation.pk], plan)) for organisation in organisations]
    return sorted(rows, key=lambda row: (row[1].value, -(row[1].base or 0), row[0].sort_key))


def _rate(organisation: Organisation, told: list[bool], plan: Plan) -> Figure:
    months = plan.silent_after_months
    return Figure.share(
        f"plan.reporting.{organisation.key}",
        organisation.short_name,
        n=sum(told),
        base=len(told),
        base_label=_("actions"),
        period=_("the last %(months)d months") % {"months": months},
        how=_("public actions planned or under way that it leads or takes part in, with news or recorded in this time"),
        decimals=0,
    )


def breaches(plan: Plan) -> list[tuple[Action, CeilingBreach]]:
    """Money asked beyond a source's ceiling; three queries."""
    asking = plan.actions.exclude(stage=Stage.STOPPED).filter(
        budget_lines__funding_source__ceiling_percent__isnull=False
    )
    actions = asking.distinct().prefetch_related("budget_lines__funding_source")
    return [(action, breach) for action in actions for breach in ceiling_breaches(action)]


@dataclass(frozen=True)
class Unreleased:
    """What no release carries yet: public actions changed since the day of the last one, and decisions."""

    number: int | None
    changed: int
    decisions: list[Any]


def unreleased(plan: Plan) -> Unreleased:
    last = plan.releases.last()
    changes = Change.objects.filter(action__plan=plan, action__is_public=True, version__gt=1)
    if last:
        changes = changes.filter(changed_at__date__gte=last.published_on)
    decisions = plan.decisions.filter(release=None).select_related("meeting").prefetch_related("actions")
    changed = changes.order_by().values("action").distinct().count()
    return Unreleased(last.number if last else None, changed, list(decisions[:SHOWN]))


def ideas(plan: Plan, *, on: date) -> list[Action]:
    """The ideas, with what their completeness reads."""
    return list(with_status(plan, on=on).ideas().for_completeness()[:SHOWN])


def due_for_decision(ideas: Iterable[Action], watched: Iterable[Watched]) -> list[Action]:
    """What a committee has to decide on: ideas that someone would lead, and what is blocked."""
    led = [idea for idea in ideas if idea.lead_id is not None]
    return [*led, *(action for group in watched if group.status == Status.BLOCKED for action in group.actions)]


def _waiting_first(action: Any) -> tuple[bool, str]:
    return action.status not in WATCHED, action.code


def own_actions(plan: Plan, user: Any, *, on: date) -> list[Action]:
    """The actions that the user's organisations lead or take part in: those that wait for news first."""
    found = with_status(plan, on=on).of_partner(user).filter(~Q(stage=Stage.STOPPED)).for_completeness()
    return sorted(found, key=_waiting_first)
