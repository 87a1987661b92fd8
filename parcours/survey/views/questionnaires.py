"""Questionnaires and their versions: received, looked at, published, taken to Kobo or ODK."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parcours.engines.questionnaire.editing import lines, list_names
from parcours.engines.questionnaire.reading import Reading
from parcours.engines.questionnaire.sheets import Sheets, write_sheets, write_xform
from parcours.kit.spreadsheets import XLSX
from parcours.survey.actions import questionnaires as verbs
from parcours.survey.asking import questions_changed, shown_pages
from parcours.survey.forms.questionnaires import NewForm, ReplaceForm
from parcours.survey.models import Questionnaire, Version
from parcours.survey.problems import Said
from parcours.translations.languages import text_direction

staff = permission_required("survey.run", raise_exception=True)


@require_safe
@staff
def questionnaires(request: HttpRequest) -> HttpResponse:
    """All of them, with their versions and how often each was asked."""
    rows = Questionnaire.objects.prefetch_related("versions").annotate(wave_count=Count("versions__waves"))
    rows = rows.order_by("title", "key")
    return render(request, "survey/questionnaires.html", {"questionnaires": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: HttpRequest) -> HttpResponse:
    """A questionnaire from a file, or from nothing."""
    form = NewForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        questionnaire = verbs.create_questionnaire(
            title=form.cleaned_data["title"],
            sheets=form.cleaned_data["file"] or verbs.blank(form.cleaned_data["title"]),
            asks_people=form.cleaned_data["asks_people"],
        )
        return redirect("survey:version", questionnaire.key, 1)
    context = {"form": form, "trail": [_parent(), (_("A new questionnaire"), None)]}
    return render(request, "survey/questionnaire_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def questionnaire(request: HttpRequest, key: str) -> HttpResponse:
    """One questionnaire: its versions and waves; a new draft, written or sent."""
    shown = get_object_or_404(Questionnaire, key=key)
    form = ReplaceForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if "file" not in request.FILES:
            draft = verbs.start_draft(questionnaire=shown)
            return redirect(draft)
        if form.is_valid():
            return redirect(verbs.receive(questionnaire=shown, sheets=form.cleaned_data["file"]))
    versions = shown.versions.prefetch_related("waves").annotate(response_count=Count("waves__responses"))
    versions = versions.order_by("-number")
    context = {
        "questionnaire": shown,
        "versions": versions,
        "draft": next((version for version in versions if version.is_draft), None),
        "form": form,
        "trail": [_parent(), (shown.title, None)],
    }
    return render(request, "survey/questionnaire.html", context, status=422 if form.errors else 200)


@require_safe
@staff
def version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version as people will meet it, with what is wrong; a draft can be edited and published."""
    shown = _version(key, number)
    return _page(request, shown, verbs.reading_of(Sheets.stored(shown.sheets)))


@require_POST
@staff
def publish(request: HttpRequest, key: str, number: int) -> HttpResponse:
    shown = _version(key, number)
    try:
        verbs.publish(version=shown, by=request.user, at=timezone.now())
    except verbs.NotPublishable as error:
        return _page(request, shown, error.reading, status=422)
    messages.success(request, _("Published: it can now be asked, and will not change any more."))
    return redirect(shown)


@require_POST
@staff
def discard(request: HttpRequest, key: str, number: int) -> HttpResponse:
    shown = _version(key, number)
    try:
        verbs.discard_draft(version=shown)
    except verbs.EditedMeanwhile:
        messages.error(request, _("This version is published: it stays."))
        return redirect(shown)
    messages.success(request, _("The draft is gone."))
    return redirect("survey:questionnaires")


@require_safe
@staff
def download(request: HttpRequest, key: str, number: int, ending: str) -> HttpResponse:
    """The form as a workbook (XLSForm) or as the XForm that ODK's own programs take."""
    shown = _version(key, number)
    sheets = Sheets.stored(shown.sheets)
    if ending == "xlsx":
        content, kind = write_sheets(sheets), XLSX
    elif verbs.reading_of(sheets).errors:
        raise Http404
    else:
        content, kind = write_xform(sheets), "application/xml"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{key}-{number}.{ending}"'
    return answer


def _page(request: HttpRequest, shown: Version, reading: Reading, status: int = 200) -> HttpResponse:
    sheets = Sheets.stored(shown.sheets)
    languages = reading.form.languages
    wanted = [request.GET.get("in", ""), get_language() or "", reading.form.default_language]
    language = next((code for code in wanted if code in languages), "")
    before = shown.questionnaire.versions.filter(number__lt=shown.number).order_by("-number").first()
    context: dict[str, Any] = {
        "version": shown,
        "reading": reading,
        "errors": [Said.of(problem) for problem in reading.errors],
        "remarks": [Said.of(problem) for problem in reading.remarks],
        "pages": shown_pages(reading.form, language),
        "language": language,
        "direction": text_direction(language),
        "lines": lines(sheets),
        "list_names": list_names(sheets),
        "before": before,
        "changes": questions_changed(before.form, reading.form) if before else None,
        "trail": [
            _parent(),
            (shown.questionnaire.title, shown.questionnaire.get_absolute_url()),
            (_("Version %(number)d") % {"number": shown.number}, None),
        ],
    }
    return render(request, "survey/version.html", context, status=status)


def _version(key: str, number: int) -> Version:
    return get_object_or_404(Version.objects.select_related("questionnaire"), questionnaire__key=key, number=number)


def _parent() -> tuple[str, str]:
    return _("Questionnaires"), reverse("survey:questionnaires")
