"""What is asked of an edition, and what its group said."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.feedback.models import Round
from parcours.kit.widgets import day_input
from parcours.survey.models import Version


class DatesForm(forms.Form):
    opens_on = forms.DateField(label=_("begins on"), widget=day_input())
    closes_on = forms.DateField(
        label=_("ends on"), widget=day_input(), help_text=_("The results are shown from the next day.")
    )


class EvaluationForm(DatesForm):
    field_order = ("version",)

    version = forms.ModelChoiceField(
        label=_("Questionnaire"),
        queryset=Version.objects.none(),
        empty_label=None,
        help_text=_("Those that the territory’s office has published for participants."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = Version.objects.published().filter(questionnaire__asks_people=True)
        newest = published.order_by("questionnaire_id", "-number").distinct("questionnaire_id")
        self.fields["version"].queryset = newest.select_related("questionnaire").defer("sheets")


class RoundForm(forms.ModelForm):
    class Meta:
        model = Round
        fields = ("held_on", "present", "went_well", "to_change", "decided")
        widgets = {
            "held_on": day_input(),
            **{name: forms.Textarea(attrs={"rows": 4}) for name in ("went_well", "to_change", "decided")},
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("went_well") or data.get("to_change")):
            self.add_error("went_well", _("Write at least one thing that the group said."))
        return data
