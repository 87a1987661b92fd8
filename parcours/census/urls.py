from django.urls import path

from parcours.census.views import reading, sources

app_name = "census"

urlpatterns = [
    path("reading/<int:pk>/", reading.reading, name="reading"),
    path("sources/", sources.sources, name="sources"),
    path("sources/<slug:key>/", sources.source, name="source"),
]
