"""A service to hand over: a sheet on paper in two languages, a message for a phone."""

from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override

from parcours.directory.models import Service
from parcours.directory.sheet.message import message
from parcours.directory.sheet.pdf import sheet_pdf
from parcours.directory.sheet.words import SECOND_LANGUAGES, SHEET_LANGUAGES, Words
from parcours.directory.views.pages import ServicePage
from parcours.directory.vocabulary import vocabulary


@login_not_required
def handout(request: HttpRequest, key: str) -> HttpResponse:
    """All the ways to give a service to someone; `?language=` chooses theirs."""
    shown = get_object_or_404(Service.objects.public().with_details(), key=key)
    asked = request.GET.get("language", get_language() or "")
    language = asked if asked in SHEET_LANGUAGES else "fr"
    second = language if language in SECOND_LANGUAGES else SECOND_LANGUAGES[0]
    text = message(shown, language, at=timezone.localtime(), url=page_address(request, shown, language))
    context = {
        "service": shown,
        "language": language,
        "language_name": vocabulary("languages").label(second, get_language() or "fr"),
        "second": second,
        "choices": [(code, vocabulary("languages").label(code, code)) for code in SHEET_LANGUAGES],
        "is_draft": Words(language).is_draft,
        "message": text,
        "quoted": quote(text),
        "subject": quote(shown.name.in_language(language).text),
    }
    return render(request, "directory/handout.html", context)


@login_not_required
def handout_pdf(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """The sheet, French beside this language."""
    if language not in SECOND_LANGUAGES:
        raise Http404
    shown = get_object_or_404(Service.objects.public().with_details(), key=key)
    page = ServicePage(shown, request.user)
    file = sheet_pdf(
        shown,
        language,
        at=timezone.localtime(),
        url=page_address(request, shown, language),
        freshness=page.freshness,
        areas=page.areas,
    )
    disposition = {"Content-Disposition": f'inline; filename="{shown.key}-{language}.pdf"'}
    return HttpResponse(file, content_type="application/pdf", headers=disposition)


def page_address(request: HttpRequest, service: Service, language: str) -> str:
    """The whole address of the page in this language; in the site's own where it does not speak it."""
    code = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with override(code):
        return request.build_absolute_uri(reverse("services:service", args=[service.key]))
