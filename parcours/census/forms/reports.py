from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.census.models import Correction


class ReportForm(forms.Form):
    """What a reader says is wrong. `nothing` is a trap: only a program fills in what nobody sees."""

    message = forms.CharField(
        label=_("What is wrong?"),
        max_length=Correction._meta.get_field("message").max_length,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("For example: the phone number does not answer. Write nothing about somebody’s own situation."),
    )
    contact = forms.CharField(
        label=_("How can we answer you?"),
        max_length=Correction._meta.get_field("contact").max_length,
        required=False,
        help_text=_("An e-mail address or a phone number, if you like. It is erased once the matter is settled."),
    )
    nothing = forms.CharField(label=_("Leave this empty"), required=False)
