"""A service as everyone reads it, its history, and its hours for a calendar."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parcours.directory.choices import ServiceState
from parcours.directory.models import Service
from parcours.directory.rules import next_states
from parcours.directory.sheet.facts import address_of, hours_at
from parcours.directory.views.pages import ServicePage, not_for_caches
from parcours.directory.views.sheets import record_history
from parcours.engines.hours import calendar as calendar_file

# What one does to reach a state.
STATE_VERBS = {
    ServiceState.PUBLISHED: _("Publish"),
    ServiceState.SUSPENDED: _("Suspend for now"),
    ServiceState.CLOSED: pgettext_lazy("a service", "Close"),
}


@login_not_required
def service(request: HttpRequest, key: str) -> HttpResponse:
    shown = Service.objects.visible_to(request.user).with_details().filter(key=key).first()
    if shown is None:
        return _not_here(request, key)
    page = ServicePage(shown, request.user)
    context = {
        "page": page,
        "service": shown,
        "may_change": request.user.has_perm("directory.change_service", shown),
        "next_states": [(state.value, STATE_VERBS[state]) for state in next_states(request.user, shown)],
    }
    return not_for_caches(page, render(request, "directory/service.html", context))


def _not_here(request: HttpRequest, key: str) -> HttpResponse:
    """A sheet on paper outlives its service: whoever follows it is told what became of the service."""
    known = get_object_or_404(Service.objects.select_related("organisation", "merged_into"), key=key)
    if known.merged_into:
        return redirect(known.merged_into, permanent=False)
    if known.state not in (ServiceState.SUSPENDED, ServiceState.CLOSED) or not known.organisation.may_be_named:
        raise Http404
    status = 410 if known.state == ServiceState.CLOSED else 200
    return render(request, "directory/service_gone.html", {"service": known}, status=status)


@login_not_required
def history(request: HttpRequest, key: str) -> HttpResponse:
    return record_history(request, get_object_or_404(Service.objects.visible_to(request.user), key=key))


@login_not_required
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The hours as a file that a phone takes; 404 where the week is not known."""
    shown = get_object_or_404(Service.objects.public().with_details(), key=key)
    address = request.build_absolute_uri(shown.get_absolute_url())
    at = list(shown.at.all())
    for _where, hours in hours_at(shown):
        file = calendar_file(
            hours,
            uid=f"{shown.key}@{request.get_host()}",
            summary=f"{shown.name.text} · {shown.organisation.short_name}",
            on=timezone.localdate(),
            location=address_of(at[0].place) if at else "",
            url=address,
            description=address,
        )
        if file:
            disposition = {"Content-Disposition": f'attachment; filename="{shown.key}.ics"'}
            return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=disposition)
    raise Http404(_("The hours are not known."))
