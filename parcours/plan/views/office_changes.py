"""Who changed what, over the whole plan."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parcours.accounts.queries import Event, recent_events
from parcours.directory.models import Membership, Organisation
from parcours.plan.forms.office import ChangesFilter
from parcours.plan.models import (
    AgendaItem,
    Axis,
    Body,
    Challenge,
    Change,
    Communication,
    Decision,
    Definition,
    EvaluationQuestion,
    FundingSource,
    Meeting,
    Note,
    Objective,
    Plan,
    Principle,
    Proposal,
    Public,
    Risk,
    Theme,
    Update,
    Workshop,
)
from parcours.plan.references import References

PER_PAGE = 30
# How far back the audit trail is searched for one person or one action.
FAR = 500


@dataclass(frozen=True)
class Line:
    """One change: of an action (`change`), or of something else (`event`)."""

    at: datetime
    change: Change | None = None
    event: Event | None = None
    what: str = ""


def kinds() -> dict[type, str]:
    """What the audit trail tells beside the changes of actions, in words."""
    return {
        Update: _("news of an action"),
        Decision: _("decision"),
        Note: _("workshop note"),
        Proposal: _("proposal"),
        Organisation: _("organisation"),
        Membership: _("role of a person"),
        Plan: _("plan"),
        Principle: _("principle"),
        Objective: _("objective"),
        Definition: _("definition"),
        Axis: _("axis"),
        Theme: _("theme"),
        Challenge: _("challenge"),
        Public: _("public"),
        FundingSource: _("funding source"),
        Risk: _("risk"),
        Communication: _("communication"),
        EvaluationQuestion: _("evaluation question"),
        Workshop: _("workshop"),
        Body: _("body that steers"),
        Meeting: _("meeting"),
        AgendaItem: _("point of the agenda"),
    }


@permission_required("plan.change_plan", raise_exception=True)
def changes(request: HttpRequest) -> HttpResponse:
    """Newest first; `before` leads on."""
    current = Plan.objects.current()
    people = get_user_model().objects.filter(Q(plan_changes__isnull=False) | Q(memberships__isnull=False)).distinct()
    form = ChangesFilter(
        request.GET or None,
        people=people.values_list("pk", "name"),
        references=References(current, get_language() or "fr"),
    )
    chosen = form.cleaned_data if form.is_valid() else {}
    lines = _lines(current, chosen.get("person"), chosen.get("action", ""), _moment(request.GET.get("before", "")))
    query = request.GET.copy()
    if len(lines) > PER_PAGE:
        query["before"] = lines[PER_PAGE - 1].at.isoformat()
    context = {"form": form, "lines": lines[:PER_PAGE], "more": query.urlencode() if len(lines) > PER_PAGE else ""}
    return render(request, "plan/office/changes.html", context)


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _lines(plan: Plan, person: int | None, code: str, before: datetime | None) -> list[Line]:
    """One line more than a page holds, where there are so many."""
    found = Change.objects.filter(action__plan=plan).select_related("action", "changed_by")
    if person:
        found = found.filter(changed_by=person)
    if code:
        found = found.filter(action__code=code)
    if before:
        found = found.filter(changed_at__lt=before)
    told = [Line(change.changed_at, change=change) for change in found[: PER_PAGE + 1]]
    limit = FAR if person or code else PER_PAGE + 1
    events = recent_events((Update,) if code else list(kinds()), before=before, limit=limit)
    named, action = kinds(), plan.actions.filter(code=code).first() if code else None
    told += [
        Line(event.at, event=event, what=named[event.model])
        for event in events
        if (not person or event.actor_id == person) and (not action or event.snapshot["action_id"] == action.pk)
    ]
    return sorted(told, key=lambda line: line.at, reverse=True)[: PER_PAGE + 1]
