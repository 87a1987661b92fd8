"""How machines are answered: open to every site, without cookies; told how often to ask, spared what they have."""

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.http import ConditionalGetMiddleware

View = Callable[..., HttpResponseBase]

MINUTE = 60
METHODS = "GET, HEAD, OPTIONS"
SHOWN_HEADERS = "ETag, Last-Modified, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"


def open_to_all(view: View, *, cost: int = 1) -> View:
    """The view as everyone may ask it: read only, from any site's page, `cost` times its share of a minute."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204)
            response["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
        elif request.method not in ("GET", "HEAD"):
            response = JsonResponse({"detail": "Only reading is possible here."}, status=405)
            response["Allow"] = METHODS
        else:
            response = _read(view, cost, request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = METHODS
        response["Access-Control-Expose-Headers"] = SHOWN_HEADERS
        return response

    return login_not_required(answer)


def _read(view: View, cost: int, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    left, reset = _left(request, cost)
    if left < 0:
        response: HttpResponseBase = JsonResponse({"detail": f"Too many questions: wait {reset} s."}, status=429)
        response["Retry-After"] = str(reset)
    else:
        # machines ask with GET or with HEAD; the view knows one of them, and the server sends no body to the other
        is_head, request.method = request.method == "HEAD", "GET"
        response = ConditionalGetMiddleware(lambda request: view(request, *args, **kwargs))(request)
        if is_head and not response.streaming:
            response.content = b""  # type: ignore[attr-defined]
    response["RateLimit-Limit"] = str(settings.PARCOURS_API_PER_MINUTE)
    response["RateLimit-Remaining"] = str(max(0, left))
    response["RateLimit-Reset"] = str(reset)
    return response


def _left(request: HttpRequest, cost: int) -> tuple[int, int]:
    """How many questions this address has left in this minute (below nothing: one too many), and when it ends.

    Counted in the memory of this process, under a digest of address and minute: nothing of it is kept.
    """
    now = int(time.time())
    who = f"{_address(request)} {now // MINUTE} {settings.SECRET_KEY}"
    key = f"api:{hashlib.sha256(who.encode()).hexdigest()}"
    cache.add(key, 0, MINUTE)
    try:
        asked = cache.incr(key, cost)
    except ValueError:  # it expired between the two lines
        asked = cost
    return settings.PARCOURS_API_PER_MINUTE - asked, MINUTE - now % MINUTE


def _address(request: HttpRequest) -> str:
    """Who asks; "" where nobody can say, behind a socket without proxy headers: those share one account."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""
