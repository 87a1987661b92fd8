"""A draft, edited row by row: nothing is lost when two do it at once, for each save says which state it began from."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parcours.engines.questionnaire import editing
from parcours.engines.questionnaire.sheets import Row, Sheets
from parcours.engines.questionnaire.words import split_type
from parcours.survey.actions.questionnaires import EditedMeanwhile, save_draft
from parcours.survey.forms.questionnaires import SettingsForm
from parcours.survey.forms.rows import ChoicesForms, RowForm
from parcours.survey.models import Version
from parcours.survey.views.questionnaires import staff

MOVES: dict[str, Callable[[Sheets, int], Sheets]] = {
    "up": lambda sheets, index: editing.move(sheets, index, down=False),
    "down": lambda sheets, index: editing.move(sheets, index, down=True),
    "remove": editing.remove,
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def row(request: HttpRequest, key: str, number: int, index: int | None = None) -> HttpResponse:
    """One question or group: changed where it stands, added after another (`after`), or first in a group (`inside`)."""
    draft, sheets = _draft(key, number)
    rows = sheets.rows.get("survey", [])
    if index is not None and index >= len(rows):
        raise Http404
    now: Row = rows[index] if index is not None else {}
    form = RowForm(request.POST or None, sheets=sheets, row=now)
    if request.method == "POST" and form.is_valid():
        told = form.to_row()
        changed = _added(sheets, request.GET, told) if index is None else editing.put(sheets, "survey", index, told)
        if _saved(request, draft, changed):
            _type, list_name, _other = split_type(told["type"])
            if list_name and not editing.choices_of(changed, list_name):
                return redirect("survey:choices", key, number, list_name)
            return redirect(f"{draft.get_absolute_url()}#draft")
    title = now.get("name") or _("A new question or group")
    context = {"form": form, "list_names": editing.list_names(sheets), "index": index}
    return _render(request, draft, "survey/row.html", title, context, invalid=bool(form.errors))


@require_POST
@staff
def change(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Move or remove a row with all that goes with it: `do` is "up:12", "down:12" or "remove:12"."""
    draft, sheets = _draft(key, number)
    what, _colon, place = request.POST.get("do", "").partition(":")
    known = {line.index for line in editing.lines(sheets)}
    if what not in MOVES or not place.isdigit() or int(place) not in known:
        raise Http404
    _saved(request, draft, MOVES[what](sheets, int(place)))
    return redirect(f"{draft.get_absolute_url()}#draft")


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def choices(request: HttpRequest, key: str, number: int, list_name: str) -> HttpResponse:
    """The choices of one list."""
    draft, sheets = _draft(key, number)
    forms = ChoicesForms(request.POST or None, sheets=sheets, list_name=list_name)
    if request.method == "POST" and forms.is_valid():
        changed = editing.put_choices(sheets, list_name, forms.to_rows())
        if _saved(request, draft, changed):
            return redirect(f"{draft.get_absolute_url()}#draft")
    title = _("Choices: %(name)s") % {"name": list_name}
    invalid = forms.is_bound and not forms.is_valid()
    return _render(request, draft, "survey/choices.html", title, {"forms": forms}, invalid=invalid)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def settings(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The form's title, identifier and languages."""
    draft, sheets = _draft(key, number)
    form = SettingsForm(request.POST or None, initial=sheets.settings)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        language = told.pop("new_language")
        changed = editing.put_settings(sheets, told)
        if language:
            changed = editing.add_language(changed, language)
        if _saved(request, draft, changed):
            return redirect(draft)
    return _render(request, draft, "survey/settings.html", _("Title and languages"), {"form": form}, bool(form.errors))


def _draft(key: str, number: int) -> tuple[Version, Sheets]:
    found = Version.objects.drafts().select_related("questionnaire")
    draft = get_object_or_404(found, questionnaire__key=key, number=number)
    return draft, Sheets.stored(draft.sheets)


def _added(sheets: Sheets, where: Any, row: Row) -> Sheets:
    rows = sheets.rows.get("survey", [])
    inside, after = where.get("inside", ""), where.get("after", "")
    if inside.isdigit() and int(inside) < len(rows):
        return editing.insert_inside(sheets, int(inside), row)
    return editing.insert(sheets, int(after) if after.isdigit() else len(rows), row)


def _saved(request: HttpRequest, draft: Version, sheets: Sheets) -> bool:
    """Save what was made of the draft as this page knew it; otherwise say that somebody was quicker."""
    told = request.POST.get("revision", "")
    try:
        save_draft(version=draft, sheets=sheets, revision=int(told) if told.isdigit() else 0)
    except EditedMeanwhile:
        said = _(
            "Somebody else changed this draft meanwhile: look at it, then save again. What you typed is still here."
        )
        messages.error(request, said)
        return False
    return True


def _render(
    request: HttpRequest, draft: Version, template: str, title: str, context: dict[str, Any], invalid: bool = False
) -> HttpResponse:
    trail = [
        (_("Questionnaires"), reverse("survey:questionnaires")),
        (draft.questionnaire.title, draft.questionnaire.get_absolute_url()),
        (_("Version %(number)d") % {"number": draft.number}, draft.get_absolute_url()),
        (title, None),
    ]
    shown = {"draft": draft, "title": title, "trail": trail, **context}
    return render(request, template, shown, status=422 if invalid else 200)
