"""Choosing two questions to cross."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.kit.widgets import PlainSelect
from parcours.survey.models import Wave
from parcours.survey.readable import Words
from parcours.survey.tables import CROSSED, Crossed, Results


class CrossingForm(forms.Form):
    """Two questions of one wave; the second is a single choice. Those of a repeat are crossed within it."""

    row = forms.ChoiceField(label=_("Question in the rows"), widget=PlainSelect)
    column = forms.ChoiceField(label=_("Question in the columns"), widget=PlainSelect, help_text=_("One answer each."))

    def __init__(self, *args: Any, wave: Wave, results: Results, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = Words(results.language)
        self.units = {one.path: one.table.layout.unit for one in results.tables if one.kind in CROSSED}
        named = [(one.path, words.question(one)) for one in results.tables if one.kind in CROSSED]
        single = {one.path for one in results.tables if one.kind == "one"}
        self.fields["row"].choices = named
        self.fields["column"].choices = [(path, label) for path, label in named if path in single]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        row, column = data.get("row"), data.get("column")
        if row and column and row == column:
            raise forms.ValidationError(_("Choose two different questions."))
        if row and column and self.units[row] != self.units[column]:
            raise forms.ValidationError(_("One of them is asked several times of each respondent, the other once."))
        return data

    @property
    def crossed(self) -> Crossed:
        return Crossed(self.cleaned_data["row"], self.cleaned_data["column"])
