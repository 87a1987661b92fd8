from django.urls import path

from parcours.kit.views import style
from parcours.website import views

app_name = "website"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("communes/", views.areas, name="areas"),
    path("communes/<slug:slug>/", views.area, name="area"),
    path("about/", views.about, name="about"),
    path("about/data/", views.privacy, name="privacy"),
    path("about/accessibility/", views.accessibility, name="accessibility"),
    path("about/figures/", views.figures, name="figures"),
    path("site-map/", views.site_map, name="sitemap"),
    path("style/", style, name="style"),
]
