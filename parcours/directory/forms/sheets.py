"""The form of a record, a service or an organisation, built from its fields."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parcours.directory.choices import RecordKind
from parcours.directory.cleaning import REQUIRED, Known, clean
from parcours.directory.forms.lines import LINES, BaseLines, lines_of, terms
from parcours.directory.hours import HoursField
from parcours.directory.records import BY_NAME, FIELDS, Field, Values
from parcours.directory.wording import CHOICES, Areas
from parcours.geo.models import Area
from parcours.imports.rules import Problem
from parcours.kit.widgets import PlainCheckboxes, day_input
from parcours.translations.forms import TranslatedCharField
from parcours.translations.texts import Translated

Heading = str | Promise
Section = tuple[Heading, tuple[str, ...]]
# The day on which somebody spoke of the places left is not among them: it follows from the change.
SECTIONS: Mapping[RecordKind, tuple[Section, ...]] = {
    RecordKind.SERVICE: (
        (_("What it is"), ("name", "summary", "description", "types", "themes")),
        (
            _("For whom"),
            ("publics", "publics_note", "gender", "age_min", "age_max", "stay", "french_min", "french_max",
             "conditions", "catchment"),
        ),
        (_("In which languages"), ("languages",)),
        (_("When"), ("hours", "hours_note", "weekly_hours", "weeks")),
        (_("Where"), ("modes", "places")),
        (_("Cost and documents"), ("fee", "fee_note", "documents", "documents_note")),
        (
            _("How to enrol"),
            ("enrolment", "enrolled_by", "enrolment_url", "enrolment_note", "capacity", "wait_weeks", "full_until"),
        ),
        (_("Contact"), ("phone", "email", "website", "contacts")),
    ),
    RecordKind.ORGANISATION: (
        (_("What it is"), ("name", "acronym", "kind", "description", "networks")),
        (_("Where and when"), ("area", "places", "hours")),
        (_("Contact"), ("phone", "email", "website", "contacts")),
        (_("Numbers in registers"), ("identifiers",)),
    ),
}  # fmt: skip
LONG = frozenset({"description"})
HINTS: Mapping[str, Heading] = {
    "summary": _("What one gets there, in one sentence."),
    "stay": _("What the service accepts. Nobody’s own situation is ever noted."),
    "catchment": _("None means everywhere."),
    "french_min": _("A0 means that no French is needed."),
}
REASON = forms.CharField(
    label=_("Why this change?"),
    max_length=300,
    required=False,
    help_text=_("It is kept in the history, which everyone can read: name no person."),
)
SALT = "directory.sheet"


@dataclass(frozen=True)
class Seen:
    """What an editor saw when the form was opened: it travels with the form, signed."""

    record: Values
    version: int

    def sealed(self) -> str:
        return signing.dumps({"record": self.record, "version": self.version}, salt=SALT, compress=True)

    @classmethod
    def opened(cls, text: str) -> "Seen":
        """An empty record of no version for a text that was not sealed here."""
        try:
            held = signing.loads(text, salt=SALT)
        except signing.BadSignature:
            return cls({}, 0)
        return cls(held["record"], held["version"])


class FieldsForm(forms.Form):
    """The fields of a record that are not rows."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = REASON

    def __init__(
        self, *args: Any, kind: RecordKind, record: Values, areas: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        shown = {name for _heading, names in SECTIONS[kind] for name in names}
        for field in FIELDS[kind]:
            if field.kind != "rows" and field.name in shown:
                self.fields[field.name] = form_field(field, record.get(field.name), areas)
        if kind == RecordKind.SERVICE:
            self.fields["name"].help_text = _("What a person would call it: “French workshop for beginners”.")


def form_field(field: Field, value: Any, areas: list[tuple[str, str]]) -> forms.Field:
    """The form field of a record's field, by its kind; what a file brought and no list knows stays a choice."""
    common = {
        "label": capfirst(field.label),
        "required": field.name in REQUIRED,
        "help_text": HINTS.get(field.name, ""),
    }
    if field.kind == "text":
        widget = forms.Textarea(attrs={"rows": 7}) if field.name in LONG else forms.TextInput()
        return TranslatedCharField(widget=widget, **common)
    if field.kind == "codes":
        choices = with_strangers(_listed(field, areas), value or [])
        return forms.MultipleChoiceField(choices=choices, widget=PlainCheckboxes, **common)
    if field.kind == "code":
        choices = with_strangers([("", "–"), *_listed(field, areas)], [value] if value else [])
        return forms.ChoiceField(choices=choices, **common)
    if field.kind == "hours":
        return HoursField(**common)
    if field.kind == "day":
        return forms.DateField(widget=day_input(), **common)
    if field.kind == "number":
        whole = field.name != "weekly_hours"
        made: Any = forms.IntegerField if whole else forms.DecimalField
        return made(min_value=0, max_value=32_000, **common, **({} if whole else {"decimal_places": 2}))
    return forms.CharField(max_length=500, **common)


def _listed(field: Field, areas: list[tuple[str, str]]) -> list[tuple[str, Any]]:
    """What the field's codes are chosen from."""
    if field.scheme == "area":
        return list(areas)
    return terms(field.scheme) if field.scheme else CHOICES[field.name].choices


def with_strangers(choices: Iterable[tuple[Any, Any]], held: Collection[str]) -> list[tuple[Any, Any]]:
    choices = list(choices)
    known = {code for one, label in choices for code in ([c for c, _l in label] if isinstance(label, list) else [one])}
    return [*choices, *((code, code) for code in held if code not in known)]


@dataclass(frozen=True)
class Spot:
    """Where a field stands on the page: a bound field, or rows; long lists wait in a drawer."""

    name: str
    label: str
    field: forms.BoundField | None = None
    lines: BaseLines | None = None
    chosen: int | None = None


class Sheet:
    """The form of a record and its rows as one thing.

    `seen` is what the editor saw when it was opened; a form that is shown again may be `filled_in` otherwise.
    """

    def __init__(
        self,
        kind: RecordKind,
        data: Mapping[str, Any] | None = None,
        *,
        areas: Areas,
        seen: Seen | None = None,
        filled_in: Values | None = None,
        reason: str = "",
    ) -> None:
        self.kind, self.seen = kind, seen or Seen.opened((data or {}).get("seen", ""))
        self.areas, self.known = areas, Known()
        record = self.seen.record if filled_in is None else filled_in
        initial = {**record, "seen": self.seen.sealed(), "reason": reason}
        self.form = FieldsForm(data, kind=kind, record=record, areas=communes(areas), initial=initial)
        options = {"areas": areas, "known": self.known}
        self.lines: dict[str, BaseLines] = {
            name: lines_of(form)(data, prefix=name, initial=record.get(name, []), form_kwargs=options)
            for name, form in LINES[kind].items()
        }
        self.values: Values = {}
        self.warnings: list[Problem] = []

    def is_valid(self) -> bool:
        """Every part is checked, so that all errors are shown at once."""
        parts = all([self.form.is_valid(), *(lines.is_valid() for lines in self.lines.values())])
        self.values, errors, self.warnings = clean(self.kind, self._changed(), self.known)
        for error in errors:
            self.add_error(error.column.partition(".")[0], str(error))
        return parts and not errors

    def _changed(self) -> Values:
        """What was filled in otherwise than it was seen, as typed; `None` where a field was emptied."""
        data = self.form.cleaned_data
        names = [name for name in self.form.changed_data if name in BY_NAME[self.kind] and name in data]
        raw = {name: _written(data[name]) for name in names}
        rows = {name: lines.rows() or None for name, lines in self.lines.items() if lines.has_changed()}
        # the order of two bounds is checked on both, whichever was changed
        pairs = {other: self.seen.record.get(other) for one, other in PAIRS if one in raw and other not in raw}
        return raw | rows | {name: value for name, value in pairs.items() if value is not None}

    def changes(self, *, but: Collection[str] = ()) -> Values:
        """What the editor changed, save the fields named in `but`; `None` empties one."""
        return {
            name: value
            for name, value in self.values.items()
            if value != self.seen.record.get(name) and name not in but
        }

    @property
    def reason(self) -> str:
        return str(self.form.cleaned_data["reason"])

    def add_error(self, name: str, message: str) -> None:
        label = f"{capfirst(BY_NAME[self.kind][name].label)}: " if name in self.lines else ""
        self.form.add_error(name if name in self.form.fields else None, label + message)

    def add_errors(self, error: ValidationError) -> None:
        """Put a verb's errors where their fields are."""
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, messages in told.items():
            for message in messages:
                self.add_error(name, message)

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The summary: each field with errors, and where it stands."""
        bound = [*self.form, *(field for lines in self.lines.values() for form in lines.forms for field in form)]
        return [
            {"id": field.id_for_label or f"field-{field.html_name}", "label": field.label, "errors": field.errors}
            for field in bound
            if field.errors
        ]

    @property
    def others(self) -> list[str]:
        """Errors that belong to no field."""
        rows = [error for lines in self.lines.values() for form in lines.forms for error in form.non_field_errors()]
        return [*self.form.non_field_errors(), *rows]

    @property
    def sections(self) -> list[tuple[Heading, list[Spot]]]:
        return [(heading, [self._spot(name) for name in names]) for heading, names in SECTIONS[self.kind]]

    def _spot(self, name: str) -> Spot:
        field = BY_NAME[self.kind][name]
        label = str(capfirst(field.label))
        if name in self.lines:
            return Spot(name, label, lines=self.lines[name])
        bound = self.form[name]
        many = field.kind == "codes" and len(bound.field.choices) > MOST_IN_SIGHT
        return Spot(name, label, field=bound, chosen=len(bound.value() or []) if many else None)


PAIRS = (
    ("age_min", "age_max"), ("age_max", "age_min"), ("french_min", "french_max"), ("french_max", "french_min"),
)  # fmt: skip
MOST_IN_SIGHT = 9


def _written(value: Any) -> Any:
    """A cleaned value for `clean`; None for an emptied field."""
    if isinstance(value, Translated):
        return value.stored() if value else None
    return None if value in ("", [], None) else value


def communes(areas: Areas) -> list[tuple[str, str]]:
    """The areas that a form offers, by their key."""
    language = get_language() or "fr"
    return [(key, area.name_in(language)) for key, area in areas.items()]


def offered_areas(territory: Area | None, held: Areas) -> Areas:
    """The territory and its communes, and those that a record names already."""
    if territory is None:
        return held
    rows = [territory, *Area.objects.communes_of(territory).in_reading_order()]
    return {f"{area.code_system}:{area.code}": area for area in rows} | dict(held)
