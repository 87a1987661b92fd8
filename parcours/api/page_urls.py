"""The pages about the open data, for people."""

from django.urls import path

from parcours.api.views import pages

app_name = "open-data"

urlpatterns = [
    path("", pages.index, name="index"),
]
