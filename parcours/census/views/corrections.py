"""The coordinator's queue: what was proposed and reported, read against what stands, taken in or refused."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parcours.accounts.queries import history_of
from parcours.census.actions.corrections import accept, address_of, decide_proposed, refuse
from parcours.census.choices import CorrectionState
from parcours.census.facts import facts_of, rows_of
from parcours.census.forms.corrections import DecisionForm
from parcours.census.models import Correction
from parcours.directory.actions.records import ChangedMeanwhile
from parcours.directory.choices import ServiceState
from parcours.directory.models import Service

PER_PAGE = 20
may_moderate = permission_required("directory.moderate", raise_exception=True)


@require_safe
@may_moderate
def corrections(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; decided ones, the latest first, on demand."""
    decided = request.GET.get("state") == "decided"
    found = Correction.objects.exclude(state=CorrectionState.OPEN) if decided else Correction.objects.open()
    found = found.select_related("organisation", "service", "proposed_by", "decided_by")
    proposed = Service.objects.kept().filter(state=ServiceState.PROPOSED).select_related("organisation").order_by("pk")
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "proposed": [] if decided else proposed,
        "decided": decided,
    }
    return render(request, "census/corrections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_moderate
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Before and after of each field, what changed since, and the answer."""
    found = Correction.objects.select_related(
        "organisation", "service__organisation", "proposed_by", "decided_by", "request"
    )
    shown = get_object_or_404(found, pk=pk)
    form = DecisionForm(request.POST or None, names=list(shown.values))
    if request.method == "POST" and form.is_valid():
        try:
            return _decide(request, shown, form)
        except ChangedMeanwhile:
            shown = found.get(pk=pk)
            form.add_error(None, _("The record changed since: read what stands now, then decide again."))
        except ValidationError as error:
            _tell(form, error)
    rows = rows_of(shown)
    context = {
        "correction": shown,
        "rows": rows,
        "is_clashing": any(row.now for row in rows),
        "form": form,
        "taken": request.POST.getlist("take") if form.is_bound else list(shown.values),
        "is_open": shown.state == CorrectionState.OPEN,
        "can_write": bool(address_of(shown)),
        "history": history_of(shown),
        "trail": _trail(shown.target.name if shown.service is None else shown.service.name.text),
    }
    return render(request, "census/correction.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, shown: Correction, form: DecisionForm) -> HttpResponse:
    data, now = form.cleaned_data, timezone.now()
    if request.POST.get("do") == "refuse":
        refuse(correction=shown, by=request.user, at=now, reason=data["reason"])
        messages.success(request, _("Refused."))
    else:
        fields = data["take"] if shown.values else None
        accept(correction=shown, by=request.user, at=now, fields=fields, reason=data["reason"], seen=data["seen"])
        messages.success(request, _("Taken in: people read it from now on.") if shown.values else _("Dealt with."))
    return redirect("census:corrections")


@require_http_methods(["GET", "HEAD", "POST"])
@may_moderate
def proposed(request: HttpRequest, key: str) -> HttpResponse:
    """A service that a partner proposes: published, or refused with a reason."""
    waiting = Service.objects.kept().filter(state=ServiceState.PROPOSED)
    service = get_object_or_404(waiting.with_details(), key=key)
    form = DecisionForm(request.POST or None, names=[])
    if request.method == "POST" and form.is_valid():
        publish = request.POST.get("do") == "accept"
        try:
            reason = form.cleaned_data["reason"]
            decide_proposed(service=service, publish=publish, by=request.user, at=timezone.now(), reason=reason)
        except ValidationError as error:
            _tell(form, error)
        else:
            messages.success(request, _("Published.") if publish else _("Refused."))
            return redirect("census:corrections")
    context = {"service": service, "facts": facts_of(service), "form": form, "trail": _trail(service.name.text)}
    return render(request, "census/correction_proposed.html", context, status=422 if form.errors else 200)


def _tell(form: DecisionForm, error: ValidationError) -> None:
    told: dict[str, Any] = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for name, errors in told.items():
        form.add_error(name if name in form.fields else None, errors)


def _trail(here: str) -> list[tuple[Any, str | None]]:
    return [(_("Corrections"), reverse("census:corrections")), (here, None)]
