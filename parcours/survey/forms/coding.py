"""Forms of the code book and of coding."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.survey.models import Code


class CodeForm(forms.Form):
    """A code: what it is called and when it fits."""

    label = forms.CharField(label=_("Code"), max_length=120)
    definition = forms.CharField(
        label=_("When to use it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class CodingForm(forms.Form):
    """The codes that fit an answer; none of them is a reading too."""

    codes = forms.ModelMultipleChoiceField(
        label=_("What it is about"),
        queryset=Code.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick what fits; nothing if no code does."),
    )

    def __init__(self, *args: Any, book: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].queryset = book
        self.fields["codes"].label_from_instance = _with_definition


def _with_definition(code: Code) -> str:
    return f"{code.label}: {code.definition}" if code.definition else code.label
