from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "parcours.website"
    label = "website"
