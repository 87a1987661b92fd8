from django.apps import AppConfig


class SurveyConfig(AppConfig):
    name = "parcours.survey"
    label = "survey"

    def ready(self) -> None:
        # the predicates of permissions register themselves
        from parcours.survey import rules  # noqa: F401

        # models exist only once every app is loaded
        from parcours.survey.figures import register_figures

        register_figures()
