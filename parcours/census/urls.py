from django.urls import path

from parcours.census.views import duplicates

app_name = "census"

urlpatterns = [
    path("", duplicates.index, name="index"),
    path("pairs/", duplicates.pairs, name="pairs"),
    path("pairs/look/", duplicates.look, name="look"),
    path("pairs/searching/", duplicates.searching, name="searching"),
    path("pairs/<int:pk>/", duplicates.pair, name="pair"),
    path("merges/", duplicates.merges, name="merges"),
    path("merges/<int:pk>/undo/", duplicates.undo, name="undo-merge"),
]
