"""Applying, the interview, the end."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.delivery.choices import EndReason, Referral
from parcours.delivery.models import Interview
from parcours.kit.widgets import day_input
from parcours.people.forms.persons import PersonForm
from parcours.people.languages import language_choices


class ApplicationForm(PersonForm):
    """Who the person is, what brought them, and that they agree to what is kept."""

    referral = forms.ChoiceField(label=_("what brought them"), choices=Referral.choices, initial=Referral.NOT_ASKED)
    agrees = forms.BooleanField(
        label=_("I have read or told them the text below in a language they understand, and they agree")
    )
    messages = forms.BooleanField(label=_("They agree to be written to about dates and changes"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = ["referral", "agrees", "messages"]
        self.order_fields([*(name for name in self.fields if name not in last), *last])


class InterviewForm(forms.ModelForm):
    class Meta:
        model = Interview
        fields = (
            "held_on",
            "minutes",
            "language",
            "aims_explained",
            "understood",
            "is_available",
            "motivation",
            "french_level",
        )
        widgets = {"held_on": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(label=_("held in"), choices=language_choices())


class EndForm(forms.Form):
    on = forms.DateField(label=_("since"), widget=day_input())
    reason = forms.ChoiceField(label=_("reason"), choices=EndReason.choices, initial=EndReason.NOT_ASKED)
