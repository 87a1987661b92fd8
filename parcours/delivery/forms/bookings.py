"""Booking in one short page: how many come, and one way to reach them."""

from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from parcours.accounts.fields import PhoneField
from parcours.delivery.actions.bookings import MOST_SEATS
from parcours.delivery.models import Booking, Session
from parcours.people.models import new_key

SALT = "parcours.delivery.booking"


class BookingForm(forms.ModelForm):
    """`ticket` carries the booking's key, made by us, so that a form sent twice books once."""

    ticket = forms.CharField(widget=forms.HiddenInput)
    phone = PhoneField()

    class Meta:
        model = Booking
        fields = ("seats", "email", "phone", "name", "language")

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        kwargs["instance"] = Booking(session=session)
        kwargs["initial"] = {"ticket": signing.dumps(new_key(), salt=SALT), "language": get_language(), "seats": 1}
        super().__init__(*args, **kwargs)
        most = min(session.capacity or 0, MOST_SEATS)
        numbers = [(n, ngettext("%(n)d person", "%(n)d people", n) % {"n": n}) for n in range(1, most + 1)]
        self.fields["seats"] = forms.TypedChoiceField(label=_("How many are you?"), choices=numbers, coerce=int)
        self.fields["language"] = forms.ChoiceField(label=_("language to write in"), choices=settings.LANGUAGES)
        self.fields["name"].help_text = _("If you like. Any name will do.")
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def clean_ticket(self) -> str:
        try:
            self.instance.key = signing.loads(self.cleaned_data["ticket"], salt=SALT, max_age=24 * 3600)
        except signing.BadSignature as error:
            raise forms.ValidationError(_("This page was open for too long. Send it once more.")) from error
        return self.cleaned_data["ticket"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("email") or data.get("phone") or self.errors):
            raise forms.ValidationError(_("Give an e-mail address or a phone number: we tell you if anything changes."))
        return data

    def _post_clean(self) -> None:
        """The verb checks the whole booking; here its fields only."""
        for name in ("seats", "email", "phone", "name", "language"):
            if name in self.cleaned_data:
                setattr(self.instance, name, self.cleaned_data[name])


class SeatsForm(forms.Form):
    seats = forms.IntegerField(label=_("How many are you?"), min_value=1, max_value=MOST_SEATS)
