"""Sending a table, looking at what it would do, confirming it, taking it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from parcours.imports import actions, background
from parcours.imports.choices import BatchState, JobKind, JobState, Op
from parcours.imports.forms import ApplyForm, RowFilter, UploadForm
from parcours.imports.models import Batch, Job
from parcours.imports.registry import IMPORTERS, Importer, open_to
from parcours.imports.rules import ROWS_IN_A_REQUEST, AlreadyDecided, AlreadyRunning, NotPossible, RowsInError
from parcours.kit.figures import Figure
from parcours.kit.spreadsheets import XLSX, UnreadableFile

PER_PAGE = 50
# a row shows all that it changes: fewer keep the page light
ROWS_PER_PAGE = 25


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What was imported, and what this person may import."""
    importers = _importers(request)
    batches = Batch.objects.of_kinds(one.kind for one in importers).with_counts()
    page = Paginator(batches.select_related("uploaded_by"), PER_PAGE).get_page(request.GET.get("page"))
    labels = {one.kind: one.label for one in importers}
    return render(request, "imports/index.html", {"importers": importers, "page": page, "labels": labels})


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Send a file; its preview follows, once it is known how to read it."""
    importer = _importer(request, kind)
    form = UploadForm(request.POST or None, request.FILES or None, accept=importer.accept)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_received(importer, form.cleaned_data["file"], request.user))
        except UnreadableFile as error:
            form.add_error("file", str(error))
    context = {"importer": importer, "form": form, "trail": [*_trail(), (importer.label, None)]}
    return render(request, "imports/upload.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _received(importer: Importer, file: UploadedFile, by: Any) -> str:
    """Where to go once a file is received: what is asked of it, or its preview; an unreadable one is not kept."""
    received = actions.receive(kind=importer.kind, file=file, filename=file.name or "", by=by, at=timezone.now())
    if url := importer.details_url(received):
        return url
    background.read(batch=received, by=by, size=file.size or 0)
    return received.get_absolute_url()


@require_safe
def template(request: HttpRequest, kind: str) -> FileResponse:
    """A file to begin with."""
    importer = _importer(request, kind)
    return FileResponse(importer.template(), as_attachment=True, filename=f"{kind}.xlsx", content_type=XLSX)


@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would do, or did."""
    return _show(request, _visible(request, pk))


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a running job is: a part of the batch's page, which asks for it every two seconds."""
    shown = _visible(request, pk)
    job = _running(shown)
    if job is None:
        return HttpResponseClientRefresh() if request.htmx else redirect(shown)
    return render(request, "imports/progress.html", {"job": job})


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a preview."""
    shown = _visible(request, pk)
    form = ApplyForm(request.POST)
    form.is_valid()
    try:
        if _is_big(shown):
            background.start(batch=shown, kind=JobKind.APPLY, by=request.user, **form.cleaned_data)
            return redirect(shown)
        actions.apply(batch=shown, by=request.user, at=timezone.now(), **form.cleaned_data)
    except RowsInError:
        refused = _("Some rows are in error: correct them, or say that they are to be left out.")
        form.add_error("leave_out_errors", refused)
        return _show(request, shown, form=form, status=422)
    except NotPossible as error:
        return _show(request, shown, refusal=error, status=409)
    except AlreadyRunning:
        messages.info(request, _at_work())
    except AlreadyDecided:
        messages.info(request, _("This file was dealt with already: nothing was imported twice."))
    else:
        messages.success(request, _("The file is imported."))
    return redirect(shown)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    shown = _visible(request, pk)
    try:
        if _is_big(shown):
            background.start(batch=shown, kind=JobKind.UNDO, by=request.user)
            return redirect(shown)
        actions.undo(batch=shown, by=request.user, at=timezone.now())
    except NotPossible as error:
        return _show(request, shown, refusal=error, status=409)
    except AlreadyRunning:
        messages.info(request, _at_work())
    except AlreadyDecided:
        messages.info(request, _("This import was undone already."))
    else:
        messages.success(request, _("The import is undone: everything is as it was before."))
    return redirect(shown)


@require_POST
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a preview aside."""
    shown = _visible(request, pk)
    if _running(shown):
        messages.info(request, _at_work())
        return redirect(shown)
    try:
        actions.abandon(batch=shown)
    except AlreadyDecided:
        messages.info(request, _("This file was dealt with already."))
        return redirect(shown)
    messages.success(request, _("The file is put aside: nothing was imported."))
    return redirect("imports:upload", kind=shown.kind)


