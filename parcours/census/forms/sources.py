"""How far a source is believed."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parcours.directory.models import Source
from parcours.directory.records import ORGANISATION, SERVICE

HIGHEST_RANK = 1000
# A field that services and organisations share has one rank.
LABELS = {field.name: field.label for field in (*ORGANISATION, *SERVICE)}


class SourceForm(forms.Form):
    """`ranks()` are the fields that this source is ranked otherwise for."""

    is_used = forms.BooleanField(
        label=_("Use what this source says"),
        help_text=_("What a source that is not used says is kept and not shown. It can be used again."),
        required=False,
    )
    rank = forms.IntegerField(
        label=_("Rank"),
        min_value=0,
        max_value=HIGHEST_RANK,
        help_text=_("Where two sources differ, the lowest rank wins; of two equal ones the latest word."),
    )

    def __init__(self, data: Any = None, *, source: Source) -> None:
        own = {f"field_{one.field}": one.rank for one in source.precedences.all()}
        super().__init__(data, initial={"is_used": source.is_used, "rank": source.rank, **own})
        for name, label in LABELS.items():
            attrs = {"aria-label": gettext("Rank for: %(field)s") % {"field": label}}
            self.fields[f"field_{name}"] = forms.IntegerField(
                label=str(label), min_value=0, max_value=HIGHEST_RANK, required=False,
                widget=forms.NumberInput(attrs=attrs),
            )  # fmt: skip

    def own_fields(self) -> list[Any]:
        return [self["is_used"], self["rank"]]

    def per_field(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("field_")]

    def ranks(self) -> dict[str, int]:
        cleaned = self.cleaned_data.items()
        return {
            name.removeprefix("field_"): rank
            for name, rank in cleaned
            if name.startswith("field_") and rank is not None
        }
