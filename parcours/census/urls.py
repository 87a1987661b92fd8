from django.urls import path

from parcours.census.views import reports

app_name = "census"

urlpatterns = [
    path("report/<slug:key>/", reports.report, name="report"),
]
