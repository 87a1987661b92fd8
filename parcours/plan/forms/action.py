"""The one form of an action, built from the fields of its record."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from parcours.kit.dates import parse
from parcours.plan.choices import Stage, Status
from parcours.plan.forms.fields import PartialDateField
from parcours.plan.forms.lines import LINE_FORMS, BaseLines, lines_of, organisation_field
from parcours.plan.models import Action
from parcours.plan.records import BY_NAME, FIELDS, Field, Record
from parcours.plan.references import References
from parcours.plan.rules import NEXT_STAGES
from parcours.translations.fields import Translated
from parcours.translations.forms import TranslatedCharField

SECTIONS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (_("What and why"), ("title", "what", "why", "nature", "axis", "theme", "challenges")),
    (_("Who"), ("lead", "partners")),
    (_("For whom and where"), ("publics", "areas")),
    (_("When"), ("starts_on", "ends_on", "milestones")),
    (_("Money"), ("budget_lines", "funding_sources")),
    (_("How it is measured"), ("indicators",)),
    (
        _("Where it stands"),
        ("stage", "blocked_reason", "stop_reason", "status_override", "override_reason", "is_public"),
    ),
    (_("Ties, remarks and source"), ("links", "remarks", "section", "is_invented")),
)
# What only the coordinator says of an action.
COORDINATOR_ONLY = frozenset(
    {"links", "stop_reason", "status_override", "override_reason", "is_public", "section", "is_invented"}
)
EMPTY_BY_KIND: dict[str, Any] = {"many": [], "lines": [], "flag": False}


def empty_record() -> Record:
    """What an action holds before anyone wrote anything."""
    texts = {field.name: Translated().stored() for field in FIELDS if field.kind in ("text", "longtext")}
    rest = {field.name: EMPTY_BY_KIND.get(field.kind, "") for field in FIELDS}
    return {**rest, **texts}


def field_names(*, is_coordinator: bool, is_new: bool = False) -> list[str]:
    """The fields that an editor sees; what a partner adds is an idea."""
    hidden = set() if is_coordinator else COORDINATOR_ONLY | ({"stage"} if is_new else set())
    return [field.name for field in FIELDS if field.name not in hidden]


class RecordForm(forms.Form):
    """The fields of a record that are not lines. `base_version` is the version that the editor saw."""

    base_version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(
        self, *args: Any, names: Collection[str], record: Record, references: References, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=record, **kwargs)
        for name in names:
            self.fields[name] = form_field(BY_NAME[name], record, references)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("status_override") and not data.get("override_reason"):
            self.add_error("override_reason", _("Say why the status is set by hand."))
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and parse(end).last < parse(start).date:
            self.add_error("ends_on", _("The end is before the start."))
        return data

    def values(self) -> Record:
        """The cleaned values in the shape of `records.read_record`."""
        return {name: _written(value) for name, value in self.cleaned_data.items() if name in BY_NAME}


def _written(value: Any) -> Any:
    if isinstance(value, Translated):
        return value.stored()
    return sorted(value) if isinstance(value, list) else value


def form_field(field: Field, record: Record, references: References) -> forms.Field:
    """The form field of a record's field, by its kind."""
    label = capfirst(field.label)
    if field.kind in ("text", "longtext"):
        widget = forms.Textarea(attrs={"rows": 5}) if field.kind == "longtext" else forms.TextInput()
        return TranslatedCharField(label=label, required=field.name == "title", widget=widget)
    if field.kind == "date":
        return PartialDateField(label=label, required=False)
    if field.kind == "flag":
        return forms.BooleanField(label=label, required=False)
    if field.kind == "plain":
        length = Action._meta.get_field(field.name).max_length
        return forms.CharField(label=label, required=False, max_length=length)
    if field.name == "lead":
        hint = _("Write the name; the list helps.")
        return organisation_field(references, label=label, required=False, help_text=hint)
    if field.kind == "many":
        choices = _with_strangers(getattr(references, field.name), record[field.name])
        widget = forms.CheckboxSelectMultiple()
        return forms.MultipleChoiceField(label=label, required=False, choices=choices, widget=widget)
    return forms.ChoiceField(label=label, required=field.name == "stage", choices=_choices(field, record, references))


