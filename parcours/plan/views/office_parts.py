"""The frame of the plan: its texts, axes, challenges, publics, risks… as the coordinator keeps them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from parcours.plan.actions.frame import PartConflict, add_part, change_part, digest_of, remove_part
from parcours.plan.forms.parts import KINDS, KeyForm, compared, part_form
from parcours.plan.models import Plan
from parcours.plan.models.frame import Part
from parcours.plan.records import RecordError
from parcours.plan.views.office_actions import add_errors
from parcours.translations.fields import Translated

NAMES = ("title", "name", "term", "channel", "text")


def called(part: Plan | Part) -> str:
    """What a list calls a part: its first text."""
    return next((text.text for name in NAMES if (text := getattr(part, name, None))), "")


changes_plan = permission_required("plan.change_plan", raise_exception=True)


@changes_plan
def parts(request: HttpRequest) -> HttpResponse:
    current = Plan.objects.current()
    groups = [(name, kind, [(row, called(row)) for row in kind.rows(current)]) for name, kind in KINDS.items()]
    return render(request, "plan/office/parts.html", {"plan": current, "groups": groups})


def _find(kind: str, key: str) -> Plan | Part:
    current = Plan.objects.current()
    if kind == "plan" and key == current.slug:
        return current
    if kind not in KINDS:
        raise Http404
    found: Part = get_object_or_404(KINDS[kind].rows(current), key=key)
    return found


@changes_plan
def part_edit(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Change a part, or remove it when nothing points at it."""
    part = _find(kind, key)
    name, now = called(part), digest_of(part, compared(type(part)))
    if isinstance(part, Part) and request.POST.get("do") == "remove":
        return _remove(request, part, kind)
    form = part_form(type(part))(request.POST or None, instance=part)
    theirs: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            change_part(part=part, values=form.values(), seen=form.cleaned_data["seen"])
        except PartConflict as conflict:
            theirs = _theirs(form, conflict)
            form.add_error(None, _("Somebody changed it while you wrote. You see what stands now; your text is below."))
        except RecordError as error:
            add_errors(form, error.errors, {"adopted_on": "adopted"})
        else:
            messages.success(request, _("Saved."))
            return redirect("plan:parts")
    may_remove = isinstance(part, Part)
    context = {"form": form, "title": name, "seen": now, "theirs": theirs, "may_remove": may_remove}
    return render(request, "plan/office/part.html", context)


def _theirs(form: Any, conflict: PartConflict) -> list[tuple[str, str]]:
    """What stands now, where it differs from what was sent."""
    rows = []
    for name, value in conflict.theirs.items():
        if name in form.fields and value != form.cleaned_data[name]:
            text = value.source_text if isinstance(value, Translated) else str("" if value is None else value)
            rows.append((str(form.fields[name].label), text))
    return rows


def _remove(request: HttpRequest, part: Part, kind: str) -> HttpResponse:
    try:
        remove_part(part=part)
    except RecordError as error:
        messages.error(request, " ".join(error.errors[""]))
        return redirect("plan:part-edit", kind, part.key)
    messages.success(request, _("Removed."))
    return redirect("plan:parts")


@changes_plan
def part_new(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    part = KINDS[kind].model(plan=Plan.objects.current())
    keyed, form = KeyForm(request.POST or None), part_form(type(part))(request.POST or None, instance=part)
    form.fields.pop("order", None)
    if request.method == "POST" and all([keyed.is_valid(), form.is_valid()]):
        part.key = keyed.cleaned_data["key"]
        try:
            add_part(part=part, values=form.values())
        except RecordError as error:
            add_errors(form, error.errors, {})
        else:
            messages.success(request, _("Added."))
            return redirect("plan:parts")
    title = _("Add: %(kind)s") % {"kind": capfirst(KINDS[kind].label)}
    return render(request, "plan/office/part.html", {"form": form, "keyed": keyed, "title": title})
