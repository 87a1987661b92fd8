"""The office: what needs me today."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext as _

from parcours.kit.figures import Figure
from parcours.plan import desk
from parcours.plan.actions.change import add_update
from parcours.plan.forms.office import NewsForm
from parcours.plan.models import Meeting, Plan, Proposal
from parcours.plan.rules import is_committee_member, is_coordinator, is_facilitator, is_partner
from parcours.translations.fields import Translated


def may_see_office(request: HttpRequest) -> None:
    if not request.user.has_perm("plan.see_office"):
        raise PermissionDenied


def office(request: HttpRequest) -> HttpResponse:
    """Each role has its own part of the page; who holds several sees several."""
    user = request.user
    if not user.has_perm("plan.see_office"):
        if user.has_perm("translations.edit"):
            return redirect("translations:index")
        raise PermissionDenied
    current = Plan.objects.current()
    parts = {
        "partner": partner_part if is_partner(user) else None,
        "coordinator": coordinator_part if is_coordinator(user) else None,
        "committee": committee_part if is_committee_member(user) else None,
        "facilitator": facilitator_part if is_facilitator(user) or is_coordinator(user) else None,
    }
    context: dict[str, Any] = {"plan": current, "takes_notes": user.has_perm("plan.take_notes")}
    for name, part in parts.items():
        context[name] = part(current, user) if part else None
    return render(request, "plan/office/office.html", context)


def coordinator_part(plan: Plan, _user: Any) -> dict[str, Any]:
    today = timezone.localdate()
    pending = Proposal.objects.filter(plan=plan).pending().select_related("action", "author", "organisation")
    groups = desk.watched(plan, on=today)
    waiting = Figure.count(
        "plan.proposals", _("Proposals"), len(pending), how=_("proposals of partners that wait for an answer")
    )
    return {
        "proposals": pending,
        "figures": [waiting, *(group.figure for group in groups)],
        "watched": groups,
        "ideas": desk.ideas(plan, on=today),
        "unreleased": desk.unreleased(plan),
        "breaches": desk.breaches(plan),
        "reporting": desk.reporting(plan, on=today),
    }


def partner_part(plan: Plan, user: Any) -> dict[str, Any]:
    proposals = Proposal.objects.filter(plan=plan, author=user).select_related("action", "organisation")
    return {"actions": desk.own_actions(plan, user, on=timezone.localdate()), "proposals": proposals[: desk.SHOWN]}


def committee_part(plan: Plan, _user: Any) -> dict[str, Any]:
    today = timezone.localdate()
    groups = desk.watched(plan, on=today)
    ideas = [idea for idea in desk.ideas(plan, on=today) if idea.is_public]
    groups = [
        desk.Watched(group.status, group.label, group.total, [a for a in group.actions if a.is_public])
        for group in groups
    ]
    meetings = Meeting.objects.filter(body__plan=plan).select_related("body").prefetch_related("decisions")
    return {"due": desk.due_for_decision(ideas, groups), "watched": groups, "meetings": meetings[: desk.SHOWN]}


def facilitator_part(plan: Plan, _user: Any) -> dict[str, Any]:
    items = plan.agenda_items.select_related("challenge", "public", "area", "workshop")
    return {"workshops": plan.workshops.order_by("-order"), "agenda": items}


def still_true() -> Translated:
    """“Checked: nothing new.” in every language of the site that has it."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            texts[code] = gettext("Checked: nothing new.")
    kept = {code: text for code, text in texts.items() if code == "en" or text != texts["en"]}
    return Translated.of(kept, source="fr")


def update_add(request: HttpRequest, code: str) -> HttpResponse:
    """Add news, or say with one button that all is still true."""
    current = Plan.objects.current()
    shown = get_object_or_404(current.actions.visible_to(request.user).prefetch_related("partners"), code=code)
    if not request.user.has_perm("plan.add_update", shown):
        raise PermissionDenied
    today = timezone.localdate()
    if request.method == "POST" and "still_true" in request.POST:
        add_update(action=shown, happened_on=today, text=still_true(), author=request.user)
        messages.success(request, _("Noted: “%(title)s” was checked today.") % {"title": shown.title.text})
        return redirect("plan:office")
    form = NewsForm(request.POST or None, initial={"happened_on": today.isoformat()})
    if request.method == "POST" and form.is_valid():
        happened_on = form.cleaned_data["happened_on"]
        add_update(action=shown, happened_on=happened_on, text=form.cleaned_data["text"], author=request.user)
        messages.success(request, _("The news is on the page of the action."))
        return redirect(shown)
    return render(request, "plan/office/news.html", {"action": shown, "form": form})
