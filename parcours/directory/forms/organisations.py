from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from parcours.directory.choices import OrganisationKind, Role
from parcours.directory.models import Organisation
from parcours.directory.records import Values, stored_value
from parcours.geo.models import Area
from parcours.kit.widgets import PlainSelect
from parcours.translations.forms import TranslatedCharField


class OrganisationFilter(forms.Form):
    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *OrganisationKind.choices], widget=PlainSelect
    )
    area = forms.ChoiceField(label=_("Commune"), required=False, widget=PlainSelect)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("All")), *areas]


class OrganisationForm(forms.Form):
    """What an organisation says of itself; its key and its citations never change here."""

    name = forms.CharField(label=_("Name"), max_length=200)
    acronym = forms.CharField(label=_("Acronym"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)
    area = forms.ModelChoiceField(label=_("Commune"), queryset=Area.objects.none(), required=False)
    description = TranslatedCharField(label=_("Description"), required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        names = ("name", "acronym", "kind", "area", "description")
        kwargs.setdefault("initial", {name: getattr(organisation, name) for name in names})
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.at_level("commune").in_reading_order()

    def values(self) -> Values:
        """What was changed, as `directory.records` holds it."""
        data = {name: self.cleaned_data[name] for name in self.changed_data}
        return {name: stored_value(value) for name, value in data.items()}


class InvitationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.kept(),
        required=False,
        help_text=_("For a partner only."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("email") and not data.get("phone"):
            self.add_error("email", _("Give an e-mail address or a phone number."))
        if data.get("role") == Role.PARTNER and not data.get("organisation"):
            self.add_error("organisation", _("Choose the organisation of this partner."))
        if data.get("role") != Role.PARTNER:
            data["organisation"] = None
        return data
