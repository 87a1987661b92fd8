"""Changing a record by its form, two people changing one record at the same time, and its history."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from parcours.accounts.queries import history_of
from parcours.directory.actions.hand import edit_record
from parcours.directory.actions.records import lock
from parcours.directory.actions.services import areas_by_key
from parcours.directory.choices import RecordKind
from parcours.directory.forms.sheets import Seen, Sheet, offered_areas
from parcours.directory.models import Organisation, Service, Territory
from parcours.directory.records import FIELDS, Values, kind_of, read_values
from parcours.directory.rules import hand_of
from parcours.directory.sheet.history import areas_in, lines_of
from parcours.directory.wording import Areas, area_keys, worded
from parcours.kit.worddiff import Clash, as_html, diff

UNREADABLE, CONFLICT = 422, 409
Record = Service | Organisation


def change_record(request: HttpRequest, shown: Record) -> HttpResponse:
    """The form of this record, and what is sent by it."""
    kind = kind_of(shown)
    if not request.user.has_perm(f"directory.change_{kind}", shown):
        raise PermissionDenied
    if request.method == "POST":
        with transaction.atomic():
            return _take(request, lock(shown))
    seen = Seen(read_values(shown), shown.version)
    return form_page(request, Sheet(kind, seen=seen, areas=areas_for(seen.record)), record=shown)


def _take(request: HttpRequest, locked: Record) -> HttpResponse:
    """Save what was sent; the record's row is locked, so that what we compare with stays."""
    kind, seen, now = kind_of(locked), Seen.opened(request.POST.get("seen", "")), read_values(locked)
    sheet = Sheet(kind, request.POST, areas=areas_for(seen.record, now))
    if not sheet.is_valid():
        return form_page(request, sheet, record=locked, status=UNREADABLE)
    changes = sheet.changes(but=request.POST.getlist("take"))
    clashes = _clashes(kind, seen.record, now, changes, sheet.areas)
    if clashes:
        filled_in = {name: value for name, value in {**now, **changes}.items() if value is not None}
        again = Seen(now, locked.version)
        sheet = Sheet(kind, seen=again, filled_in=filled_in, reason=sheet.reason, areas=sheet.areas)
        return form_page(request, sheet, record=locked, status=CONFLICT, clashes=clashes)
    if not changes:
        messages.info(request, _("Nothing differs from what stands there."))
        return redirect(locked)
    try:
        edit_record(
            target=locked,
            values=changes,
            by=hand_of(request.user),
            at=timezone.now(),
            base_version=locked.version,
            reason=sheet.reason,
        )
    except ValidationError as error:
        sheet.add_errors(error)
        return form_page(request, sheet, record=locked, status=UNREADABLE)
    messages.success(request, _("Saved."))
    warn(request, sheet)
    return redirect(locked)


def warn(request: HttpRequest, sheet: Sheet) -> None:
    """What was taken otherwise than it was typed."""
    for warning in sheet.warnings:
        messages.warning(request, str(warning))


def _clashes(kind: RecordKind, seen: Values, now: Values, changes: Values, areas: Areas) -> list[Clash]:
    """The fields that somebody else changed to another value since they were seen."""
    both = [
        field
        for field in FIELDS[kind]
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


def areas_for(*records: Values) -> Areas:
    """The areas that a form of these records offers."""
    territory = Territory.objects.select_related("area").first()
    return offered_areas(territory.area if territory else None, areas_by_key(area_keys(records)))


def form_page(
    request: HttpRequest, sheet: Sheet, *, record: Record | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """The form as a page; of a new record it may ask more."""
    whose = record.organisation.name if isinstance(record, Service) else ""
    context = {"sheet": sheet, "record": record, "whose": whose, "clashes": [], "choice": None, **more}
    return render(request, "directory/record_edit.html", context, status=status)


def record_history(request: HttpRequest, shown: Record) -> HttpResponse:
    """Who changed what, when and why; people's names are for professionals."""
    events = history_of(shown)
    context = {
        "record": shown,
        "lines": lines_of(events, kind_of(shown), areas_in(events)),
        "with_names": request.user.has_perm("directory.see_private_contacts"),
    }
    return render(request, "directory/record_history.html", context)
