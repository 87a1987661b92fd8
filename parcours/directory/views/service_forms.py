"""Adding and changing a service, and two people changing one service at the same time."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parcours.directory.actions.hand import add_service, edit_service, move_service
from parcours.directory.actions.records import lock
from parcours.directory.actions.services import areas_by_key
from parcours.directory.choices import RecordKind, ServiceState
from parcours.directory.forms.services import OrganisationChoice, Seen, ServiceSheet, StateForm, offered_areas
from parcours.directory.likeness import Likeness, services_like
from parcours.directory.models import Organisation, Service, Territory
from parcours.directory.records import FIELDS, Values, read_values
from parcours.directory.rules import hand_of, next_states
from parcours.directory.wording import Areas, area_keys, worded
from parcours.kit.worddiff import Clash, as_html, diff

UNREADABLE, CONFLICT = 422, 409


def edit(request: HttpRequest, key: str) -> HttpResponse:
    shown = get_object_or_404(Service.objects.visible_to(request.user).select_related("organisation"), key=key)
    if not request.user.has_perm("directory.change_service", shown):
        raise PermissionDenied
    if request.method == "POST":
        with transaction.atomic():
            return _take(request, lock(shown))
    seen = Seen(read_values(shown), shown.version)
    return _page(request, ServiceSheet(seen=seen, areas=_areas(seen.record)), service=shown)


def _take(request: HttpRequest, locked: Service) -> HttpResponse:
    """Save what was sent; the service's row is locked, so that what we compare with stays."""
    seen, now = Seen.opened(request.POST.get("seen", "")), read_values(locked)
    sheet = ServiceSheet(request.POST, areas=_areas(seen.record, now))
    if not sheet.is_valid():
        return _page(request, sheet, service=locked, status=UNREADABLE)
    changes = sheet.changes(but=request.POST.getlist("take"))
    clashes = _clashes(seen.record, now, changes, sheet.areas)
    if clashes:
        filled_in = {name: value for name, value in {**now, **changes}.items() if value is not None}
        again = Seen(now, locked.version)
        sheet = ServiceSheet(seen=again, filled_in=filled_in, reason=sheet.reason, areas=sheet.areas)
        return _page(request, sheet, service=locked, status=CONFLICT, clashes=clashes)
    if not changes:
        messages.info(request, _("Nothing differs from what stands there."))
        return redirect(locked)
    try:
        edit_service(
            service=locked,
            values=changes,
            by=hand_of(request.user),
            at=timezone.now(),
            base_version=locked.version,
            reason=sheet.reason,
        )
    except ValidationError as error:
        sheet.add_errors(error)
        return _page(request, sheet, service=locked, status=UNREADABLE)
    messages.success(request, _("Saved."))
    _warn(request, sheet)
    return redirect(locked)


def _warn(request: HttpRequest, sheet: ServiceSheet) -> None:
    """What was taken otherwise than it was typed."""
    for warning in sheet.warnings:
        messages.warning(request, str(warning))


def _clashes(seen: Values, now: Values, changes: Values, areas: Areas) -> list[Clash]:
    """The fields that somebody else changed to another value since they were seen."""
    both = [
        field
        for field in FIELDS[RecordKind.SERVICE]
        if field.name in changes
        and now.get(field.name) != seen.get(field.name)
        and now.get(field.name) != changes[field.name]
    ]
    clashes = []
    for field in both:
        before, theirs, yours = (worded(field, one.get(field.name), areas=areas) for one in (seen, now, changes))
        label = str(capfirst(field.label))
        clashes.append(Clash(field.name, label, as_html(diff(before, theirs)), as_html(diff(before, yours))))
    return clashes


def _areas(*records: Values) -> Areas:
    territory = Territory.objects.select_related("area").first()
    return offered_areas(territory.area if territory else None, areas_by_key(area_keys(records)))


def _page(request: HttpRequest, sheet: ServiceSheet, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"sheet": sheet, "service": None, "clashes": [], "choice": None, "twins": [], **more}
    return render(request, "directory/service_edit.html", context, status=status)


def new(request: HttpRequest) -> HttpResponse:
    """A new service; an organisation's own waits for the coordinator."""
    organisations = _organisations(request.user)
    if not organisations:
        raise PermissionDenied
    asked = {"organisation": request.GET.get("organisation", "")}
    choice = OrganisationChoice(request.POST or None, organisations=organisations, initial=asked)
    sheet = ServiceSheet(request.POST or None, seen=Seen({}, 0), areas=_areas())
    if request.method != "POST":
        return _page(request, sheet, choice=choice)
    if not all([choice.is_valid(), sheet.is_valid()]):
        return _page(request, sheet, choice=choice, status=UNREADABLE)
    chosen = Organisation.objects.get(key=choice.cleaned_data["organisation"])
    if "is_another" not in request.POST and (twins := _twins(request.user, sheet.changes(), chosen)):
        return _page(request, sheet, choice=choice, twins=twins, status=CONFLICT)
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
        return _page(request, sheet, choice=choice, status=UNREADABLE)
    if added.state == ServiceState.PROPOSED:
        messages.success(request, _("Sent to the coordinator, who publishes it. Until then only you can see it."))
    else:
        messages.success(request, _("Added."))
    _warn(request, sheet)
    return redirect(added)


def _twins(user: Any, values: Values, organisation: Organisation) -> list[Likeness]:
    """What this user may see of the services that look like the new one."""
    found = services_like(values, organisation)
    seen = set(
        Service.objects.visible_to(user).filter(pk__in=[one.service.pk for one in found]).values_list("pk", flat=True)
    )
    return [one for one in found if one.service.pk in seen]


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
