"""The sheet in the room: taken on a telephone, by one or by several, with or without a network."""

from collections.abc import Sequence
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
from parcours.delivery.actions.bookings import MOST_SEATS
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
        "rows": _rows(session, clashes),
        "clashes": clashes,
        "trail": trail_of(edition, session.title),
    }
    return render(request, "delivery/attendance.html", context, status=409 if clashes else 200)


def _read(posted: Any) -> list[Seen]:
    """Fields `seen-<enrolment>` (a presence), `seen-party-<booking>` (how many came) and their `base-…`; others are
    left out."""
    found = []
    for name, value in posted.items():
        what = name.removeprefix("seen-")
        number = what.removeprefix("party-")
        if what == name or not number.isdecimal():
            continue
        known = posted.get(f"base-{what}", "0")
        base = int(known) if known.isdecimal() else 0
        if what == number and value in Presence.values:
            found.append(Seen(int(number), Presence(value), base))
        elif what != number and value.isdecimal() and int(value) <= MOST_SEATS:
            presence = Presence.PRESENT if int(value) else Presence.ABSENT
            found.append(Seen(int(number), presence, base, is_party=True, seats=int(value)))
    return found


def _rows(session: Session, clashes: Sequence[Attendance]) -> list[dict[str, Any]]:
    """A row for each enrolment, then for each party: its name in the form, its choices, what is noted."""
    noted = {_who(row): row for row in session.attendances.select_related("noted_by")}
    theirs = {_who(row): row for row in clashes}
    people = session.edition.enrolments.were_enrolled().select_related("person").order_by("person__sort_key", "pk")
    rows: list[dict[str, Any]] = []
    for enrolment in people:
        row = noted.get((enrolment.pk, None))
        rows.append(
            {
                "name": str(enrolment.pk),
                "who": enrolment,
                "latin": enrolment.person.latin_name if enrolment.person else "",
                "state": enrolment.get_state_display() if enrolment.ended_on else "",
                "choices": Presence.choices,
                "chosen": row.presence if row else "",
                "row": row,
                "clash": theirs.get((enrolment.pk, None)),
            }
        )
    for party in session.bookings.standing():
        row = noted.get((None, party.pk))
        numbers = [(str(number), _("%(number)d came") % {"number": number}) for number in range(party.seats + 1)]
        came = {"chosen": str(row.seats) if row else "", "row": row, "clash": theirs.get((None, party.pk))}
        rows.append({"name": f"party-{party.pk}", "who": party, "latin": "", "state": "", "choices": numbers, **came})
    return rows


def _who(row: Attendance) -> tuple[int | None, int | None]:
    return row.enrolment_id, row.booking_id


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
