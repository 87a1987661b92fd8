"""The site's addresses and the floor's: a view that does nothing but render the frame of every page."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from parcours.config.urls import urlpatterns as site


@login_not_required
def empty(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [*site, *i18n_patterns(path("bench/empty/", empty, name="bench-empty"))]
