from django.urls import path

from parcours.imports import views

app_name = "imports"

urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.batch, name="batch"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/apply/", views.apply, name="apply"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("<int:pk>/abandon/", views.abandon, name="abandon"),
    path("<slug:kind>/new/", views.upload, name="upload"),
    path("<slug:kind>/template.xlsx", views.template, name="template"),
]
