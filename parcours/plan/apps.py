from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "parcours.plan"
    label = "plan"

    def ready(self) -> None:
        # models exist only once every app is loaded
        from parcours.imports import registry
        from parcours.kit import published
        from parcours.plan.asked import register_first_circle
        from parcours.plan.figures import register_figures
        from parcours.plan.published import published_totals
        from parcours.plan.spreadsheet.importer import ActionsImporter
        from parcours.plan.survey import ActionReceiver
        from parcours.survey import receivers

        register_first_circle()
        register_figures()
        published.register(published_totals)
        registry.register(ActionsImporter())
        receivers.register(ActionReceiver())
