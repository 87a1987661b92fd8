from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "parcours.packs"
    label = "packs"
