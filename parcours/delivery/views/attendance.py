"""The sheet in the room: taken on a telephone, by one or by several, with or without a network."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parcours.accounts.queries import history_of
from parcours.delivery.actions.attendance import Seen, note_attendance
from parcours.delivery.choices import Presence
from parcours.delivery.models import Attendance, Session
from parcours.delivery.views.people import edition_with_people, trail_of


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """One row for each person. What another facilitator noted meanwhile is shown beside, and stays."""
    edition = edition_with_people(request, key)
    if not request.user.has_perm("delivery.take_attendance", edition):
        raise PermissionDenied
    session = get_object_or_404(edition.sessions.select_related("venue"), pk=pk)
    clashes: list[Attendance] = []
    if request.method == "POST":
        seen = _read(request.POST)
        clashes = note_attendance(session=session, seen=seen, by=request.user, at=timezone.now())
        if not clashes:
            messages.success(request, _("Noted."))
            return redirect("delivery:attendance", edition.key, session.pk)
    context = {
        "edition": edition,
        "session": session,
        "rows": _rows(session, {row.enrolment_id: row for row in clashes}),
        "choices": Presence.choices,
        "clashes": clashes,
        "trail": trail_of(edition, session.title),
    }
    return render(request, "delivery/attendance.html", context, status=409 if clashes else 200)


def _read(posted: Any) -> list[Seen]:
    """Fields `seen-<enrolment>` and `base-<enrolment>`; what is not a presence is left out."""
    found = []
    for name, value in posted.items():
        number = name.removeprefix("seen-")
        if name.startswith("seen-") and number.isdecimal() and value in Presence.values:
            base = posted.get(f"base-{number}", "0")
            found.append(Seen(int(number), Presence(value), int(base) if base.isdecimal() else 0))
    return found


def _rows(session: Session, clashes: dict[int | None, Attendance]) -> list[dict[str, Any]]:
    known = {row.enrolment_id: row for row in session.attendances.select_related("noted_by")}
    people = session.edition.enrolments.were_enrolled().select_related("person")
    return [
        {
            "enrolment": one,
            "row": known.get(one.pk),
            "clash": clashes.get(one.pk),
            "changes": _changes(known.get(one.pk)),
            "is_gone": one.ended_on is not None,
        }
        for one in people.order_by("person__sort_key", "pk")
    ]


def _changes(row: Attendance | None) -> int:
    return row.revision - 1 if row else 0


@require_http_methods(["GET", "HEAD"])
def trace(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Who noted what, and what was corrected."""
    edition = edition_with_people(request, key)
    session = get_object_or_404(edition.sessions, pk=pk)
    rows = session.attendances.select_related("enrolment__person").exclude(enrolment=None)
    told = [(row, history_of(row)) for row in rows.order_by("enrolment__person__sort_key", "pk") if row.revision > 1]
    labels = dict(Presence.choices)
    events = [
        (str(row.enrolment), [(event.at, event.who, labels.get(event.snapshot["presence"], "")) for event in found])
        for row, found in told
    ]
    context = {"edition": edition, "session": session, "events": events, "trail": trail_of(edition, session.title)}
    return render(request, "delivery/trace.html", context)
