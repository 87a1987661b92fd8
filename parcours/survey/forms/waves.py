"""The office's forms of a wave: what is asked and when, whom, at which addresses, who is typed in."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parcours.directory.models import Organisation
from parcours.kit.widgets import day_input
from parcours.survey.choices import Circle, Mode
from parcours.survey.models import Version, Wave
from parcours.translations.forms import TranslatedCharField

MOST_LINES = 500


class WaveForm(forms.ModelForm):
    message = TranslatedCharField(
        label=gettext_lazy("A word of yours in the message"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=gettext_lazy("It stands before the link."),
    )  # fmt: skip
    remarks = TranslatedCharField(
        label=gettext_lazy("What to know of the results"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=gettext_lazy("It stands above the tables."),
    )  # fmt: skip

    class Meta:
        model = Wave
        fields = (
            "title",
            "version",
            "opens_on",
            "closes_on",
            "message",
            "remind_after_days",
            "link_days",
            "is_open_to_all",
            "threshold",
            "last_circle",
            "new_names_floor",
            "results_are_public",
            "remarks",
        )
        labels = {"version": gettext_lazy("questionnaire")}
        widgets = {"opens_on": day_input(), "closes_on": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_organisations = Version.objects.published().filter(questionnaire__asks_people=False)
        self.fields["version"].queryset = of_organisations.select_related("questionnaire").defer("sheets")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("opens_on") and data.get("closes_on") and data["closes_on"] < data["opens_on"]:
            self.add_error("closes_on", _("It ends before it begins."))
        return data


class ChosenForm(forms.Form):
    """Organisations ticked in a list, to be asked as one circle."""

    circle = forms.TypedChoiceField(label=gettext_lazy("Circle"), choices=Circle.choices, coerce=int)
    organisations = forms.ModelMultipleChoiceField(queryset=Organisation.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisations"].queryset = Organisation.objects.kept().filter(is_generic=False)


class AddressesForm(forms.Form):
    """A list that one pastes: addresses, or names with an address. Each is found in the directory, or said."""

    circle = forms.TypedChoiceField(label=gettext_lazy("Circle"), choices=Circle.choices, coerce=int)
    lines = forms.CharField(
        label=gettext_lazy("Addresses, one a line"),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr"}),
        help_text=gettext_lazy("An e-mail address, or a name and its address: Les Voisins <contact@example.org>"),
    )

    def clean_lines(self) -> dict[int, str]:
        """Addresses by number of organisation."""
        lines = [line.strip().strip(";,") for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("At most %(most)d lines at once.") % {"most": MOST_LINES})
        found: dict[int, str] = {}
        for number, line in enumerate(lines, start=1):
            name, _open, address = line.rpartition("<")
            address = (address if name else line).strip(" >").lower()
            if "@" not in address:
                said = _("Line %(number)d, “%(line)s”: there is no e-mail address in it.")
                self.add_error("lines", said % {"number": number, "line": line[:80]})
            elif (organisation := _found(name.strip(' "'), address)) is None:
                said = _("Line %(number)d, “%(line)s”: the directory knows no such organisation. Create it first.")
                self.add_error("lines", said % {"number": number, "line": line[:80]})
            else:
                found[organisation.pk] = address
        return found


def _found(name: str, address: str) -> Organisation | None:
    """By its name, else by an address of its own or of a contact; none where several are meant."""
    kept = Organisation.objects.kept()
    match = kept.named(name) if name else kept.filter(Q(email__iexact=address) | Q(contacts__email__iexact=address))
    found = list(match.distinct()[:2])
    return found[0] if len(found) == 1 else None


class EntryForm(forms.Form):
    """Whose answers are typed in, and how they came."""

    mode = forms.ChoiceField(
        label=gettext_lazy("How they came"), choices=[one for one in Mode.choices if one[0] != Mode.WEB],
        widget=forms.RadioSelect,
    )  # fmt: skip
    organisation = forms.CharField(
        label=gettext_lazy("Organisation"),
        max_length=200,
        help_text=gettext_lazy("Its name, as the directory writes it."),
        widget=forms.TextInput(attrs={"list": "known"}),
    )

    def clean_organisation(self) -> Organisation:
        named = self.cleaned_data["organisation"]
        found = list(Organisation.objects.kept().named(named)[:2])
        if len(found) > 1:
            raise forms.ValidationError(_("Several organisations are called so: write the key of its page’s address."))
        if not found:
            raise forms.ValidationError(_("The directory knows no such organisation. Create it first."))
        return found[0]


class NoteForm(forms.Form):
    """What a call brought."""

    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)
    contact_name = forms.CharField(label=gettext_lazy("Who is written to"), required=False, max_length=120)
