"""Services: the search and the page of each. Organisations have `urls`."""

from django.urls import path

from parcours.directory.views import finding, handout, service_forms
from parcours.directory.views import services as views

app_name = "services"

urlpatterns = [
    path("", finding.search, name="search"),
    path("not-found/", finding.note_miss, name="miss"),
    path("new/", service_forms.new, name="new"),
    path("<slug:key>/", views.service, name="service"),
    path("<slug:key>/edit/", service_forms.edit, name="edit"),
    path("<slug:key>/state/", service_forms.state, name="state"),
    path("<slug:key>/history/", views.history, name="history"),
    path("<slug:key>/handout/", handout.handout, name="handout"),
    path("<slug:key>/handout/<slug:language>.pdf", handout.handout_pdf, name="handout-pdf"),
    path("<slug:key>/calendar.ics", views.calendar, name="calendar"),
]
