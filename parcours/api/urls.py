"""What machines read; without a language in the address."""

from django.urls import path

from parcours.api import endpoints

app_name = "api"

urlpatterns = [
    path("v1/", endpoints.urls),
]
