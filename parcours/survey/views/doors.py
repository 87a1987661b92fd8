"""Who opens the pages of a questionnaire: whoever has the link, or the office. What is closed explains itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from parcours.census.mailing import NotSent
from parcours.survey.actions.asks import send_again
from parcours.survey.models import Ask, Response
from parcours.survey.ways import Way, chosen_language

View = Callable[..., HttpResponse]
asks = Ask.objects.select_related("wave__version", "organisation__area", "response__version", "response__organisation")
asks = asks.defer("wave__version__sheets", "response__version__sheets", "organisation__search_text")
responses = Response.objects.select_related("wave__version", "version", "ask", "organisation__area")
responses = responses.defer("wave__version__sheets", "version__sheets", "organisation__search_text")


def by_secret(view: View) -> View:
    """Opens the page to whoever has the link, keeps it out of caches, search engines and other sites' logs."""

    @login_not_required
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapped(request: HttpRequest, secret: str, **more: Any) -> HttpResponse:
        way = _way(request, secret)
        if way is None:
            response = render(request, "census/answer_unknown.html", status=404)
        elif way.ask and way.ask.expires_at <= timezone.now():
            response = _expired(request, way.ask)
        elif way.is_withdrawn:
            response = render(request, "survey/withdrawn.html", _withdrawn(way), status=410)
        else:
            response = view(request, way, **more)
        # "same-origin", not "no-referrer": the check of where a form comes from needs it on our own pages
        response["Referrer-Policy"], response["X-Robots-Tag"] = "same-origin", "noindex"
        return response

    return wrapped


def by_office(view: View) -> View:
    """The same pages for whoever enters what came on paper or by phone."""

    @permission_required("survey.run", raise_exception=True)
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapped(request: HttpRequest, wave: str, response: str, **more: Any) -> HttpResponse:
        found = get_object_or_404(responses.filter(wave__asks_people=False), wave__key=wave, key=response)
        language = chosen_language(found.version.form, request.GET.get("lang", ""), found.language)
        way = Way(found.wave, "entry", (wave, response), language, found.ask, found, request.user)
        if way.is_withdrawn:
            return render(request, "survey/withdrawn.html", _withdrawn(way), status=410)
        return view(request, way, **more)

    return wrapped


def _way(request: HttpRequest, secret: str) -> Way | None:
    """A link leads to an organisation that is asked, or to a response that began by the open link."""
    ask = asks.with_secret(secret).order_by("pk").first()
    found = getattr(ask, "response", None) if ask else responses.with_secret(secret).order_by("pk").first()
    if ask is None and found is None:
        return None
    wave = ask.wave if ask else found.wave
    fallbacks = [one.language for one in (found, ask) if one]
    language = chosen_language((found or wave).version.form, request.GET.get("lang", ""), *fallbacks)
    return Way(wave, "answer", (secret,), language, ask, found)


def _expired(request: HttpRequest, ask: Ask) -> HttpResponse:
    """The address that it was sent to is never shown: a new link can only go there."""
    failed = False
    if request.method == "POST" and ask.address:
        try:
            send_again(ask=ask, at=timezone.now(), site=request.build_absolute_uri("/"))
            return redirect("census:answer-sent")
        except NotSent:
            failed = True
    context = {"asked": ask, "failed": failed}
    return render(request, "census/answer_expired.html", context, status=503 if failed else 410)


def _withdrawn(way: Way) -> dict[str, Any]:
    return {"way": way, "response": way.response, "root": way.to().partition("?")[0]}
