"""What only those who run the survey read: who stands between others, who is apart, who could meet."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parcours.kit.spreadsheets import XLSX, write_xlsx
from parcours.network.brokers import ROLE_MEANINGS, ROLE_NAMES, apart, brokers, circles_compared, table
from parcours.network.choices import ALL, LATEST, SAID, Grouping, Kind
from parcours.network.gaps import suggestions
from parcours.network.reading import read
from parcours.network.views.public import csv_answer
from parcours.survey.models import Wave

MOST = 30
may_run = permission_required("survey.run", raise_exception=True)


def _grouping(request: HttpRequest) -> Grouping:
    asked = request.GET.get("by", "")
    return Grouping(asked) if asked in Grouping else Grouping.CIRCLE


def _wave(request: HttpRequest) -> str:
    asked = request.GET.get("wave", LATEST)
    return asked if asked == ALL or Wave.objects.filter(key=asked).exists() else LATEST


@require_safe
@may_run
def office(request: HttpRequest) -> HttpResponse:
    grouping, wave = _grouping(request), _wave(request)
    reading = read(wave=wave, everyone=True)
    found = brokers(reading, grouping)
    circles, moved = circles_compared(reading)
    # who already works together in an action need not be brought together
    known = read(wave=wave, kinds=(*SAID, Kind.ACTION, Kind.SEAT), everyone=True)
    context: dict[str, Any] = {
        "reading": reading,
        "grouping": grouping,
        "groupings": Grouping.choices,
        "wave": wave,
        "waves": [
            (LATEST, _("the latest answer of each")),
            *Wave.objects.order_by("-opens_on", "-pk").values_list("key", "title"),
            (ALL, _("all rounds")),
        ],
        "brokers": found.found[:MOST],
        "counted": found,
        "roles": [(name, ROLE_MEANINGS[role]) for role, name in ROLE_NAMES.items()],
        "apart": apart(reading),
        "circles": circles,
        "moved": moved,
        "suggested": suggestions(known),
        "query": request.GET.urlencode(),
    }
    return render(request, "network/office.html", context)


@require_safe
@may_run
def brokers_csv(request: HttpRequest) -> HttpResponse:
    return csv_answer(*_table(request), "network-office")


@require_safe
@may_run
def brokers_xlsx(request: HttpRequest) -> FileResponse:
    headers, rows = _table(request)
    method = _("Counts of open two-paths (Gould and Fernandez 1989) between: %(groups)s.")
    notes = [
        method % {"groups": _grouping(request).label},
        _("For the coordinator only: do not pass on who stands between others."),
    ]
    file = write_xlsx(headers, rows, sheet_title=_("Network"), notes=notes)
    return FileResponse(file, as_attachment=True, filename="network-office.xlsx", content_type=XLSX)


def _table(request: HttpRequest) -> tuple[list[str], list[list[Any]]]:
    reading = read(wave=_wave(request), everyone=True)
    return table(brokers(reading, _grouping(request)), reading)