def _show(
    request: HttpRequest,
    shown: Batch,
    *,
    form: ApplyForm | None = None,
    refusal: NotPossible | None = None,
    status: int = 200,
) -> HttpResponse:
    filters = RowFilter(request.GET)
    rows = shown.rows.in_preview_order()
    if filters.is_valid() and filters.cleaned_data["op"]:
        rows = rows.doing(filters.cleaned_data["op"])
    importer = IMPORTERS[shown.kind]
    job = _running(shown)
    failed = None if job or refusal else _failed(shown)
    context = {
        "batch": shown,
        "importer": importer,
        "page": Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "figures": _figures(shown),
        "ops": _ops(shown, filters["op"].value() or ""),
        "form": form or ApplyForm(),
        "job": job,
        "failed": failed,
        "refusal": refusal or (failed.refusal if failed else None),
        "writes": shown.create_count + shown.change_count,
        "again": Batch.objects.applied_before(sha256=shown.sha256, kind=shown.kind).exclude(pk=shown.pk).first(),
        "is_open": shown.state == BatchState.PREVIEWED and not job,
        "is_unread": shown.state == BatchState.RECEIVED and not job,
        "details_url": importer.details_url(shown)
        if shown.state in (BatchState.RECEIVED, BatchState.PREVIEWED)
        else "",
        "is_applied": shown.state == BatchState.APPLIED and not job,
        "trail": [*_trail(), (shown.filename, None)],
    }
    return render(request, "imports/batch.html", context, status=status)


def _is_big(shown: Batch) -> bool:
    return shown.create_count + shown.change_count > ROWS_IN_A_REQUEST


def _running(shown: Batch) -> Job | None:
    return shown.jobs.running(at=timezone.now()).first()


def _failed(shown: Batch) -> Job | None:
    """The last job, when it failed or was interrupted and nobody has decided on the batch since."""
    job = shown.jobs.first()
    if job is None or job.state == JobState.FINISHED or shown.state != actions.NEEDED[JobKind(job.kind)]:
        return None
    return job


def _at_work() -> str:
    return _("This file is being worked on already: nothing was started twice.")


def _figures(shown: Batch) -> list[Figure]:
    labels = {
        Op.ERROR: _("rows in error"),
        Op.CREATE: _("new rows"),
        Op.CHANGE: _("changed rows"),
        Op.SAME: _("unchanged rows"),
    }
    how = _("Rows of the file, compared with what stood here when it was sent.")
    return [
        Figure.count(f"imports.{op}", label, getattr(shown, f"{op}_count"), source=shown.filename, how=how)
        for op, label in labels.items()
    ]


def _ops(shown: Batch, chosen: str) -> list[tuple[str, Any, bool]]:
    """The filters that would show something: value, label, whether it is chosen."""
    some = [(op.value, op.label) for op in Op if getattr(shown, f"{op.value}_count")]
    return [(value, label, value == chosen) for value, label in [("", _("All")), *some]]


def _trail() -> list[tuple[str, str | None]]:
    return [(_("Imports"), reverse("imports:index"))]


def _importers(request: HttpRequest) -> list[Importer]:
    importers = open_to(request.user)
    if not importers:
        raise PermissionDenied
    return importers


def _importer(request: HttpRequest, kind: str) -> Importer:
    if kind not in IMPORTERS:
        raise Http404(kind)
    if not request.user.has_perm(IMPORTERS[kind].permission):
        raise PermissionDenied
    return IMPORTERS[kind]


def _visible(request: HttpRequest, pk: int) -> Batch:
    """One fetches only what one may see."""
    batches = Batch.objects.of_kinds(one.kind for one in _importers(request)).with_counts()
    return get_object_or_404(batches.select_related("uploaded_by", "applied_by", "undone_by"), pk=pk)
