from django.apps import AppConfig


class TranslationsConfig(AppConfig):
    name = "parcours.translations"
    label = "translations"
