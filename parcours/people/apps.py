from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "parcours.people"
    label = "people"

    def ready(self) -> None:
        # the predicates of permissions register themselves
        from parcours.people import rules  # noqa: F401
