"""The pages about the open data, for people."""

from django.urls import URLPattern

app_name = "open-data"

urlpatterns: list[URLPattern] = []
