from django.apps import AppConfig


class SurveyConfig(AppConfig):
    name = "parcours.survey"
    label = "survey"

    def ready(self) -> None:
        # the predicates of permissions register themselves
        from parcours.survey import rules  # noqa: F401
