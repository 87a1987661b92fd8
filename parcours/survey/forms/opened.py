"""The door of a survey that is open to all: what keeps programs out, without asking anyone for anything."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SALT = "parcours.survey.open"
# a person reads the page first; a page that was left open all night is opened again
AT_LEAST, AT_MOST = timedelta(seconds=2), timedelta(hours=12)


class OpenForm(forms.Form):
    """`nothing` is a trap: only a program fills in what nobody sees. `came` says when the page was opened."""

    nothing = forms.CharField(label=gettext_lazy("Leave this empty"), required=False)
    came = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"came": signing.TimestampSigner(salt=SALT).sign("open")}, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        signer = signing.TimestampSigner(salt=SALT)
        try:
            signer.unsign(data.get("came", ""), max_age=AT_MOST)
            is_quick = _is_younger(signer, data["came"])
        except signing.BadSignature:
            is_quick = True
        if data.get("nothing") or is_quick:
            raise forms.ValidationError(_("Please press the button once more."))
        return data


def _is_younger(signer: signing.TimestampSigner, value: str) -> bool:
    try:
        signer.unsign(value, max_age=AT_LEAST)
    except signing.SignatureExpired:
        return False
    return True
