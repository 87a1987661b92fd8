"""An action's way so far, as stops of the path: what it came from, its milestones, what became of it."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from parcours.kit.dates import PartialDate
from parcours.kit.motif import Stop
from parcours.plan.choices import Stage
from parcours.plan.models import Action, Decision


def journey(action: Action, decisions: Iterable[Decision]) -> list[Stop]:
    """The stops in order of date, what is invented saying so; those without a date come last."""
    recorded = Stop(_("In the plan"), "done", when=_month(action.recorded_on))
    dated: list[tuple[date, Stop]] = [(action.recorded_on, recorded)]
    for decision in decisions:
        detail = _detail(decision.text.text, invented=decision.is_invented)
        dated.append((decision.decided_on, Stop(_("Decision"), "done", detail, when=_month(decision.decided_on))))
    if action.starts_on:
        begun = action.stage in (Stage.UNDER_WAY, Stage.DONE)
        dated.append((action.starts_on, _edge(action, "starts_on", _("Start"), done=begun)))
    for milestone in action.milestones.all():
        day, state = milestone.done_on or milestone.due_on, "done" if milestone.done_on else "next"
        detail = _detail(invented=milestone.is_invented)
        dated.append((day, Stop(milestone.title.text, state, detail, when=_month(day))))
    if action.ends_on:
        dated.append((action.ends_on, _edge(action, "ends_on", _("End"), done=action.stage == Stage.DONE)))
    stops = [stop for _day, stop in sorted(dated, key=lambda pair: pair[0])]
    if action.blocked_reason:
        stops.append(Stop(_("Blocked"), "blocked", action.blocked_reason.text))
    if action.stage == Stage.STOPPED:
        stops.append(Stop(_("Stopped"), "blocked", action.stop_reason.text))
    return stops


def _edge(action: Action, name: str, label: str, *, done: bool) -> Stop:
    """The start or the end of an action."""
    precision = getattr(action, name.replace("_on", "_precision"))
    when = PartialDate(getattr(action, name), precision).formatted()
    return Stop(label, "done" if done else "next", _detail(invented=name in action.invented_fields), when=when)


def _detail(text: str = "", *, invented: bool) -> str:
    return " · ".join(part for part in (text, _("invented") if invented else "") if part)


def _month(day: date) -> str:
    return PartialDate(day, "month").formatted()
