"""A phone number as people write it, kept in its international form."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parcours.accounts.rules import normal_phone


class PhoneField(forms.CharField):
    """Empty, or E.164; a national number is read with the territory's own prefix."""

    def __init__(self, **kwargs: Any) -> None:
        tel = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
        super().__init__(**{"label": _("phone"), "required": False, "max_length": 30, "widget": tel} | kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        phone = normal_phone(typed, prefix=settings.PARCOURS_PHONE_PREFIX) if typed else ""
        if phone is None:
            raise ValidationError(_("This is not a phone number."))
        return phone