def _choices(field: Field, record: Record, references: References) -> list[tuple[str, Any]]:
    if field.name == "stage":
        return stages(record["stage"])
    if field.name == "status_override":
        return [("", _("none: by rule")), *Status.choices]
    return [("", "–"), *getattr(references, field.name)]


def stages(present: str) -> list[tuple[str, Any]]:
    """The stages that an editor may choose from `present` ("" for a new action).

    An idea is adopted and an action stopped elsewhere, where the decision and the reason are asked for.
    """
    if not present:
        return [(value, label) for value, label in Stage.choices if value != Stage.STOPPED]
    reachable = set() if present == Stage.IDEA else NEXT_STAGES[present] - {Stage.STOPPED}
    return [(value, label) for value, label in Stage.choices if value == present or value in reachable]


def _with_strangers(choices: list[tuple[str, Any]], chosen: Collection[str]) -> list[tuple[str, Any]]:
    """The choices with what the record holds beside them, so that nothing is lost by saving."""
    known = {key for name, value in choices for key in ([name] if isinstance(value, str) else dict(value))}
    return [*choices, *((key, key) for key in chosen if key not in known)]


@dataclass(frozen=True)
class Place:
    """Where a field stands on the page: a bound field, or a list of lines."""

    name: str
    label: str
    field: BoundField | None = None
    lines: BaseLines | None = None
    in_drawer: bool = False
    chosen: int = 0


class ActionSheet:
    """The form of an action and its lists of lines as one thing. `record` is what the editor saw."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        names: Collection[str],
        record: Record,
        references: References,
        base_version: int = 0,
        extra_lines: int = 2,
    ) -> None:
        self.record, self.names, self.references = record, list(names), references
        self.lines: dict[str, BaseLines] = {
            name: lines_of(LINE_FORMS[name], extra=extra_lines)(
                data, prefix=name, initial=record[name], form_kwargs={"references": references}
            )
            for name in names
            if BY_NAME[name].kind == "lines"
        }
        self.form = RecordForm(
            data,
            names=[name for name in names if name not in self.lines],
            record={**record, "base_version": base_version},
            references=references,
        )

    @property
    def base_version(self) -> int:
        return self.form.cleaned_data.get("base_version") or 0

    def is_valid(self) -> bool:
        # every part is checked, so that all errors are shown at once
        return all([self.form.is_valid(), *(lines.is_valid() for lines in self.lines.values())])

    def changes(self, *, but: Collection[str] = ()) -> Record:
        """What the editor changed, save the fields named in `but`."""
        values = self.form.values() | {name: lines.lines() for name, lines in self.lines.items()}
        return {name: value for name, value in values.items() if value != self.record[name] and name not in but}

    def add_errors(self, errors: dict[str, list[str]]) -> None:
        """Put the errors of a verb where their fields are."""
        for name, messages in errors.items():
            known = name in self.form.fields
            label = "" if known or name not in BY_NAME else f"{capfirst(BY_NAME[name].label)}: "
            for message in messages:
                self.form.add_error(name if known else None, f"{label}{message}")

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The summary: each field with errors, and where it stands."""
        bound = [*self.form]
        for lines in self.lines.values():
            bound += [field for form in lines.forms for field in form]
        return [
            {"id": field.id_for_label or f"field-{field.html_name}", "label": field.label, "errors": field.errors}
            for field in bound
            if field.errors
        ]

    @property
    def has_errors(self) -> bool:
        return bool(self.errors or self.form.non_field_errors())

    @property
    def sections(self) -> list[tuple[str | Promise, list[Place]]]:
        found = [(heading, [self._place(name) for name in names if name in self.names]) for heading, names in SECTIONS]
        return [(heading, places) for heading, places in found if places]

    def _place(self, name: str) -> Place:
        label = capfirst(BY_NAME[name].label)
        if name in self.lines:
            return Place(name, label, lines=self.lines[name])
        field = self.form[name]
        if BY_NAME[name].kind != "many":
            return Place(name, label, field=field)
        return Place(name, label, field=field, in_drawer=True, chosen=len(field.value() or []))
