from django.urls import path

from parcours.translations import views

app_name = "translations"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:language>/", views.sections, name="sections"),
    path("<slug:language>/<str:model>/<int:pk>/<slug:field>/", views.edit, name="edit"),
]
