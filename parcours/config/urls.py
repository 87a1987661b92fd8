from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.generic import RedirectView

from parcours.api.views.offline_pages import service_worker
from parcours.website.pages import PublicSitemap

urlpatterns = [
    # without a language: to the reader's own
    path("", login_not_required(RedirectView.as_view(pattern_name="website:home"))),
    path("style", login_not_required(RedirectView.as_view(pattern_name="website:style"))),
    path("sitemap.xml", login_not_required(sitemap), {"sitemaps": {"public": PublicSitemap}}, name="sitemap-xml"),
    # at the root: a service worker answers for the addresses below its own
    path("sw.js", service_worker, name="service-worker"),
    path("api/", include("parcours.api.urls")),
    *i18n_patterns(
        path("", include("parcours.website.urls")),
        path("services/", include("parcours.directory.service_urls")),
        path("survey/", include("parcours.survey.urls")),
        path("network/", include("parcours.network.urls")),
        path("people/", include("parcours.people.urls")),
        path("programmes/", include("parcours.delivery.urls")),
        path("feedback/", include("parcours.feedback.urls")),
        path("portfolio/", include("parcours.portfolio.urls")),
        path("census/", include("parcours.census.urls")),
        path("offline/", include("parcours.api.offline_urls")),
        path("open-data/", include("parcours.api.page_urls")),
        path("plan/", include("parcours.plan.urls")),
        path("organisations/", include("parcours.directory.urls")),
        path("imports/", include("parcours.imports.urls")),
        path("translations/", include("parcours.translations.urls")),
        path("accounts/", include("parcours.accounts.urls")),
    ),
]
