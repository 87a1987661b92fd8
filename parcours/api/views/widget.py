"""A list of services that another site shows in a frame: no cookies, no scripts, nothing of who reads it."""

from csp.decorators import csp_replace
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_exempt
from pydantic import ValidationError

from parcours.api.asking import ServiceFilter, Unclear, asked_services
from parcours.api.shapes import interface_language

SHOWN = 20


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def widget(request: HttpRequest) -> HttpResponse:
    """The services confirmed last of those that were asked for. A wrong question shows what is wrong with it."""
    language = interface_language(request.GET.get("lang", ""))
    asked = {name: request.GET[name] for name in ServiceFilter.model_fields if request.GET.get(name)}
    problem, found = "", []
    try:
        rows = asked_services(ServiceFilter(**asked)).order_by(F("confirmed_on").desc(nulls_last=True), "key")
        found = list(rows[: SHOWN + 1])
    except ValidationError as error:
        problem = ", ".join(str(one["loc"][0]) for one in error.errors())
    except Unclear as error:
        problem = str(error)
    with override(language):
        context = {"found": found[:SHOWN], "has_more": len(found) > SHOWN, "problem": problem}
        response = render(request, "api/widget.html", context, status=400 if problem else 200)
    response["Content-Language"] = language
    return response
