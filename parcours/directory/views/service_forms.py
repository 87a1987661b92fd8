"""Adding a service, changing it, and what becomes of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parcours.directory.actions.hand import add_service, move_service
from parcours.directory.choices import RecordKind, ServiceState
from parcours.directory.forms.services import OrganisationChoice, StateForm
from parcours.directory.forms.sheets import Seen, Sheet
from parcours.directory.models import Organisation, Service
from parcours.directory.rules import hand_of, next_states
from parcours.directory.views.sheets import UNREADABLE, areas_for, change_record, form_page, warn


def edit(request: HttpRequest, key: str) -> HttpResponse:
    visible = Service.objects.visible_to(request.user).select_related("organisation")
    return change_record(request, get_object_or_404(visible, key=key))


def new(request: HttpRequest) -> HttpResponse:
    """A new service; an organisation's own waits for the coordinator."""
    organisations = _organisations(request.user)
    if not organisations:
        raise PermissionDenied
    asked = {"organisation": request.GET.get("organisation", "")}
    choice = OrganisationChoice(request.POST or None, organisations=organisations, initial=asked)
    sheet = Sheet(RecordKind.SERVICE, request.POST or None, seen=Seen({}, 0), areas=areas_for())
    if request.method != "POST":
        return form_page(request, sheet, choice=choice)
    if not all([choice.is_valid(), sheet.is_valid()]):
        return form_page(request, sheet, choice=choice, status=UNREADABLE)
    chosen = Organisation.objects.get(key=choice.cleaned_data["organisation"])
    try:
        added = add_service(
            organisation=chosen,
            values=sheet.changes(),
            by=hand_of(request.user),
            at=timezone.now(),
            reason=sheet.reason,
        )
    except ValidationError as error:
        sheet.add_errors(error)
        return form_page(request, sheet, choice=choice, status=UNREADABLE)
    if added.state == ServiceState.PROPOSED:
        messages.success(request, _("Sent to the coordinator, who publishes it. Until then only you can see it."))
    else:
        messages.success(request, _("Added."))
    warn(request, sheet)
    return redirect(added)


def _organisations(user: Any) -> list[Organisation]:
    """Those for which this user may add a service."""
    kept = Organisation.objects.kept().only("key", "name", "sort_key")
    if not user.has_perm("directory.moderate"):
        kept = kept.filter(memberships__user=user).distinct()
    return list(kept)


@require_POST
def state(request: HttpRequest, key: str) -> HttpResponse:
    """Publish, suspend or close."""
    shown = get_object_or_404(Service.objects.visible_to(request.user).select_related("organisation"), key=key)
    allowed = next_states(request.user, shown)
    if not allowed:
        raise PermissionDenied
    form = StateForm(request.POST, states=allowed)
    if form.is_valid():
        move_service(
            service=shown,
            state=ServiceState(form.cleaned_data["state"]),
            by=hand_of(request.user),
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("This cannot be done any more: somebody else changed the service meanwhile."))
    return redirect(shown)
