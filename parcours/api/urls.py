"""What machines read; without a language in the address."""

from django.urls import path

from parcours.api import endpoints
from parcours.api.views import offline

app_name = "api"

urlpatterns = [
    path("v1/", endpoints.urls),
    path("offline/<slug:area>.json", offline.pack, name="offline-pack"),
]
