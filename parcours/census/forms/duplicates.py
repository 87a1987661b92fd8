from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.census.comparing import Comparison
from parcours.directory.choices import RecordKind
from parcours.directory.records import Values

FIELD = "field-"


class KindFilter(forms.Form):
    kind = forms.ChoiceField(choices=[("", _("All")), *RecordKind.choices], required=False)


class PairForm(forms.Form):
    """What one decides of two records: the button, which of the two stays, and a value for fields that differ."""

    do = forms.ChoiceField(choices=[("same", ""), ("different", ""), ("again", "")])
    kept = forms.ChoiceField(choices=[("left", ""), ("right", "")], required=False)

    def __init__(self, *args: Any, comparison: Comparison, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.comparison = comparison

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("do") == "same":
            if not data.get("kept"):
                self.add_error("kept", _("Choose which of the two stays."))
            try:
                self.chosen()
            except KeyError:
                self.add_error(None, _("A value was changed meanwhile: read again what stands now, then choose."))
        return data

    def kept_and_gone(self) -> tuple[Any, Any]:
        left, right = self.comparison.left.record, self.comparison.right.record
        return (left, right) if self.cleaned_data["kept"] == "left" else (right, left)

    @property
    def sent(self) -> dict[str, str]:
        """The token that was sent for each field."""
        return {name.removeprefix(FIELD): token for name, token in self.data.items() if name.startswith(FIELD)}

    @property
    def stays(self) -> str:
        """Which of the two is checked as the one to keep."""
        return self.data.get("kept") or self.comparison.stays

    def chosen(self) -> Values:
        """The values that were chosen against the source that wins."""
        return self.comparison.chosen(self.sent)
