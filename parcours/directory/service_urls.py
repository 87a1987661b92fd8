"""Services: the search and the page of each. Organisations have `urls`."""

from django.urls import URLPattern

app_name = "services"

urlpatterns: list[URLPattern] = []
