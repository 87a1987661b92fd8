"""Files to take away, and the catalogue that lists them."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import http_date

from parcours.api.catalogue import BY_NAME, DATASETS
from parcours.api.formats import AT_A_TIME, Site, dcat
from parcours.api.queries import last_change
from parcours.directory.models import Territory


def download(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """All of a dataset in one format, written while it is read."""
    if name not in BY_NAME:
        raise Http404
    dataset, wanted = BY_NAME[name]
    rows = dataset.rows()
    pieces = wanted.write(rows.order_by("key").iterator(chunk_size=AT_A_TIME), site_of(request))
    response = StreamingHttpResponse(pieces, content_type=wanted.media_type)
    response["Content-Disposition"] = f'attachment; filename="{name.replace("/", "-")}"'
    if modified := last_change(rows.model):
        response["Last-Modified"] = http_date(modified.timestamp())
    return response


def catalogue(request: HttpRequest) -> HttpResponse:
    territory = get_object_or_404(Territory.objects.select_related("area", "owner"))
    modified = {dataset.key: last_change(dataset.rows().model) for dataset in DATASETS}
    found = dcat.catalogue(territory, site_of(request).root, modified=modified)
    return JsonResponse(found, content_type="application/ld+json", json_dumps_params={"ensure_ascii": False})


def site_of(request: HttpRequest) -> Site:
    territory = Territory.objects.select_related("area").only("area__code").first()
    return Site(request.build_absolute_uri("/").rstrip("/"), territory.area.code if territory else "")
