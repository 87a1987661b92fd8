"""What only whoever runs the survey does with its tables: trying and publishing crossings, taking the raw data."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parcours.kit.spreadsheets import XLSX
from parcours.survey.actions.results import note_raw_data_taken, publish_crossing, withdraw_crossing
from parcours.survey.forms.results import CrossingForm
from parcours.survey.models import Wave
from parcours.survey.raw import RawData
from parcours.survey.readable import readable
from parcours.survey.tables import results_of

runs = permission_required("survey.run", raise_exception=True)


def _wave(key: str) -> Wave:
    return get_object_or_404(Wave.objects.select_related("version__questionnaire"), key=key)


@runs
def crossings(request: HttpRequest, key: str) -> HttpResponse:
    """Try a crossing (GET), with what it would take from the other tables; publish it (POST)."""
    wave = _wave(key)
    now = results_of(wave)
    form = CrossingForm(request.POST or request.GET or None, wave=wave, results=now)
    tried, lost = None, 0
    if form.is_valid():
        if request.method == "POST":
            return _publish(request, wave, form)
        then = results_of(wave, also=form.crossed)
        tried = next(table for table in readable(then) if table.path == " × ".join(form.crossed))
        before, after = ({one.key: one.withheld for one in readable(found)} for found in (now, then))
        lost = sum(after[name] - before[name] for name in before)
    context = {
        "wave": wave,
        "form": form,
        "tried": tried,
        "lost": lost,
        "published": _published(wave),
        "is_published": tried is not None and any(table.key == tried.key for table in readable(now)),
    }
    return render(request, "survey/crossings.html", context)


def _published(wave: Wave) -> list[tuple[int, str]]:
    """The crossings that readers see, each with its title."""
    titles = {table.path: table.title for table in readable(results_of(wave)) if table.is_crossed}
    rows = wave.crossings.all()
    return [(one.pk, titles.get(f"{one.row} × {one.column}", f"{one.row} × {one.column}")) for one in rows]


def _publish(request: HttpRequest, wave: Wave, form: CrossingForm) -> HttpResponse:
    try:
        publish_crossing(wave=wave, row=form.crossed.row, column=form.crossed.column)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Readers of the tables see this crossing now."))
    return redirect("survey:crossings", wave.key)


@runs
@require_POST
def withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    wave = _wave(key)
    withdraw_crossing(crossing=get_object_or_404(wave.crossings, pk=pk))
    messages.success(request, _("The crossing is no longer shown."))
    return redirect("survey:crossings", wave.key)


@runs
def raw(request: HttpRequest, key: str) -> HttpResponseBase:
    """What the raw data are (GET), and the file (POST): whoever takes it is noted."""
    wave = _wave(key)
    data = RawData(wave)
    if request.method != "POST":
        return render(request, "survey/raw.html", {"wave": wave, "repeats": data.repeats()})
    kind, _dot, repeat = request.POST.get("file", "").partition(".")
    if kind not in ("csv", "xlsx") or repeat not in ("", *data.repeats()):
        raise Http404
    note_raw_data_taken(wave=wave, by=request.user)
    name = "-".join([wave.key, "answers", *([repeat.replace("/", "-")] if repeat else [])])
    if kind == "xlsx":
        return FileResponse(data.xlsx(), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    answer = StreamingHttpResponse(data.csv(repeat), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
