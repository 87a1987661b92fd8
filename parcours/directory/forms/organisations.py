from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from parcours.directory.choices import OrganisationKind, Role
from parcours.directory.models import Organisation
from parcours.kit.widgets import PlainSelect


class OrganisationFilter(forms.Form):
    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *OrganisationKind.choices], widget=PlainSelect
    )
    area = forms.ChoiceField(label=_("Commune"), required=False, widget=PlainSelect)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("All")), *areas]


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
