from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = i18n_patterns(
    path("imports/", include("parcours.imports.urls")),
    path("accounts/", include("parcours.accounts.urls")),
)
