from django.apps import AppConfig


class CensusConfig(AppConfig):
    name = "parcours.census"
    label = "census"
