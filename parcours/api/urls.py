"""What machines read; without a language in the address."""

from django.urls import URLPattern

app_name = "api"

urlpatterns: list[URLPattern] = []
