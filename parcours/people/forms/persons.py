"""Who somebody says they are, on one short page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parcours.accounts.fields import PhoneField
from parcours.kit.dates import UnreadableDate, written
from parcours.kit.forms import CheckedByItsVerb
from parcours.people.actions.persons import save_person
from parcours.people.choices import Level
from parcours.people.languages import language_choices, languages_with_empty
from parcours.people.models import Person

ROWS = 4


class PersonForm(CheckedByItsVerb, forms.ModelForm):
    """Nothing but the name and the language is compulsory. `save` raises nothing: faults stand at their fields."""

    class Meta:
        model = Person
        fields = (
            "name",
            "called",
            "latin_name",
            "born",
            "gender",
            "channel",
            "phone",
            "email",
            "language",
            "prefers_pictures",
        )
        widgets = {"name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=_("language to write in"), choices=language_choices(), initial="fr"
        )
        self.fields["phone"] = PhoneField()
        self.fields["born"] = forms.CharField(
            label=_("born"), required=False, max_length=30, help_text=_("The year is enough: 1986, March 1986.")
        )
        spoken = list(self.instance.languages.all()) if self.instance.pk else []
        for number in range(ROWS):
            row = spoken[number] if number < len(spoken) else None
            self.fields[f"speaks_{number}"] = forms.ChoiceField(
                label=_("speaks") if number == 0 else _("and"),
                choices=languages_with_empty(),
                required=False,
                initial=row.language if row else "",
            )
            self.fields[f"level_{number}"] = forms.ChoiceField(
                label=_("how well"), choices=Level.choices, required=False, initial=row.level if row else Level.NATIVE
            )

    def clean_born(self) -> str:
        try:
            return written(self.cleaned_data["born"])
        except UnreadableDate as error:
            raise ValidationError(str(error)) from error

    def languages(self) -> dict[str, tuple[str, bool]]:
        rows = ((self.cleaned_data.get(f"speaks_{n}"), self.cleaned_data.get(f"level_{n}")) for n in range(ROWS))
        return {code: (level or Level.A1, True) for code, level in rows if code}

    def keep(self) -> Person | None:
        """The person, kept; None when something is wrong, which then stands at its field."""
        try:
            return save_person(person=self.instance, languages=self.languages())
        except ValidationError as error:
            self.add_error(None, error)
            return None
