"""The read API: `/api/v1/`, described by `/api/v1/openapi.json`."""

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import http_date
from django.views.generic import RedirectView
from ninja import NinjaAPI, Path, Query
from ninja.errors import ValidationError
from ninja.operation import Operation

from parcours.api import shapes, surveys
from parcours.api.asking import (
    MOST,
    Cursor,
    Reading,
    ServiceFilter,
    Unclear,
    Where,
    asked_organisations,
    asked_services,
    begin,
    write_cursor,
)
from parcours.api.manners import open_to_all
from parcours.api.public import public_id
from parcours.api.queries import Change, Position, changes, horizon, organisations, services
from parcours.api.shapes import Language, Problem
from parcours.directory.models import Source
from parcours.directory.records import Values
from parcours.directory.vocabulary import SCHEMES, vocabulary
from parcours.geo.models import Area

DESCRIPTION = """What this territory knows of organisations and services, for other programs. Read only; without key,
cookies and personal data. Lists are read with a cursor: keep `next` and come back with it, and you are told what is
new, what changed and what is gone, each once. `is_invented` marks what was made up for a demonstration."""


class ReadAPI(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = ReadAPI(
    title="Parcours", version="1", description=DESCRIPTION, docs_url=None, urls_namespace="api:v1",
    openapi_extra={"info": {"license": settings.PARCOURS_OPEN_DATA_LICENCE}},
)  # fmt: skip
InLanguage = Annotated[Language, Query(description="The language of texts and labels")]
WRONG = {400: Problem, 404: Problem, 422: Problem, 429: Problem}


@api.exception_handler(Unclear)
def unclear(request: HttpRequest, error: Unclear) -> HttpResponse:
    return api.create_response(request, {"detail": str(error)}, status=400)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    said = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors)
    return api.create_response(request, {"detail": said}, status=422)


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return api.create_response(request, {"detail": "There is no such thing here."}, status=404)


@api.get("/services", response={200: shapes.ServicePage, **WRONG}, tags=["services"])
def list_services(request: HttpRequest, question: Query[ServiceFilter], reading: Query[Reading]) -> Any:
    """Services, in the order in which they changed."""
    return _page(request, asked_services(question), reading)


@api.get("/services/{key}", response={200: shapes.ServiceOut, **WRONG}, tags=["services"])
def one_service(request: HttpRequest, response: HttpResponse, key: Path[str], lang: InLanguage = Language.fr) -> Any:
    return _one(request, response, services(), key, lang)


@api.get("/organisations", response={200: shapes.OrganisationPage, **WRONG}, tags=["organisations"])
def list_organisations(request: HttpRequest, question: Query[Where], reading: Query[Reading]) -> Any:
    """Organisations that may be named, in the order in which they changed."""
    return _page(request, asked_organisations(question), reading)


@api.get("/organisations/{key}", response={200: shapes.OrganisationOut, **WRONG}, tags=["organisations"])
def one_organisation(
    request: HttpRequest, response: HttpResponse, key: Path[str], lang: InLanguage = Language.fr
) -> Any:
    return _one(request, response, organisations(), key, lang)


@api.get("/sources", response={200: list[shapes.SourceOut], **WRONG}, tags=["words"])
def list_sources(request: HttpRequest, lang: InLanguage = Language.fr) -> Any:
    """The documents, registers and files that facts come from."""
    return [shapes.source(row, lang) for row in Source.objects.filter(is_used=True)]


@api.get("/vocabularies", response={200: list[str], **WRONG}, tags=["words"])
def list_vocabularies(request: HttpRequest) -> Any:
    """The names of the vocabularies that codes come from."""
    return SCHEMES


@api.get("/vocabularies/{scheme}", response={200: list[shapes.TermOut], **WRONG}, tags=["words"])
def one_vocabulary(request: HttpRequest, scheme: Path[str], lang: InLanguage = Language.fr) -> Any:
    """The terms of a vocabulary, in reading order."""
    if scheme not in SCHEMES:
        raise Http404
    return [
        {
            "code": term.code,
            "label": shapes.text(term.labels, lang),
            "note": shapes.text(term.note, lang),
            "parent": term.parent or None,
            "is_heading": term.is_heading,
            "exports_as": term.exports_as,
        }
        for term in vocabulary(scheme).terms
    ]


@api.get("/areas", response={200: shapes.AreaPage, **WRONG}, tags=["words"])
def list_areas(
    request: HttpRequest,
    lang: InLanguage = Language.fr,
    cursor: Query[Cursor | None] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> Any:
    """The places that codes name, from the country to communes, in the order in which they were written here."""
    found = Area.objects.select_related("parent").defer("outline").order_by("pk")
    rows = list(found.filter(pk__gt=begin(Reading(cursor=cursor), until=timezone.now()).number)[: limit + 1])
    last = Position(timezone.now(), rows[limit - 1].pk, timezone.now()) if len(rows) > limit else None
    return {"results": [shapes.area(row, lang) for row in rows[:limit]], "next": last and write_cursor(last)}


@api.get("/surveys", response={200: list[surveys.SurveyOut], **WRONG}, tags=["surveys"])
def list_surveys(request: HttpRequest, lang: InLanguage = Language.fr) -> Any:
    """The surveys of which everyone may read the tables, the latest first."""
    return [surveys.survey(wave) for wave in surveys.waves()]


@api.get("/surveys/{key}", response={200: surveys.TablesOut, **WRONG}, tags=["surveys"])
def one_survey(request: HttpRequest, key: Path[str], lang: InLanguage = Language.fr) -> Any:
    """The tables of a survey, as its page shows them: a number that is withheld is null, here as everywhere."""
    return surveys.tables(get_object_or_404(surveys.waves(), key=key), lang)


# What lists and records have in common


def _page(request: HttpRequest, wanted: QuerySet[Any], reading: Reading) -> Values:
    until = horizon(at=timezone.now())
    position = begin(reading, until=until)
    found, more = changes(wanted, position, until=until, size=reading.limit)
    shown = {row.pk: row for row in wanted.filter(pk__in=[change.number for change in found if change.is_shown])}
    root, kind = request.build_absolute_uri("/").rstrip("/"), wanted.model._meta.model_name or ""
    results = []
    for change in found:
        row = shown.get(change.number)
        if not change.is_shown:
            results.append(_gone(kind, change))
        elif row is not None and row.changed_at == change.moment:
            results.append(shapes.record(row, reading.lang, root))
        # else it changed while we read: it has a later place, where it is told
    last = position._replace(moment=found[-1].moment, number=found[-1].number) if found else position
    return {"results": results, "next": write_cursor(last), "more": more}


def _gone(kind: str, change: Change) -> Values:
    merged_into = change.merged_into and public_id(kind, change.merged_into)
    return {"id": public_id(kind, change.key), "gone": True, "merged_into": merged_into}


def _one(request: HttpRequest, response: HttpResponse, found: QuerySet[Any], key: str, lang: Language) -> Values:
    row: Model = get_object_or_404(found, key=key)
    moment: datetime = row.changed_at  # type: ignore[attr-defined]
    response["Last-Modified"] = http_date(moment.timestamp())
    return shapes.record(row, lang, request.build_absolute_uri("/").rstrip("/"))  # type: ignore[arg-type]


urls = api.urls
for pattern in urls[0]:
    view = RedirectView.as_view(pattern_name="open-data:index") if pattern.name == "api-root" else pattern.callback
    pattern.callback = open_to_all(view)
