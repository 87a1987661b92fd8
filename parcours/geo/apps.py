from django.apps import AppConfig


class GeoConfig(AppConfig):
    name = "parcours.geo"
    label = "geo"
