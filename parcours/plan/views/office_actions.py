"""Larger steps in the life of an action: adopted, stopped, merged."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parcours.plan.actions.change import EditConflict, merge_action, stop_action
from parcours.plan.actions.together import adopt_idea
from parcours.plan.choices import LinkKind, Stage
from parcours.plan.forms.action import ActionSheet
from parcours.plan.forms.office import AdoptForm, StopForm
from parcours.plan.models import Action, Plan
from parcours.plan.past import record_at, version_sent
from parcours.plan.records import RecordError, read_record
from parcours.plan.references import References

ADOPTED = ("axis", "lead", "starts_on", "ends_on", "indicators")


def changed_meanwhile() -> str:
    return _("Somebody changed this action while you wrote. Read it again, then send the form again: nothing is lost.")


@permission_required("plan.change_plan", raise_exception=True)
def stop(request: HttpRequest, code: str) -> HttpResponse:
    """Stop an action with a reason, or let another take it over."""
    current = Plan.objects.current()
    shown = get_object_or_404(current.actions.exclude(stage=Stage.STOPPED).select_related("plan"), code=code)
    references = References(current, get_language() or "fr")
    form = StopForm(request.POST or None, references=references, initial={"base_version": shown.version, "way": "stop"})
    if request.method == "POST" and form.is_valid():
        try:
            _stop(shown, form.cleaned_data, request.user)
        except EditConflict:
            form.add_error(None, changed_meanwhile())
            form.data = request.POST.copy()
            form.data["base_version"] = str(shown.version)
        except RecordError as error:
            add_errors(form, error.errors, {"stop_reason": "reason", "links": "into"})
        else:
            messages.success(request, _("It is stopped. Its page and its history stay."))
            return redirect(shown)
    return render(request, "plan/office/stop.html", {"action": shown, "form": form, "references": references})


def _stop(action: Action, sent: dict[str, Any], by: Any) -> None:
    common = {"action": action, "reason": sent["reason"], "base_version": sent["base_version"], "by": by}
    if sent["way"] == "stop":
        stop_action(**common)
    else:
        into = action.plan.actions.get(code=sent["into"])
        merge_action(into=into, kind=LinkKind(sent["way"]), **common)


def add_errors(form: Any, errors: dict[str, list[str]], places: dict[str, str]) -> None:
    """Put a verb's errors where their fields are."""
    for name, said in errors.items():
        place = places.get(name, name)
        for message in said:
            form.add_error(place if place in form.fields else None, message)


@permission_required("plan.change_plan", raise_exception=True)
def adopt(request: HttpRequest, code: str) -> HttpResponse:
    """Turn an idea into an action, with what it lacks and the decision behind it."""
    current = Plan.objects.current()
    shown = get_object_or_404(current.actions.ideas().whole().select_related("plan__area"), code=code)
    if request.method != "POST":
        today = timezone.localdate().isoformat()
        sheet = _sheet(None, shown, read_record(shown), shown.version)
        return _adopt_page(request, shown, sheet, AdoptForm(plan=current, initial={"decided_on": today}))
    with transaction.atomic():
        locked = Action.objects.select_for_update(of=("self",)).get(pk=shown.pk)
        return _take(request, locked)


def _sheet(data: Any, idea: Action, record: dict[str, Any], base_version: int) -> ActionSheet:
    references = References(idea.plan, get_language() or "fr")
    return ActionSheet(
        data, names=ADOPTED, record=record, references=references, base_version=base_version, extra_lines=1
    )


def _take(request: HttpRequest, idea: Action) -> HttpResponse:
    base_version = version_sent(request.POST.get("base_version", ""))
    sheet = _sheet(request.POST, idea, record_at(idea, base_version), base_version)
    form = AdoptForm(request.POST, plan=idea.plan)
    if not all([sheet.is_valid(), form.is_valid()]):
        return _adopt_page(request, idea, sheet, form)
    changes = sheet.changes()
    decided = form.cleaned_data
    try:
        adopt_idea(
            idea=idea,
            changes={"stage": decided["stage"], **changes},
            decision=decided["decision"],
            meeting=decided["meeting"],
            on=decided["decided_on"],
            base_version=base_version,
            by=request.user,
        )
    except EditConflict:
        merged = _sheet(None, idea, read_record(idea) | changes, idea.version)
        form.add_error(None, changed_meanwhile())
        return _adopt_page(request, idea, merged, form, status=409)
    except RecordError as error:
        sheet.add_errors(error.errors)
        return _adopt_page(request, idea, sheet, form)
    messages.success(request, _("The idea is now an action of the plan."))
    return redirect(idea)


def _adopt_page(
    request: HttpRequest, idea: Action, sheet: ActionSheet, form: AdoptForm, *, status: int = 200
) -> HttpResponse:
    context = {"action": idea, "sheet": sheet, "form": form, "references": sheet.references}
    return render(request, "plan/office/adopt.html", context, status=status)
