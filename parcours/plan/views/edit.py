"""Changing an action, proposing a change, and two people changing one action at the same time."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parcours.directory.models import Organisation
from parcours.kit.worddiff import Clash, as_html, diff
from parcours.plan.actions.change import EditConflict, change_action, create_action, next_code
from parcours.plan.actions.propose import propose
from parcours.plan.choices import Stage
from parcours.plan.forms.action import ActionSheet, empty_record, field_names
from parcours.plan.forms.office import ProposalForm
from parcours.plan.models import Action, Plan
from parcours.plan.past import changed_since, record_at, version_sent
from parcours.plan.records import BY_NAME, Record, RecordError, read_record
from parcours.plan.references import References


@dataclass
class Editor:
    """Who edits, and what they may: the coordinator saves, a partner proposes."""

    request: HttpRequest
    plan: Plan
    action: Action | None

    def __post_init__(self) -> None:
        self.saves: bool = self.request.user.has_perm("plan.change_plan")
        self.references = References(self.plan, get_language() or "fr")
        sent = self.request.POST if self.request.method == "POST" else None
        self.proposal = None if self.saves else ProposalForm(sent, organisations=self.organisations())

    def organisations(self) -> Any:
        """Those that a partner speaks for."""
        return Organisation.objects.filter(memberships__user=self.request.user).distinct()

    def sheet(self, data: Any, record: Record, base_version: int) -> ActionSheet:
        names = field_names(is_coordinator=self.saves, is_new=self.action is None)
        return ActionSheet(data, names=names, record=record, references=self.references, base_version=base_version)

    def page(self, sheet: ActionSheet, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {"action": self.action, "sheet": sheet, "references": self.references, "saves": self.saves}
        context |= {"proposal": self.proposal, **more}
        return render(self.request, "plan/office/edit.html", context, status=status)


def edit(request: HttpRequest, code: str) -> HttpResponse:
    current = Plan.objects.current()
    shown = get_object_or_404(current.actions.visible_to(request.user).whole().select_related("plan__area"), code=code)
    if not request.user.has_perm("plan.propose_change", shown):
        raise PermissionDenied
    editor = Editor(request, current, shown)
    if request.method == "POST":
        with transaction.atomic():
            return _take(editor, Action.objects.select_for_update(of=("self",)).get(pk=shown.pk))
    return editor.page(editor.sheet(None, read_record(shown), shown.version))


def _take(editor: Editor, locked: Action) -> HttpResponse:
    """Save or propose what was sent; the action's row is locked, so that what we compare with stays."""
    sent = editor.request.POST
    base_version = version_sent(sent.get("base_version", ""))
    sheet = editor.sheet(sent, record_at(locked, base_version), base_version)
    if not all([sheet.is_valid(), editor.proposal is None or editor.proposal.is_valid()]):
        return editor.page(sheet)
    changes = sheet.changes(but=sent.getlist("take"))
    try:
        done = _save(editor, locked, changes, base_version)
    except EditConflict as conflict:
        return _conflict(editor, locked, changes, conflict, sheet)
    except RecordError as error:
        sheet.add_errors(error.errors)
        return editor.page(sheet)
    messages.success(editor.request, done)
    return redirect(locked)


def _save(editor: Editor, action: Action, changes: Record, base_version: int) -> str:
    """Do it; gives what to say of it."""
    if editor.proposal is None:
        changed = change_action(action=action, changes=changes, base_version=base_version, by=editor.request.user)
        return _("Saved.") if changed.version != action.version else _("Nothing differs from the present text.")
    _propose(editor, action, changes, base_version)
    return _("Your proposal was sent to the coordinator. You will find the answer in the office.")


def _propose(editor: Editor, action: Action | None, changes: Record, base_version: int) -> None:
    assert editor.proposal is not None
    propose(
        plan=editor.plan,
        action=action,
        changes=changes,
        base_version=base_version,
        author=editor.request.user,
        at=timezone.now(),
        **editor.proposal.cleaned_data,
    )


def _conflict(
    editor: Editor, locked: Action, changes: Record, conflict: EditConflict, sheet: ActionSheet
) -> HttpResponse:
    """Both versions side by side, and the whole form again, which counts from the present version.

    It holds what was sent where the editor changed something, and what stands now everywhere else.
    """
    shown, before = editor.references.shown, sheet.record
    names = [name for name in BY_NAME if name in changed_since(locked, sheet.base_version) & conflict.yours.keys()]
    clashes = [
        Clash(
            name,
            str(BY_NAME[name].label),
            as_html(diff(shown(name, before[name]), shown(name, conflict.theirs[name]))),
            as_html(diff(shown(name, before[name]), shown(name, conflict.yours[name]))),
        )
        for name in names
    ]
    others = locked.changes.filter(version__gt=sheet.base_version).select_related("changed_by")
    merged = editor.sheet(None, read_record(locked) | changes, locked.version)
    return editor.page(merged, status=409, clashes=clashes, others=others)


def new(request: HttpRequest) -> HttpResponse:
    """A new action or idea; a partner proposes an idea."""
    if not request.user.has_perm("plan.propose"):
        raise PermissionDenied
    editor = Editor(request, Plan.objects.current(), None)
    if request.method != "POST":
        return editor.page(editor.sheet(None, empty_record(), 0))
    sheet = editor.sheet(request.POST, empty_record(), 0)
    if not all([sheet.is_valid(), editor.proposal is None or editor.proposal.is_valid()]):
        return editor.page(sheet)
    try:
        return _add(editor, sheet.changes())
    except RecordError as error:
        sheet.add_errors(error.errors)
        return editor.page(sheet)


def _add(editor: Editor, changes: Record) -> HttpResponse:
    if editor.proposal is not None:
        _propose(editor, None, changes, 0)
        messages.success(editor.request, _("Your idea was sent to the coordinator."))
        return redirect("plan:office")
    axis = editor.plan.axes.filter(key=changes.get("axis", "")).first()
    series = "I" if changes["stage"] == Stage.IDEA else f"A{axis.order if axis else ''}"
    added = create_action(
        plan=editor.plan,
        code=next_code(editor.plan, series),
        changes=changes,
        on=timezone.localdate(),
        by=editor.request.user,
    )
    messages.success(editor.request, _("Added."))
    return redirect(added)
