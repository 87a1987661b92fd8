"""What machines read; without a language in the address."""

from django.urls import path

from parcours.api import endpoints
from parcours.api.manners import open_to_all
from parcours.api.views import files, widget

app_name = "api"
# A file is all of a dataset: it counts as so many questions.
FILE_COST = 30

urlpatterns = [
    path("v1/", endpoints.urls),
    path("catalog.jsonld", open_to_all(files.catalogue), name="catalogue"),
    path("data/<path:name>", open_to_all(files.download, cost=FILE_COST), name="download"),
    path("widget/", open_to_all(widget.widget), name="widget"),
]
