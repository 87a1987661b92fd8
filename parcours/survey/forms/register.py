from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.directory.choices import OrganisationKind
from parcours.directory.models import Organisation
from parcours.directory.queries.organisations import OrganisationQuerySet
from parcours.geo.models import Area
from parcours.survey.actions.ties import KNOWN
from parcours.survey.beside import Thing
from parcours.survey.choices import TieKind
from parcours.survey.told import PARTNER

OTHER = "other"


class OrganisationField(forms.CharField):
    """An organisation of the directory by its name, acronym or address; exactly one must bear it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        found: OrganisationQuerySet = Organisation.objects.kept().named(typed.strip())
        known = list(found[:2])
        if len(known) != 1:
            wrong = _("Several organisations bear this name: type the last part of its page’s address instead.")
            unknown = _("No organisation of the directory bears this name.")
            raise forms.ValidationError(wrong if known else unknown)
        return known[0]


class ReviewForm(forms.Form):
    """Which facts are taken, what becomes of each thing that is told, and what is taken back.

    `decisions` gives, by thing, the key that `accept_review` takes.
    """

    seen = forms.CharField(max_length=32)
    take = forms.MultipleChoiceField(required=False)
    back = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, facts: list[str], things: list[Thing], gone: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["take"].choices = [(name, name) for name in facts]
        self.fields["back"].choices = [(name, name) for name in gone]
        self.things = [thing.name for thing in things]
        for thing in things:
            name, keys = thing.name, [choice.key for choice in thing.choices]
            offered = [*keys, OTHER] if name.startswith(f"{PARTNER}/") else keys
            choices = [(key, key) for key in offered]
            self.fields[name] = forms.ChoiceField(label=thing.title, choices=choices, required=False)
            if OTHER in offered:
                self.fields[f"other-{name}"] = OrganisationField(label=thing.title, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in self.things:
            if data.get(name) == OTHER and not data.get(f"other-{name}") and f"other-{name}" not in self.errors:
                self.add_error(f"other-{name}", _("Type the name of the organisation that it is."))
        return data

    @property
    def decisions(self) -> dict[str, str]:
        """What was decided of the things that the page showed; one that was not sent stays open."""
        data = self.cleaned_data
        return {
            name: f"{KNOWN}{data[f'other-{name}'].key}" if data[name] == OTHER else data[name]
            for name in self.things
            if name in self.data
        }


class WhoForm(forms.Form):
    """Which organisation answered by the open link: one that is proposed, one that is typed, or a new one."""

    who = forms.ChoiceField(choices=[])
    other = OrganisationField(label=_("Another organisation of the directory"), required=False)

    def __init__(self, *args: Any, keys: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [(key, key) for key in (*keys, OTHER, "")]
        self.fields["who"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("who") == OTHER and not data.get("other") and "other" not in self.errors:
            self.add_error("other", _("Type the name of the organisation that it is."))
        return data

    def organisation(self) -> Organisation | None:
        """None for a new one."""
        who = self.cleaned_data["who"]
        if who == OTHER:
            return self.cleaned_data["other"]
        return Organisation.objects.kept().filter(key=who.removeprefix(KNOWN)).first() if who else None


class CandidateForm(forms.Form):
    """What a candidate is taken in as."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices, initial=OrganisationKind.ASSOCIATION)
    area = forms.ModelChoiceField(label=_("Commune"), queryset=Area.objects.none(), required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.at_level("commune").in_reading_order()


class LeaveForm(forms.Form):
    reason = forms.CharField(label=_("Why it is left out"), max_length=300)


class TieForm(forms.Form):
    """A tie noted by hand."""

    origin = OrganisationField(label=_("Organisation"))
    kind = forms.ChoiceField(label=_("What it does"), choices=TieKind.choices)
    target = OrganisationField(label=_("Its partner"))
