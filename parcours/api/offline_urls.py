"""The directory on a phone without network."""

from django.urls import path

from parcours.api.views import offline_pages

app_name = "offline"

urlpatterns = [
    path("", offline_pages.page, name="page"),
    path("manifest.webmanifest", offline_pages.manifest, name="manifest"),
]
