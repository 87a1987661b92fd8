"""The open data explained to people."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from parcours.api.catalogue import DATASETS
from parcours.api.forms import WidgetForm
from parcours.api.queries import communes_with_services, last_change


@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    """What there is, how to take it, under which licence; and a frame to paste into another site."""
    form = WidgetForm(request.GET or None, communes=list(communes_with_services()))
    frame = ""
    if form.is_valid():
        frame = request.build_absolute_uri(f"{reverse('api:widget')}?{urlencode(form.asked())}")
    context = {
        "datasets": [(dataset, last_change(dataset.rows().model)) for dataset in DATASETS],
        "licence": settings.PARCOURS_OPEN_DATA_LICENCE,
        "per_minute": settings.PARCOURS_API_PER_MINUTE,
        "form": form,
        "frame": frame,
        "snippet": _snippet(frame) if frame else "",
    }
    return render(request, "api/index.html", context)


def _snippet(frame: str) -> str:
    """What one pastes: text of HTML, for the page to show and not to be."""
    element = '<iframe src="{}" title="{}" width="100%" height="600" loading="lazy"></iframe>'
    return element.format(escape(frame), escape(_("Services for people who arrive")))
