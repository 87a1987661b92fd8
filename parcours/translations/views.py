"""The translators' office: how far each language is, what is left to do, and one text side by side with its source."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from rules.contrib.views import permission_required

from parcours.kit import worddiff
from parcours.translations import queries
from parcours.translations.actions import TranslationConflict, save_translation
from parcours.translations.choices import TranslationState
from parcours.translations.forms import FilterForm, TranslationForm
from parcours.translations.languages import language_name, text_direction
from parcours.translations.sections import (
    Section,
    find_model,
    find_old_source,
    model_key,
    model_label,
    rows,
    translated_fields,
    translated_models,
)

PAGE_SIZE = 50


@permission_required("translations.edit", raise_exception=True)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """How far each language is."""
    codes = [code for code, _name in settings.LANGUAGES]
    found = queries.progress_by_language(codes)
    shown = [_language(code) | {"total": queries.total(found[code]), "models": found[code]} for code in codes]
    return render(request, "translations/index.html", {"progress": shown, "states": TranslationState.choices})


@permission_required("translations.edit", raise_exception=True)
@require_GET
def sections(request: HttpRequest, language: str) -> HttpResponse:
    """The texts to render in a language, by kind and state."""
    filters = FilterForm(request.GET, models=_model_choices())
    page = Paginator(queries.sections(_known(language), **filters.chosen()), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "language": _language(language),
        "filters": filters,
        "page": page,
        "query": _filters_query(filters),
        "trail": _trail((language_name(language), None)),
    }
    return render(request, "translations/sections.html", context)


@permission_required("translations.edit", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, language: str, model: str, pk: int, field: str) -> HttpResponse:
    """One text: its source and its version, side by side."""
    section = _section(_known(language), model, pk, field)
    filters = FilterForm(request.GET, models=_model_choices())
    listed = queries.sections(language, **filters.chosen())
    seen = {"text": section.version_text, "base_digest": section.base_digest}
    form = TranslationForm(request.POST or None, initial=seen, language=language)
    conflict = None
    if form.is_valid():
        try:
            save_translation(
                obj=section.obj, field=section.field.name, language=language, by=request.user, **form.cleaned_data
            )
        except TranslationConflict as changed:
            section = conflict = changed.section
            form = TranslationForm({**request.POST.dict(), "base_digest": section.base_digest}, language=language)
        except ValidationError as error:
            form.add_error("text", error)
        else:
            messages.success(request, _("The translation is saved."))
            return redirect(_onwards(section, listed) + _filters_query(filters))
    context = _editor(section, form, conflict) | {
        "next": listed.after(section),
        "previous": listed.before(section),
        "query": _filters_query(filters),
        "list_url": _list_url(language, filters),
        "trail": _trail((language_name(language), _list_url(language, filters)), (section.object_label, None)),
    }
    return render(request, "translations/edit.html", context, status=409 if conflict else 200)


def _onwards(section: Section, listed: queries.Sections) -> str:
    following = listed.after(section)
    return (following or section).url


def _editor(section: Section, form: TranslationForm, conflict: Section | None) -> dict[str, Any]:
    """What the page says about the source: its language and, for an outdated version, what changed in it."""
    is_outdated = section.state == TranslationState.OUTDATED
    old = find_old_source(section) if is_outdated else None
    return {
        "section": section,
        "form": form,
        "conflict": conflict,
        "language": _language(section.language),
        "source": _language(section.source_language),
        "is_outdated": is_outdated,
        "changes": worddiff.as_html(worddiff.diff(old, section.source_text)) if old is not None else None,
    }


def _section(language: str, model: str, pk: int, field: str) -> Section:
    try:
        found = find_model(model)
    except LookupError as error:
        raise Http404(model) from error
    fields = {one.name: one for one in translated_fields(found)}
    if field not in fields:
        raise Http404(field)
    section = Section(get_object_or_404(rows(found), pk=pk), fields[field], language)
    if not section.is_open:
        raise Http404(language)
    return section


def _known(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise Http404(language)
    return language


def _language(code: str) -> dict[str, Any]:
    return {"code": code, "name": language_name(code), "dir": text_direction(code)}


def _trail(*steps: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [(_("Translations"), reverse("translations:index")), *steps]


def _list_url(language: str, filters: FilterForm) -> str:
    return reverse("translations:sections", args=[language]) + _filters_query(filters)


def _model_choices() -> list[tuple[str, str]]:
    return [(model_key(model), model_label(model)) for model in translated_models()]


def _filters_query(filters: FilterForm) -> str:
    """The filters as they go into an address: "?state=missing"; empty without any."""
    chosen = QueryDict(mutable=True)
    chosen.update({name: value for name, value in filters.chosen().items() if value})
    return f"?{chosen.urlencode()}" if chosen else ""
