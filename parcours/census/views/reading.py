"""After a file was received: of which source it is, and what its columns hold; its preview follows."""

import io
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parcours.census.formats import tables
from parcours.census.forms.reading import ReadingForm
from parcours.census.importers import FORMATS, DirectoryImporter
from parcours.imports import actions, background
from parcours.imports.choices import BatchState
from parcours.imports.models import Batch
from parcours.imports.registry import IMPORTERS
from parcours.imports.rules import AlreadyDecided, AlreadyRunning, Sent
from parcours.kit.spreadsheets import UnreadableFile


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("directory.moderate", raise_exception=True)
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how to read a file, for the first time or again."""
    kinds = [kind for kind, importer in IMPORTERS.items() if isinstance(importer, DirectoryImporter)]
    waiting = Batch.objects.of_kinds(kinds).filter(state__in=[BatchState.RECEIVED, BatchState.PREVIEWED])
    batch = get_object_or_404(waiting.select_related("file"), pk=pk, file__isnull=False)
    importer: Any = IMPORTERS[batch.kind]
    form = ReadingForm(
        request.POST or None, batch=batch, kind=importer.record, samples=_samples(batch), today=timezone.localdate()
    )
    if request.method == "POST" and form.is_valid():
        try:
            chosen = actions.choose(batch=batch, options=form.chosen())
            background.read(batch=chosen, by=request.user, size=len(batch.file.data))
        except UnreadableFile as error:
            form.add_error(None, str(error))
        except (AlreadyDecided, AlreadyRunning):
            return redirect(batch)
        else:
            return redirect(batch)
    context = {
        "form": form,
        "batch": batch,
        "importer": importer,
        "format": FORMATS[batch.options["format"]],
        "trail": [(_("Imports"), reverse("imports:index")), (batch.filename, None)],
    }
    return render(request, "census/reading.html", context, status=422 if form.errors else 200)


def _samples(batch: Batch) -> dict[str, list[Any]]:
    if "columns" not in batch.options:
        return {}
    return tables.samples_of(Sent(io.BytesIO(batch.file.data), batch.filename).table())
