"""A small site around the accounts: a public page, and one for those who are signed in."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home of " + str(request.user))


def office(request: HttpRequest) -> HttpResponse:
    return HttpResponse("office of " + str(request.user))


urlpatterns = [
    path("", home),
    *i18n_patterns(
        path("", include(([path("", home, name="home")], "website"))),
        path("office/", office),
        path("accounts/", include("parcours.accounts.urls")),
    ),
]
