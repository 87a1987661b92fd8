"""Forms of the releases: narrow a difference, choose two to compare, publish."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parcours.plan.diffs import ItemDifference, Outcome
from parcours.plan.forms.filters import EVERYTHING
from parcours.plan.models import Plan, Release
from parcours.plan.snapshot import Contents
from parcours.plan.wording import Reader
from parcours.translations.fields import Translated
from parcours.translations.languages import in_language_name


class DifferenceFilter(forms.Form):
    """Narrows the changed actions of a difference; an empty field narrows nothing."""

    outcome = forms.ChoiceField(
        label=_("What became of it"),
        required=False,
        choices=[EVERYTHING, *(choice for choice in Outcome.choices if choice[0] != Outcome.SAME)],
    )
    axis = forms.ChoiceField(label=_("Axis"), required=False)

    def __init__(self, *args: Any, contents: Contents, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reader = Reader(contents)
        axes = [(key, reader.name("axis", key)) for key in contents.all("axis")]
        self.fields["axis"].choices = [EVERYTHING, *axes, ("none", _("No axis"))]

    def narrow(self, items: Iterable[ItemDifference]) -> list[ItemDifference]:
        chosen = getattr(self, "cleaned_data", {})
        outcome, axis = chosen.get("outcome"), chosen.get("axis")
        return [
            item
            for item in items
            if (not outcome or item.outcome == outcome) and (not axis or item.axis == ("" if axis == "none" else axis))
        ]


class PairForm(forms.Form):
    """Two contents of the plan to compare."""

    old = forms.TypedChoiceField(label=_("Compare"), coerce=int)
    new = forms.ChoiceField(label=_("with"))

    def __init__(self, *args: Any, releases: list[Release], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = [(str(row.number), f"{row.number}. {row.title.text}") for row in releases]
        self.fields["old"].choices = numbers
        self.fields["new"].choices = [*numbers, ("working", _("Working plan"))]
        self.fields["new"].initial = "working"


class ReleaseForm(forms.Form):
    """What a release is called, in each language of the plan: it cannot be changed afterwards."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = get_language() or plan.title.source
        self.languages = [self.language, *sorted({*plan.title.versions} - {self.language})]
        for language in self.languages:
            where = in_language_name(language)
            own = language == self.language
            self.fields[f"title_{language}"] = forms.CharField(
                label=_("Title %(language)s") % {"language": where}, max_length=120, required=own
            )
            self.fields[f"summary_{language}"] = forms.CharField(
                label=_("What is new, %(language)s") % {"language": where},
                widget=forms.Textarea(attrs={"rows": 4}),
                required=False,
            )

    def text(self, name: str) -> Translated:
        """The title or the summary with its versions."""
        texts = {language: self.cleaned_data[f"{name}_{language}"] for language in self.languages}
        return Translated.of(texts, source=self.language)
