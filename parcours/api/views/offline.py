"""Packs for phones."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from parcours.api.manners import open_to_all
from parcours.api.offline import Pack
from parcours.geo.models import Area

WHOLE_TERRITORY = "all"


def _pack(request: HttpRequest, area: str) -> HttpResponse:
    """A pack, or with `?since=` and the version that one has, what changed since."""
    language = request.GET.get("lang", settings.LANGUAGE_CODE)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    place = None if area == WHOLE_TERRITORY else get_object_or_404(Area, slug=area)
    asked = Pack(place, language, timezone.now())
    version = request.GET.get("since", "")
    body = (asked.since(version) if version else None) or asked.whole()
    # packed once for everyone: every browser that runs the offline pages reads gzip
    answer = HttpResponse(body, content_type="application/json", headers={"Content-Encoding": "gzip"})
    answer["Content-Length"] = str(len(body))
    answer["Cache-Control"] = "no-cache"
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer


pack = open_to_all(_pack)
