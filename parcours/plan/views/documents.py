"""The plan as a document, of a release or as it stands: a table of contents, chapters, and all of it as PDF."""

from io import BytesIO
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parcours.kit.motif import Stop
from parcours.plan.chapters import (
    ACTORS,
    SOURCES,
    TABLE,
    Book,
    Chapter,
    Pages,
    ReleaseBook,
    WorkingBook,
    body,
    is_list_of_actions,
    kinds_shown,
    neighbours,
    opening,
    page_of,
)
from parcours.plan.diffs import DECISIONS_SHOWN, count_shown, shown_decisions
from parcours.plan.document import Edition, Writer, named_area
from parcours.plan.documentmap import tile_drawing
from parcours.plan.models import Plan, Release
from parcours.plan.pdf import kept_pdf, labels, plan_pdf
from parcours.plan.snapshot import Contents, contents, frozen

PER_PAGE = 12
PER_TABLE = 20

TEMPLATES = {
    "challenges": "plan/document_challenges.html",
    "workshops": "plan/document_workshops.html",
    "steering": "plan/document_steering.html",
    TABLE: "plan/document_table.html",
    ACTORS: "plan/document_actors.html",
    SOURCES: "plan/document_sources.html",
}


@login_not_required
def release(request: HttpRequest, number: int) -> HttpResponse:
    """A release as it was published: what it is, its decisions, its contents."""
    plan = Plan.objects.current()
    shown = get_object_or_404(plan.releases, number=number)
    context = {
        "release": shown,
        "decisions": shown_decisions(shown.decisions.all(), first=DECISIONS_SHOWN),
        "more_decisions": max(0, count_shown(shown.decisions.all()) - DECISIONS_SHOWN),
        "earlier": plan.releases.filter(number__lt=number).last(),
        "pdf_url": _release_pdf_url(shown),
    }
    return render(request, "plan/release.html", context | _contents(ReleaseBook(shown)))


@login_not_required
def release_chapter(request: HttpRequest, number: int, chapter: str) -> HttpResponse:
    shown = get_object_or_404(Plan.objects.current().releases, number=number)
    return _chapter(request, ReleaseBook(shown), chapter, {"release": shown, "pdf_url": _release_pdf_url(shown)})


@login_not_required
def document(request: HttpRequest) -> HttpResponse:
    """The working plan as a document: its contents."""
    book = WorkingBook(Plan.objects.current(), timezone.localdate())
    return render(request, "plan/document.html", _contents(book) | {"pdf_url": reverse("plan:document-pdf")})


@login_not_required
def document_chapter(request: HttpRequest, chapter: str) -> HttpResponse:
    book = WorkingBook(Plan.objects.current(), timezone.localdate())
    return _chapter(request, book, chapter, {"pdf_url": reverse("plan:document-pdf")})


def _release_pdf_url(release: Release) -> str:
    return reverse("plan:release-pdf", args=[release.number])


def _contents(book: Book) -> dict[str, Any]:
    """The first page: what the plan is, and the way through its chapters."""
    pages = Pages(book)
    held = pages.read("")
    writer, chapters = pages.writer(held), pages.chapters(held)
    stops = [Stop(one.title, "next", _size(one), one.url, axis=one.colour) for one in chapters]
    return (
        _cover(writer, held)
        | opening(writer)
        | {"stops": stops, "map": tile_drawing(held), "figures": writer.figures()}
    )


def _size(chapter: Chapter) -> str:
    return "" if chapter.n is None else _("actions: %(n)d") % {"n": chapter.n}


def _cover(writer: Writer, held: Contents) -> dict[str, Any]:
    """What every page of a document needs."""
    plan, edition = held.plan, writer.edition
    return {
        "labels": labels(),
        "plan_title": writer.read.text(plan.get("title")),
        "summary": writer.read.passage(plan.get("summary")),
        "introduction": writer.read.passage(plan.get("introduction")),
        "territory": named_area(plan),
        "edition": edition,
    }


def _chapter(request: HttpRequest, book: Book, slug: str, context: dict[str, Any]) -> HttpResponse:
    page = _page(request, book, slug)
    shown = list(page) if page else []
    pages = Pages(book)
    held = pages.read(slug, **({"organisations": shown} if slug == ACTORS else {"codes": shown}))
    chapters = pages.chapters(held)
    if slug not in [chapter.slug for chapter in chapters]:
        raise Http404
    here = next(chapter for chapter in chapters if chapter.slug == slug)
    writer = pages.writer(held)
    context |= {"chapter": here, "page": page, "contents_url": book.url(), **_cover(writer, held), **body(writer, slug)}
    context["figures"] = writer.figures(kinds_shown(slug))
    context["stops"] = _way(here, *neighbours(chapters, slug))
    return render(request, TEMPLATES.get(slug, "plan/document_actions.html"), context)


def _page(request: HttpRequest, book: Book, slug: str) -> Page | None:
    """The keys to show of a long chapter; with `?action=CODE`, the page that holds it."""
    if slug != ACTORS and not is_list_of_actions(slug):
        return None
    keys = book.actors() if slug == ACTORS else book.codes(slug)
    per_page = PER_TABLE if slug in (ACTORS, TABLE) else PER_PAGE
    asked = request.GET.get("page") or page_of(keys, request.GET.get("action", ""), per_page)
    return Paginator(keys, per_page).get_page(asked)


def _way(here: Chapter, before: Chapter | None, after: Chapter | None) -> list[Stop]:
    """The chapter between its neighbours."""
    stops = [Stop(before.title, "next", _("Previous chapter"), before.url, axis=before.colour)] if before else []
    stops.append(Stop(here.title, "current", _("This chapter"), axis=here.colour))
    return stops + ([Stop(after.title, "next", _("Next chapter"), after.url, axis=after.colour)] if after else [])


@login_not_required
def release_pdf(request: HttpRequest, number: int) -> FileResponse:
    plan = Plan.objects.current()
    shown = get_object_or_404(plan.releases, number=number)
    language = get_language() or plan.title.source
    path = kept_pdf(frozen(shown), Edition.of(shown), language=language)
    return _pdf(path.open("rb"), f"{plan.slug}-{number}-{language}.pdf")


@login_not_required
def document_pdf(request: HttpRequest) -> FileResponse:
    plan, today = Plan.objects.current(), timezone.localdate()
    language = get_language() or plan.title.source
    made = plan_pdf(contents(plan), Edition(today), language=language)
    return _pdf(BytesIO(made), f"{plan.slug}-{today}-{language}.pdf")


def _pdf(file: object, name: str) -> FileResponse:
    return FileResponse(file, filename=name, content_type="application/pdf")
