"""The office's forms of a campaign: whom to ask and when, what a call brought, another address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.census.choices import Outcome
from parcours.census.models import Campaign
from parcours.geo.models import Area
from parcours.kit.widgets import day_input
from parcours.translations.forms import TranslatedCharField


class CampaignForm(forms.ModelForm):
    message = TranslatedCharField(
        label=_("A word of yours in the message"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("It stands before the link."),
    )  # fmt: skip

    class Meta:
        model = Campaign
        fields = (
            "title",
            "opens_on",
            "closes_on",
            "message",
            "areas",
            "remind_after_days",
            "escalate_after_days",
            "link_days",
        )
        widgets = {"opens_on": day_input(), "closes_on": day_input(), "areas": forms.CheckboxSelectMultiple}
        help_texts = {"areas": _("None means everywhere.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"].queryset = Area.objects.at_level("commune").in_reading_order()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("opens_on") and data.get("closes_on") and data["closes_on"] < data["opens_on"]:
            self.add_error("closes_on", _("It ends before it begins."))
        if data.get("escalate_after_days", 1) <= data.get("remind_after_days", 0):
            self.add_error("escalate_after_days", _("The call comes after the reminder."))
        return data


class CallForm(forms.Form):
    """What a call brought."""

    outcome = forms.ChoiceField(
        label=_("What the call brought"), widget=forms.RadioSelect,
        choices=[
            (Outcome.CONFIRMED.value, _("all is still true")),
            (Outcome.CHANGED.value, _("things have changed, and I have changed them in the directory")),
            (Outcome.CLOSED.value, _("it has closed: its services are closed too")),
            (Outcome.UNREACHABLE.value, Outcome.UNREACHABLE.label),
        ],
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class AddressForm(forms.Form):
    """Where to write instead."""

    address = forms.EmailField(label=_("Another e-mail address"), widget=forms.EmailInput(attrs={"dir": "ltr"}))
