from django.apps import AppConfig


class CensusConfig(AppConfig):
    name = "parcours.census"
    label = "census"

    def ready(self) -> None:
        # models exist only once every app is loaded
        from parcours.census.importers import OrganisationsImporter, ServicesImporter
        from parcours.census.similar import services_like
        from parcours.directory import likeness
        from parcours.imports import registry

        registry.register(OrganisationsImporter())
        registry.register(ServicesImporter())
        likeness.register(services_like)
