"""Sessions: planned as a series, moved, cancelled, told, in calendars."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parcours.delivery import desk
from parcours.delivery.actions import notices
from parcours.delivery.actions import sessions as verbs
from parcours.delivery.calendars import CALENDAR, calendar_of
from parcours.delivery.choices import CONCERNED
from parcours.delivery.forms.editions import SeriesForm, SessionForm
from parcours.delivery.links import opens
from parcours.delivery.models import Edition, Enrolment, Session
from parcours.delivery.views.programmes import shown_edition, trail_of


@require_http_methods(["GET", "HEAD", "POST"])
def series(request: HttpRequest, key: str) -> HttpResponse:
    """Choose the first day, look at what it makes and what it meets, then make it."""
    shown = shown_edition(request, key, perm="delivery.change_edition")
    initial = {"first": shown.starts_on, "at": "18:30", "venue": shown.venue_id}
    form = SeriesForm(request.POST or None, initial=initial)
    planned: list[verbs.Planned] = []
    if request.method == "POST" and form.is_valid():
        planned = verbs.series(edition=shown, **form.cleaned_data)
        if request.POST.get("do") == "make":
            try:
                made = verbs.plan_series(edition=shown, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("%(number)d sessions are planned.") % {"number": len(made)})
                return redirect(shown)
    context = {"edition": shown, "form": form, "planned": planned, "trail": trail_of(shown, _("Plan the sessions"))}
    context["may_make"] = bool(planned) and not any(one.clashes for one in planned)
    return render(request, "delivery/series.html", context, status=422 if form.errors else 200)


def _session(request: HttpRequest, key: str, pk: int, *, perm: str = "") -> tuple[Edition, Session]:
    shown = shown_edition(request, key, perm=perm)
    found = get_object_or_404(shown.sessions.select_related("venue", "step", "edition__programme"), pk=pk)
    return shown, found


@require_safe
def session(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """When, where, what for and how; who is to be told; the way to the attendance sheet."""
    now = timezone.now()
    shown, found = _session(request, key, pk)
    sees_people = desk.sees_people(request.user, shown, at=now)
    context: dict[str, Any] = {
        "edition": shown,
        "session": found,
        "sees_people": sees_people,
        "leads": request.user.has_perm("delivery.change_edition", shown),
        "is_over": found.ends_at <= now,
        "trail": trail_of(shown, found.title),
    }
    if sees_people:
        context["enrolled"] = shown.enrolments.were_enrolled().count()
        context["came"] = found.attendances.of_enrolled().came().count()
        context["bookings"] = found.bookings.filter(state__in=CONCERNED)
        context["taken"] = found.bookings.holding_seats(at=now).seats()
        context["notices"] = found.notices.select_related("enrolment__person", "booking")
    return render(request, "delivery/session.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: HttpRequest, key: str, pk: int | None = None) -> HttpResponse:
    """A new session, or one that moves: who is enrolled is then told."""
    shown = shown_edition(request, key, perm="delivery.change_edition")
    found = get_object_or_404(shown.sessions, pk=pk) if pk else Session(edition=shown, is_invented=shown.is_invented)
    form = SessionForm(request.POST or None, instance=found, initial={"venue": found.venue_id or shown.venue_id})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(verbs.save_session(session=form.save(commit=False), at=timezone.now()))
        except ValidationError as error:
            form.add_error(None, error)
    note = _("Everybody enrolled is told of another time or place, each as they chose.") if pk else ""
    context = {"form": form, "title": found.title or _("A new session"), "note": note}
    context["trail"] = trail_of(shown, found.title or _("A new session"))
    return render(request, "kit/form_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Says who will be told, then cancels; or lets it take place after all."""
    shown, found = _session(request, key, pk, perm="delivery.change_edition")
    if request.method == "POST":
        try:
            if found.cancelled_at:
                verbs.restore_session(session=found)
            else:
                verbs.cancel_session(session=found, at=timezone.now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(found)
    people = shown.enrolments.taking_a_place().exclude(person=None).select_related("person")
    context = {"edition": shown, "session": found, "people": people, "trail": trail_of(shown, found.title)}
    return render(request, "delivery/cancel.html", context)


@require_POST
def tell(request: HttpRequest, key: str) -> HttpResponse:
    """Send now what is due, instead of waiting for the hourly round."""
    shown = shown_edition(request, key, perm="delivery.take_attendance")
    told = notices.send_due(at=timezone.now())
    said = _("%(sent)d messages sent, %(call)d people to call or to tell.")
    messages.success(request, said % {"sent": told.sent, "call": told.to_call})
    return redirect(shown)


@require_POST
def told(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Somebody called them."""
    shown = shown_edition(request, key, perm="delivery.take_attendance")
    notices.note_told(notice=get_object_or_404(desk.to_call(shown, at=timezone.now()), pk=pk), at=timezone.now())
    return redirect(f"{shown.get_absolute_url()}#to-call")


@login_not_required
@require_safe
def feed(request: HttpRequest, kind: str, key: str, secret: str) -> HttpResponse:
    """A calendar that programs fetch: its secret address is the key to it, and it names nobody."""
    if not opens(secret, f"{kind}.{key}"):
        raise Http404
    if kind == "edition":
        edition = get_object_or_404(Edition.objects.select_related("programme"), key=key)
    else:
        enrolment = get_object_or_404(Enrolment.objects.taking_a_place().select_related("edition__programme"), key=key)
        edition = enrolment.edition
    sessions = edition.sessions.select_related("venue", "edition__programme")
    body = calendar_of(sessions, name=edition.title, is_personal=kind == "enrolment")
    return HttpResponse(body, content_type=CALENDAR, headers={"Content-Disposition": "inline; filename=sessions.ics"})
