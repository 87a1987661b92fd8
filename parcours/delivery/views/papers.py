"""Papers: the register, certificates, qualifications."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_POST, require_safe

from parcours.delivery.actions.attendance import award_finished
from parcours.delivery.models import Enrolment
from parcours.delivery.register import certificate_pdf, register_pdf, register_xlsx
from parcours.delivery.views.people import edition_with_people
from parcours.delivery.views.programmes import shown_edition
from parcours.kit.spreadsheets import XLSX

PDF = "application/pdf"


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file whose name tells nothing of anybody."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)


@require_safe
def register_as_pdf(request: HttpRequest, key: str) -> HttpResponse:
    edition = edition_with_people(request, key)
    content = register_pdf(edition, language=get_language() or "fr", at=timezone.now())
    return _file(content, PDF, f"register-{edition.key}.pdf")


@require_safe
def register_as_xlsx(request: HttpRequest, key: str) -> HttpResponse:
    edition = edition_with_people(request, key)
    return _file(register_xlsx(edition), XLSX, f"register-{edition.key}.xlsx")


@require_safe
def certificate(request: HttpRequest, key: str, who: str) -> HttpResponse:
    edition = edition_with_people(request, key)
    return _certificate(get_object_or_404(edition.enrolments.were_enrolled(), key=who))


@require_safe
def my_certificate(request: HttpRequest, who: str) -> HttpResponse:
    """My own, whenever I want it."""
    found = Enrolment.objects.were_enrolled().filter(person__account=request.user)
    return _certificate(get_object_or_404(found, key=who))


def _certificate(enrolment: Enrolment) -> HttpResponse:
    if enrolment.person is None or not enrolment.attendances.came().exists():
        raise Http404
    return _file(certificate_pdf(enrolment, at=timezone.now()), PDF, "certificate.pdf")


@require_POST
def award(request: HttpRequest, key: str) -> HttpResponse:
    """The lead confirms that those who finished hold the qualification."""
    edition = shown_edition(request, key, perm="delivery.change_edition")
    number = len(award_finished(edition=edition, on=timezone.localdate()))
    said = ngettext("%(n)d person holds the qualification.", "%(n)d people hold the qualification.", number)
    messages.success(request, said % {"n": number})
    return redirect(edition)
