"""What no page should have to think of."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse


class NoNullCharacters:
    """Refuses an address that holds a NUL character: PostgreSQL keeps none, and nobody types one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or any("\0" in text for pair in request.GET.items() for text in pair):
            raise BadRequest
        return self.get_response(request)
