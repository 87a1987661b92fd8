"""What an organisation changes by its link: the commonest facts of one record, as people say them."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parcours.accounts.rules import normal_phone
from parcours.directory.choices import Capacity, RecordKind
from parcours.directory.hours import HoursField
from parcours.directory.models import Organisation, Service
from parcours.directory.records import Values, kind_of, read_values, stored_value
from parcours.directory.vocabulary import vocabulary
from parcours.directory.wording import shown_phone
from parcours.geo.models import Area
from parcours.kit.widgets import PlainSelect
from parcours.translations.forms import TranslatedCharField
from parcours.translations.texts import Translated

ADDRESS = ("address", "postcode", "area")


class PhoneField(forms.CharField):
    """Shown as one dials it; cleans to international form."""

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off", "dir": "ltr"})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        number = normal_phone(text, prefix=settings.PARCOURS_PHONE_PREFIX) if text else ""
        if number is None:
            raise ValidationError(_("This is not a phone number: write it as 01 45 67 89 01."))
        return number


class ChangeForm(forms.Form):
    """Begins with what stands and what was sent before; `values` gives all of it with what was typed over."""

    phone = PhoneField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False, widget=forms.EmailInput(attrs={"dir": "ltr"}))
    website = forms.URLField(
        label=_("Web page"), required=False, max_length=500, assume_scheme="https", widget=forms.TextInput(
            attrs={"inputmode": "url", "dir": "ltr"}
        ),
    )  # fmt: skip
    capacity = forms.ChoiceField(
        label=_("Can somebody new come?"), required=False, choices=[("", _("not said")), *Capacity.choices],
        widget=forms.RadioSelect,
    )  # fmt: skip
    hours = HoursField(label=_("Opening hours"), required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken"), required=False, widget=forms.CheckboxSelectMultiple
    )
    address = forms.CharField(label=_("Address: number and street"), required=False, max_length=200)
    postcode = forms.CharField(
        label=_("Postcode"), required=False, max_length=10, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    area = forms.ChoiceField(label=_("Commune"), required=False, widget=PlainSelect)
    description = TranslatedCharField(
        label=_("Description"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )
    message = forms.CharField(
        label=_("Something else has changed"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("In your own words."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, target: Organisation | Service, sent: Values, language: str, message: str = "", **kwargs: Any
    ) -> None:
        self.now: Values = read_values(target) | sent
        super().__init__(*args, initial=self._shown() | {"message": message}, **kwargs)
        if kind_of(target) == RecordKind.ORGANISATION:
            del self.fields["capacity"], self.fields["languages"]
        else:
            self.fields["languages"].choices = vocabulary("languages").choices(language)
        if len(self.now.get("places") or []) > 1:
            for name in ADDRESS:
                del self.fields[name]
        else:
            communes = Area.objects.at_level("commune").in_reading_order()
            named = [(f"{area.code_system}:{area.code}", area.name) for area in communes]
            self.fields["area"].choices = [("", "–"), *named]

    def values(self, *, on: date) -> Values:
        """In the shape of `records`; a capacity comes with the day on which it was said."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data}
        values = {name: stored_value(value) for name, value in changed.items() if name not in (*ADDRESS, "message")}
        if "languages" in changed:
            kept = [row for row in self.now.get("languages") or [] if row["code"] in changed["languages"]]
            new = [code for code in changed["languages"] if code not in {row["code"] for row in kept}]
            values["languages"] = [*kept, *({"code": code, "spoken_by": "staff"} for code in new)]
        if "capacity" in changed:
            values |= {"capacity_on": on.isoformat(), "wait_weeks": None, "full_until": None}
        if changed.keys() & set(ADDRESS):
            row = {name: self.cleaned_data[name] for name in ADDRESS if self.cleaned_data[name]}
            values["places"] = [row] if row else None
        return self.now | values

    def take(self, error: ValidationError) -> None:
        """Show an error of a record's field at the field that asked for it, or above the form."""
        told = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
        for name, errors in told.items():
            self.add_error(name if name in self.fields else None, errors)

    def _shown(self) -> Values:
        place = (self.now.get("places") or [{}])[0]
        return {
            **{name: self.now.get(name, "") for name in ("hours", "email", "website", "capacity")},
            **{name: place.get(name, "") for name in ADDRESS},
            "phone": shown_phone(self.now.get("phone") or ""),
            "description": Translated.parse(self.now.get("description")),
            "languages": [row["code"] for row in self.now.get("languages") or []],
        }
