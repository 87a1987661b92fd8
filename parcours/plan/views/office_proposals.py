"""Proposals of partners and their answers."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parcours.kit.worddiff import as_html, diff
from parcours.plan.actions.change import EditConflict
from parcours.plan.actions.propose import accept_proposal, decline_proposal, withdraw_proposal
from parcours.plan.choices import ProposalState
from parcours.plan.forms.action import empty_record
from parcours.plan.forms.office import AnswerForm
from parcours.plan.models import Plan, Proposal
from parcours.plan.past import changed_since, record_at
from parcours.plan.records import BY_NAME, RecordError, read_record
from parcours.plan.references import References
from parcours.plan.views.office import may_see_office
from parcours.plan.views.office_actions import add_errors

PER_PAGE = 20


@dataclass(frozen=True)
class Row:
    """One proposed field: what stood, what is proposed, and what stands now when that is something else again."""

    label: str
    difference: SafeString
    now: SafeString | str = ""


def proposals(request: HttpRequest) -> HttpResponse:
    may_see_office(request)
    current = Plan.objects.current()
    found = Proposal.objects.filter(plan=current).visible_to(request.user)
    shown = found.select_related("action", "author", "organisation")
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "plan/office/proposals.html", {"page": page})


def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    may_see_office(request)
    found = Proposal.objects.visible_to(request.user)
    shown = get_object_or_404(
        found.select_related("action__plan", "plan__area", "author", "organisation", "decided_by"), pk=pk
    )
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = _answer(request, shown, form)
        except EditConflict:
            form.add_error(None, _("The action changed since: read what stands now, then accept again or decline."))
        except RecordError as error:
            add_errors(form, error.errors, {})
        else:
            messages.success(request, said)
            return redirect("plan:proposals")
    return render(request, "plan/office/proposal.html", _context(request, shown, form))


def _answer(request: HttpRequest, shown: Proposal, form: AnswerForm) -> str:
    """Do what the button says; gives what to say of it."""
    what, answer, now = request.POST.get("do"), form.cleaned_data["answer"], timezone.now()
    if what == "withdraw" and shown.author_id == request.user.pk:
        withdraw_proposal(proposal=shown, by=request.user, at=now)
        return _("Your proposal is withdrawn.")
    if not request.user.has_perm("plan.change_plan"):
        raise PermissionDenied
    if what == "accept":
        seen = form.cleaned_data["base_version"]
        accept_proposal(proposal=shown, by=request.user, at=now, answer=answer, base_version=seen)
        return _("Accepted: the plan is changed and the author is told.")
    if what == "decline":
        decline_proposal(proposal=shown, by=request.user, at=now, answer=answer)
        return _("Declined: the author is told why.")
    raise PermissionDenied


def _context(request: HttpRequest, shown: Proposal, form: AnswerForm) -> dict[str, object]:
    references = References(shown.plan, get_language() or "fr")
    clashing = _clashing(shown)
    is_pending = shown.state == ProposalState.PENDING
    return {
        "proposal": shown,
        "rows": _rows(shown, references, clashing),
        "is_clashing": bool(clashing),
        "form": form,
        "seen": shown.action.version if shown.action else 0,
        "may_answer": is_pending and request.user.has_perm("plan.change_plan"),
        "may_withdraw": is_pending and shown.author_id == request.user.pk,
    }


def _clashing(shown: Proposal) -> set[str]:
    """The proposed fields that changed since the author wrote."""
    if shown.action is None or shown.state != ProposalState.PENDING:
        return set()
    return changed_since(shown.action, shown.base_version) & shown.changes.keys()


def _rows(shown: Proposal, references: References, clashing: set[str]) -> list[Row]:
    is_new = shown.action is None or shown.base_version == 0
    before = empty_record() if is_new else record_at(shown.action, shown.base_version)
    now = read_record(shown.action) if clashing else {}
    return [
        Row(
            str(BY_NAME[name].label),
            as_html(diff(references.shown(name, before[name]), references.shown(name, after))),
            as_html(diff(references.shown(name, before[name]), references.shown(name, now[name])))
            if name in clashing
            else "",
        )
        for name, after in shown.changes.items()
        if name in BY_NAME
    ]
