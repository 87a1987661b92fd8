from django.urls import path

from parcours.directory.views import organisations as views

app_name = "directory"

urlpatterns = [
    path("", views.organisations, name="organisations"),
    path("people/", views.people, name="people"),
    path("people/<int:pk>/end/", views.end_role, name="end-role"),
    path("people/invitations/<int:pk>/withdraw/", views.withdraw, name="withdraw-invitation"),
    path("invitation/<str:secret>/", views.accept, name="accept-invitation"),
    path("<slug:key>/", views.organisation, name="organisation"),
    path("<slug:key>/edit/", views.edit, name="organisation-edit"),
    path("<slug:key>/history/", views.history, name="organisation-history"),
]
