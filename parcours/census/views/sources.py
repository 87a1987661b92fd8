"""The sources of the directory: what each brought, whether it is used, which one wins."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from parcours.census.actions.sources import rank_source
from parcours.census.background import rank_later
from parcours.census.forms.sources import SourceForm
from parcours.directory.models import Source

RECORDS_IN_A_REQUEST = 500


@require_safe
@permission_required("directory.moderate", raise_exception=True)
def sources(request: HttpRequest) -> HttpResponse:
    """Every source that tells of a record, by rank."""
    return render(request, "census/sources.html", {"sources": Source.objects.telling()})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("directory.moderate", raise_exception=True)
def source(request: HttpRequest, key: str) -> HttpResponse:
    """Switch a source off, rank it, rank it otherwise for some fields."""
    shown = get_object_or_404(Source.objects.telling(), key=key)
    form = SourceForm(request.POST or None, source=shown)
    if request.method == "POST" and form.is_valid():
        wanted: dict[str, Any] = {
            "source": shown, "is_used": form.cleaned_data["is_used"], "rank": form.cleaned_data["rank"],
            "fields": form.ranks(),
        }  # fmt: skip
        count = shown.organisation_count + shown.service_count
        if count > RECORDS_IN_A_REQUEST:
            rank_later(user=request.user.pk, **wanted)
            messages.info(
                request, _("%(count)d records are being brought in line: this takes some minutes.") % {"count": count}
            )
        else:
            rank_source(**wanted)
            said = ngettext("%(count)d record follows.", "%(count)d records follow.", count) % {"count": count}
            messages.success(request, said)
        return redirect("census:sources")
    context = {"source": shown, "form": form, "trail": [(_("Sources"), reverse("census:sources")), (shown.title, None)]}
    return render(request, "census/source.html", context, status=422 if form.errors else 200)
