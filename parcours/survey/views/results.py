"""The tables of a wave, for whoever may read them: page, files, document, codebook, beside another wave."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from parcours.kit.spreadsheets import XLSX
from parcours.survey import codebook as book
from parcours.survey.compared import compared
from parcours.survey.exports import results_csv, results_xlsx
from parcours.survey.models import Wave
from parcours.survey.pdf import results_pdf
from parcours.survey.readable import Readable, Words, notes, readable, response_rate
from parcours.survey.tables import results_of

PER_PAGE = 12


def wave_to_read(request: HttpRequest, key: str) -> Wave:
    """The wave, if this reader may see its tables."""
    waves = Wave.objects.select_related("version__questionnaire")
    if not request.user.has_perm("survey.read_tables"):
        waves = waves.public()
    return get_object_or_404(waves, key=key)


def tables_of(wave: Wave) -> list[Readable]:
    """The one source of every way out: what the page shows, the files hold and the API tells."""
    return readable(results_of(wave))


@login_not_required
@require_safe
def results(request: HttpRequest, key: str) -> HttpResponse:
    wave = wave_to_read(request, key)
    page = Paginator(tables_of(wave), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "wave": wave,
        "page": page,
        "rate": response_rate(wave),
        "notes": notes(wave),
        "may_run": request.user.has_perm("survey.run"),
        "others": _others(request, wave),
    }
    return render(request, "survey/results.html", context)


def _others(request: HttpRequest, wave: Wave) -> list[Wave]:
    """The waves of the same questionnaire that this reader may compare it with."""
    waves = Wave.objects.filter(version__questionnaire=wave.version.questionnaire_id).exclude(pk=wave.pk)
    return list(waves if request.user.has_perm("survey.read_tables") else waves.public())


@login_not_required
@require_safe
def results_as_csv(request: HttpRequest, key: str) -> HttpResponse:
    wave = wave_to_read(request, key)
    return _file(b"".join(results_csv(tables_of(wave))), "text/csv; charset=utf-8", f"{wave.key}.csv")


@login_not_required
@require_safe
def results_as_xlsx(request: HttpRequest, key: str) -> FileResponse:
    wave = wave_to_read(request, key)
    file = results_xlsx(wave, tables_of(wave))
    return FileResponse(file, as_attachment=True, filename=f"{wave.key}.xlsx", content_type=XLSX)


@login_not_required
@require_safe
def results_as_pdf(request: HttpRequest, key: str) -> HttpResponse:
    wave = wave_to_read(request, key)
    document = results_pdf(wave, tables_of(wave), language=get_language() or "fr")
    return _file(document, "application/pdf", f"{wave.key}.pdf")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


# The codebook


@login_not_required
@require_safe
def codebook(request: HttpRequest, key: str) -> HttpResponse:
    wave = wave_to_read(request, key)
    context = {
        "wave": wave,
        "entries": book.entries(wave.form),
        "states": book.state_rows(),
        "words": Words(wave.form.default_language),
    }
    return render(request, "survey/codebook.html", context)


@login_not_required
@require_safe
def codebook_as_csv(request: HttpRequest, key: str) -> HttpResponse:
    wave = wave_to_read(request, key)
    return _file(b"".join(book.codebook_csv(wave)), "text/csv; charset=utf-8", f"{wave.key}-codebook.csv")


@login_not_required
@require_safe
def codebook_as_xlsx(request: HttpRequest, key: str) -> FileResponse:
    wave = wave_to_read(request, key)
    name = f"{wave.key}-codebook.xlsx"
    return FileResponse(book.codebook_xlsx(wave), as_attachment=True, filename=name, content_type=XLSX)


@login_not_required
@require_safe
def compare(request: HttpRequest, key: str, earlier: str) -> HttpResponse:
    """A wave beside an earlier one; the reader may see the tables of both."""
    after, before = wave_to_read(request, key), wave_to_read(request, earlier)
    context = {"wave": after, "before": before, "questions": compared(before, after), "notes": notes(after)}
    return render(request, "survey/compare.html", context)
