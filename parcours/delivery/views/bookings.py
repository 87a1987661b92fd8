"""Seats for anybody: booked in a minute without an account, changed and cancelled by a secret link."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parcours.delivery.actions import bookings as verbs
from parcours.delivery.calendars import CALENDAR, calendar_of
from parcours.delivery.choices import BookingState
from parcours.delivery.forms.bookings import BookingForm, SeatsForm
from parcours.delivery.links import opens, path_of
from parcours.delivery.models import Booking, Session
from parcours.delivery.views.programmes import shown_edition


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, uid: str) -> HttpResponse:
    """How many come and how to reach them; what is full is said before anybody types."""
    now = timezone.now()
    found = Session.objects.filter(edition__programme__is_public=True, capacity__isnull=False).with_free_seats(at=now)
    shown = get_object_or_404(found.select_related("edition__programme__organisation", "venue"), uid=uid)
    form = BookingForm(request.POST or None, session=shown)
    if request.method == "POST" and form.is_valid():
        if too_many := ratelimit.consume_or_429(request, action="book"):
            return too_many
        try:
            booked = verbs.book(booking=form.instance, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(path_of(booked))
    programme = shown.edition.programme
    context = {
        "session": shown,
        "programme": programme,
        "form": form,
        "is_open": Session.objects.open_to_all(at=now).filter(pk=shown.pk).exists(),
        "trail": [
            (_("Programmes"), reverse("delivery:index")),
            (programme.title, programme.get_absolute_url()),
            (shown.title, None),
        ],
    }
    return render(request, "delivery/book.html", context, status=422 if form.errors else 200)


def _opened(key: str, secret: str) -> Booking:
    """The booking that a secret link opens; 404 for any other."""
    if not opens(secret, f"booking.{key}"):
        raise Http404
    found = Booking.objects.select_related("session__edition__programme__organisation", "session__venue")
    return get_object_or_404(found, key=key)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def booking(request: HttpRequest, key: str, secret: str) -> HttpResponse:
    """How the party stands: say yes to an offer, be more or fewer, cancel."""
    shown, now = _opened(key, secret), timezone.now()
    if request.method == "POST":
        try:
            messages.success(request, _done(shown, request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(path_of(shown))
    session = shown.session
    is_offered = shown.state == BookingState.OFFERED
    if is_offered and shown.offer_ends_at and shown.offer_ends_at <= now:
        shown.state, is_offered = BookingState.LAPSED, False
    context = {
        "booking": shown,
        "session": session,
        "is_offered": is_offered,
        "stands": shown.state == BookingState.BOOKED,
        "may_change": session.starts_at > now
        and not session.cancelled_at
        and shown.state in (BookingState.BOOKED, BookingState.WAITING, BookingState.OFFERED),
        "form": SeatsForm(initial={"seats": shown.seats}),
        "calendar": reverse("delivery:booking-calendar", args=[key, secret]),
    }
    return render(request, "delivery/booking.html", context)


def _done(booking: Booking, request: HttpRequest) -> str:
    """Do what the button says; gives what to tell. Raises ValidationError."""
    now, do = timezone.now(), request.POST.get("do")
    if do == "accept":
        verbs.accept(booking=booking, at=now)
        return _("Your seats are booked. See you there.")
    if do == "cancel":
        verbs.cancel_booking(booking=booking, at=now)
        return _("Your booking is cancelled. What we knew of you is forgotten.")
    form = SeatsForm(request.POST)
    if not form.is_valid():
        raise ValidationError([message for errors in form.errors.values() for message in errors])
    verbs.change_seats(booking=booking, seats=form.cleaned_data["seats"], at=now)
    return _("Changed.")


@login_not_required
@require_safe
def calendar(request: HttpRequest, key: str, secret: str) -> HttpResponse:
    """The session for the party's own calendar."""
    shown = _opened(key, secret)
    body = calendar_of([shown.session], name=str(shown.session.title), is_personal=True)
    return HttpResponse(body, content_type=CALENDAR, headers={"Content-Disposition": "inline; filename=session.ics"})


@require_POST
def cancel(request: HttpRequest, key: str, pk: int, number: int) -> HttpResponse:
    """The team cancels for a party that asked them to."""
    edition = shown_edition(request, key)
    if not request.user.has_perm("delivery.take_attendance", edition):
        raise PermissionDenied
    found = get_object_or_404(Booking.objects.filter(session__edition=edition, session=pk), pk=number)
    verbs.cancel_booking(booking=found, at=timezone.now())
    return redirect(f"{found.session.get_absolute_url()}#bookings")
