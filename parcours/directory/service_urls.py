"""Services: the search and the page of each. Organisations have `urls`."""

from django.urls import path

from parcours.directory.views import finding

app_name = "services"

urlpatterns = [
    path("", finding.search, name="search"),
    path("not-found/", finding.note_miss, name="miss"),
]
