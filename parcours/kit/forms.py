"""What forms share whose records are checked by a verb."""

from typing import Any


class CheckedByItsVerb:
    """A model form that only puts what was typed into its record: the verb that keeps the record checks it."""

    cleaned_data: dict[str, Any]
    instance: Any
    _meta: Any

    def _post_clean(self) -> None:
        for name in self._meta.fields:
            if name in self.cleaned_data:
                setattr(self.instance, name, self.cleaned_data[name])
