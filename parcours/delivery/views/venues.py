"""Rooms where people meet, shared by all programmes."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parcours.delivery.actions.programmes import save_venue
from parcours.delivery.forms.editions import VenueForm
from parcours.delivery.models import Session, Venue


def _trail(*more: Any) -> list[tuple[Any, str | None]]:
    places = reverse("delivery:venues") if more else None
    return [(_("Programmes"), reverse("delivery:index")), (_("Places"), places), *((one, None) for one in more)]


@require_safe
def venues(request: HttpRequest) -> HttpResponse:
    """Each place with how many it takes and what happens there next."""
    if not request.user.has_perm("delivery.change_venue"):
        raise PermissionDenied
    coming = Session.objects.upcoming(at=timezone.now()).exclude(venue=None).select_related("edition__programme")
    next_there: dict[int | None, Session] = {}
    for session in coming.order_by("starts_at"):
        next_there.setdefault(session.venue_id, session)
    rows = [(venue, next_there.get(venue.pk)) for venue in Venue.objects.select_related("area")]
    return render(request, "delivery/venues.html", {"rows": rows, "trail": _trail()})


@require_http_methods(["GET", "HEAD", "POST"])
def venue_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    if not request.user.has_perm("delivery.change_venue"):
        raise PermissionDenied
    found = get_object_or_404(Venue, pk=pk) if pk else Venue()
    form = VenueForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            save_venue(venue=form.save(commit=False), at=timezone.now())
            return redirect("delivery:venues")
        except ValidationError as error:
            form.add_error(None, error)
    title = found.name if pk else _("A new place")
    context = {"form": form, "title": title, "trail": _trail(title)}
    return render(request, "kit/form_page.html", context, status=422 if form.errors else 200)
