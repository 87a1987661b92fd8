"""One form for every part of the frame, made from its model's own fields."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from parcours.kit.dates import PartialDate, parse
from parcours.plan.forms.fields import PartialDateField
from parcours.plan.models import (
    Axis,
    Challenge,
    Communication,
    Definition,
    EvaluationQuestion,
    FundingSource,
    Objective,
    Plan,
    Principle,
    Public,
    Risk,
    Theme,
)
from parcours.plan.models.frame import Part
from parcours.plan.wording import LABELS
from parcours.translations.fields import TranslatedField


@dataclass(frozen=True)
class Kind:
    """One kind of part: its model and what it is called."""

    model: type[Part]
    label: str | Promise
    plural: str | Promise

    def rows(self, plan: Plan) -> models.QuerySet:
        return self.model._default_manager.filter(plan=plan)


KINDS: dict[str, Kind] = {
    "axis": Kind(Axis, _("axis"), _("Axes")),
    "challenge": Kind(Challenge, _("challenge"), _("Challenges")),
    "public": Kind(Public, _("public"), _("Publics")),
    "principle": Kind(Principle, _("principle"), _("Principles")),
    "objective": Kind(Objective, _("objective"), _("Objectives")),
    "definition": Kind(Definition, _("definition"), _("Definitions")),
    "theme": Kind(Theme, _("theme"), _("Themes of ideas")),
    "funding-source": Kind(FundingSource, _("funding source"), _("Funding sources")),
    "risk": Kind(Risk, _("risk"), _("Risks")),
    "communication": Kind(Communication, _("communication"), _("Communication")),
    "question": Kind(EvaluationQuestion, _("evaluation question"), _("Evaluation questions")),
}
# What an editor never touches: what the part is known by, where it comes from, what follows from the rest.
FIXED = frozenset(
    {"id", "plan", "key", "source", "section", "is_invented", "search_text", "is_rating_invented"}
    | {"slug", "area", "is_current", "adopted_on", "adopted_precision"}
)
SHORT = frozenset({"title", "short_title", "name", "term", "channel"})


def _form_field(field: models.Field, **kwargs: Any) -> forms.Field | None:
    kwargs["label"] = capfirst(LABELS.get(field.name, field.verbose_name))
    if isinstance(field, TranslatedField):
        kwargs["widget"] = forms.TextInput() if field.name in SHORT else forms.Textarea(attrs={"rows": 5})
    return field.formfield(**kwargs)


class PartForm(forms.ModelForm):
    """The texts and plain values of a part. `seen`: the digest of what its editor read."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in ("seen", "adopted")}
        if "adopted" in self.fields:
            day = parse(self.cleaned_data["adopted"]) if self.cleaned_data["adopted"] else None
            values |= {"adopted_on": day and day.date, "adopted_precision": day.precision if day else "day"}
        return values


class PlanForm(PartForm):
    adopted = PartialDateField(label=_("Adopted"), required=False)

    def __init__(self, *args: Any, instance: Plan, **kwargs: Any) -> None:
        day = PartialDate(instance.adopted_on, instance.adopted_precision) if instance.adopted_on else ""
        super().__init__(*args, instance=instance, initial={"adopted": str(day)}, **kwargs)


def editable(model: type[models.Model]) -> list[str]:
    """The names of the fields that an editor changes."""
    return [field.name for field in model._meta.concrete_fields if field.editable and field.name not in FIXED]


def compared(model: type[models.Model]) -> list[str]:
    """The names of the fields whose change by another is a conflict."""
    return [*editable(model), *(["adopted_on", "adopted_precision"] if model is Plan else [])]


def part_form(model: type[models.Model]) -> type[PartForm]:
    base = PlanForm if model is Plan else PartForm
    made: type[PartForm] = forms.modelform_factory(
        model, form=base, fields=editable(model), formfield_callback=_form_field
    )
    return made


class KeyForm(forms.Form):
    """What a new part is known by, for ever."""

    key = forms.SlugField(
        label=_("Short name"),
        max_length=80,
        help_text=_("Letters, digits and hyphens, as in “right-to-housing”. It stands in addresses and never changes."),
    )
