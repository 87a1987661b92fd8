from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "parcours.kit"
    label = "kit"
