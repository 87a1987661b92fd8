"""Coordinators see and change other people's data: their account needs a second factor."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parcours.accounts.queries import has_second_factor
from parcours.accounts.rules import is_staff


class StaffSecondFactorMiddleware:
    """Sends staff without a second factor to the page that sets one up, from any page but the account's own.

    On unless PARCOURS_STAFF_MFA is off (the demo). Stands after AuthenticationMiddleware and MessageMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        if not settings.PARCOURS_STAFF_MFA or not request.user.is_authenticated or _is_about_the_account(request):
            return None
        if not is_staff(request.user) or has_second_factor(request.user):
            return None
        messages.warning(request, _("Your role asks for a second factor. Set one up to go on."))
        return redirect("mfa_index")


def _is_about_the_account(request: HttpRequest) -> bool:
    name = (request.resolver_match and request.resolver_match.url_name) or ""
    return name.startswith(("account_", "mfa_")) or name == "set_language"
