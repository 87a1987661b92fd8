from typing import Any

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "parcours.kit"
    label = "kit"

    def ready(self) -> None:
        """A trigger changes no model: adding one in a migration need not build the models anew, which takes long."""
        from pgtrigger.migrations import AddTrigger

        AddTrigger.state_forwards = _add_trigger_to_state  # type: ignore[assignment, method-assign]


def _add_trigger_to_state(operation: Any, app_label: str, state: Any) -> None:
    options = state.models[app_label, operation.model_name.lower()].options
    options["triggers"] = [*options.get("triggers", []), operation.trigger]
