"""The site's addresses, and those of service pages where they are agreed to be."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import include, path
from django.utils.module_loading import import_string

page = login_not_required(lambda request, key: HttpResponse(key))
services = ([path("<slug:key>/", page, name="service")], "services")
urlpatterns = [*i18n_patterns(path("services/", include(services))), *import_string("parcours.config.urls.urlpatterns")]
