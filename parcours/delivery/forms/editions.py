"""Editions, their staff, their sessions and their money."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parcours.accounts.models import User
from parcours.delivery.choices import StaffRole
from parcours.delivery.models import BudgetLine, Edition, Session, Venue
from parcours.kit.widgets import day_input
from parcours.people.languages import language_choices

HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class EditionForm(forms.ModelForm):
    languages = forms.MultipleChoiceField(
        label=_("languages helped in"), required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )

    class Meta:
        model = Edition
        fields = ("title", "state", "starts_on", "ends_on", "capacity", "french_level", "languages", "venue")
        widgets = {"starts_on": day_input(), "ends_on": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].choices = language_choices()  # type: ignore[attr-defined]


class SeriesForm(forms.Form):
    first = forms.DateField(label=_("first day"), widget=day_input())
    at = forms.TimeField(label=_("begins at"), widget=HOUR)
    venue = forms.ModelChoiceField(label=_("place"), queryset=Venue.objects.all(), required=False)


class SessionForm(forms.ModelForm):
    """Day and hours as people say them."""

    day = forms.DateField(label=_("day"), widget=day_input())
    begins = forms.TimeField(label=_("begins at"), widget=HOUR)
    ends = forms.TimeField(label=_("ends at"), widget=HOUR)

    class Meta:
        model = Session
        fields = ("title", "venue", "capacity")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            starts, ends = timezone.localtime(self.instance.starts_at), timezone.localtime(self.instance.ends_at)
            self.initial |= {"day": starts.date(), "begins": starts.time(), "ends": ends.time()}
        self.order_fields(["title", "day", "begins", "ends", "venue", "capacity"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if all(data.get(name) for name in ("day", "begins", "ends")):
            self.instance.starts_at = _moment(data["day"], data["begins"])
            self.instance.ends_at = _moment(data["day"], data["ends"])
            if data["ends"] <= data["begins"]:
                self.add_error("ends", _("It ends before it begins."))
        return data

    def _post_clean(self) -> None:
        if not self.errors:
            super()._post_clean()


def _moment(day: Any, hour: Any) -> Any:
    return timezone.make_aware(timezone.datetime.combine(day, hour))  # type: ignore[attr-defined]


class VenueForm(forms.ModelForm):
    class Meta:
        model = Venue
        fields = ("name", "address", "area", "directions", "capacity", "is_step_free")


class StaffForm(forms.Form):
    address = forms.CharField(label=_("e-mail address or phone"), max_length=200)
    role = forms.ChoiceField(label=_("role"), choices=StaffRole.choices)

    def clean_address(self) -> User:
        found = User.objects.active().with_address(self.cleaned_data["address"]).first()
        if found is None:
            raise forms.ValidationError(_("Nobody signs in with this address: invite them first."))
        return found


class BudgetForm(forms.ModelForm):
    class Meta:
        model = BudgetLine
        fields = ("kind", "label", "foreseen", "actual", "funder")
