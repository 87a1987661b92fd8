"""What an office types to write one question, and the choices of a list."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parcours.engines.questionnaire.editing import choices_of
from parcours.engines.questionnaire.expressions import NotUnderstood, read
from parcours.engines.questionnaire.sheets import Row, Sheets
from parcours.engines.questionnaire.words import NAME, YES, languages_of, split_type
from parcours.engines.questionnaire.words import ROLES as ROLES_BY_NAME
from parcours.kit.widgets import PlainSelect
from parcours.translations.languages import text_direction

TYPES = {
    "text": _("text"),
    "integer": _("whole number"),
    "decimal": _("number"),
    "date": _("date"),
    "select_one": _("one choice"),
    "select_multiple": _("several choices"),
    "acknowledge": _("a box to tick"),
    "note": _("a text to read, no question"),
    "calculate": _("computed, not asked"),
    "begin_group": _("a group: a page of questions"),
    "begin_repeat": _("a repeat: asked once for each thing one has to tell"),
}
ROLES = [("", "–"), ("none", _("none of these")), ("unknown", _("does not know")), ("other", _("other, with its text"))]
EMPTY_CHOICES = 3
CODE = {"dir": "ltr", "autocapitalize": "off", "spellcheck": "false"}
NOT_CELLS = ("list_name", "or_other", "required")


class RowForm(forms.Form):
    """One question or group of a draft: a row of the survey sheet. Columns that are not asked here stay as they are."""

    type = forms.ChoiceField(label=_("What it is"), widget=PlainSelect)
    list_name = forms.CharField(
        label=_("List of choices"), required=False, max_length=80, widget=forms.TextInput(attrs=CODE),
        help_text=_("Only for choices: the name of a list, new or known. Its choices are written next."),
    )  # fmt: skip
    or_other = forms.BooleanField(label=_("With “other”, and room to write it"), required=False)
    name = forms.CharField(
        label=_("Short name"), max_length=80, widget=forms.TextInput(attrs=CODE),
        help_text=_("Without spaces; conditions and tables use it. Keep it from one version to the next."),
    )  # fmt: skip
    required = forms.BooleanField(label=_("An answer is needed"), required=False)
    relevant = forms.CharField(
        label=_("Asked only if"), required=False, max_length=1000, widget=forms.TextInput(attrs=CODE),
        help_text=_("For example selected(${axes}, 'rights') or ${members} > 20. Empty: always."),
    )  # fmt: skip
    constraint = forms.CharField(
        label=_("The answer must be such that"), required=False, max_length=1000, widget=forms.TextInput(attrs=CODE),
        help_text=_("The dot is the answer: . >= 0 and . < 10000"),
    )  # fmt: skip
    calculation = forms.CharField(
        label=_("Computed as"), required=False, max_length=1000, widget=forms.TextInput(attrs=CODE)
    )
    parcours_field = forms.CharField(
        label=_("Fact of the directory"), required=False, max_length=80, widget=forms.TextInput(attrs=CODE),
        help_text=_("For example organisation.phone: shown to be confirmed, and taken in after review."),
    )  # fmt: skip

    # written once for each language: the column, its label, its height
    TEXTS = (
        ("label", _("What people read: %(language)s"), 2),
        ("hint", _("Help below it: %(language)s"), 2),
        ("constraint_message", _("What to say of a wrong answer: %(language)s"), 1),
    )

    def __init__(self, *args: Any, sheets: Sheets, row: Row, **kwargs: Any) -> None:
        self.row = row
        type_, list_name, or_other = split_type(row.get("type", ""))
        kind = type_.replace(" ", "_")
        initial = {**row, "type": kind, "list_name": list_name, "or_other": or_other}
        initial["required"] = row.get("required", "").lower() in YES
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["type"].choices = list(TYPES.items()) if kind in TYPES or not kind else [(kind, row["type"])]
        for column, label, height in self.TEXTS:
            for code, name in (languages_of(sheets) or {"": ""}).items():
                attrs = {"rows": height, **_written_in(code)}
                self.fields[_column(column, name)] = forms.CharField(
                    label=label % {"language": name} if name else str(label).partition(":")[0],
                    required=False, max_length=3000, widget=forms.Textarea(attrs=attrs),
                )  # fmt: skip

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if not NAME.fullmatch(name):
            raise ValidationError(_("Begin with a letter, then use letters, digits, hyphens and underscores."))
        return name

    def clean_relevant(self) -> str:
        return self._understood("relevant")

    def clean_constraint(self) -> str:
        return self._understood("constraint")

    def clean_calculation(self) -> str:
        return self._understood("calculation")

    def _understood(self, column: str) -> str:
        source = str(self.cleaned_data[column])
        try:
            if source:
                read(source)
        except NotUnderstood as error:
            raise ValidationError(
                _("Not understood from “%(detail)s” on: look at the quotes, brackets and functions."),
                params={"detail": error.detail},
            ) from error
        return source

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("type", "").startswith("select_") and not told.get("list_name"):
            self.add_error("list_name", _("Name a list of choices: its choices are written next."))
        return told

    def to_row(self) -> Row:
        """The whole row, with the columns that this form does not show."""
        told = self.cleaned_data
        type_ = told["type"] if told["type"] in TYPES else self.row["type"]
        if type_.startswith("select_"):
            type_ = f"{type_} {told['list_name']}" + (" or_other" if told["or_other"] else "")
        # a condition under which an answer is needed stays
        conditional = self.row.get("required", "") if "$" in self.row.get("required", "") else ""
        cells = {name: value for name, value in told.items() if name not in NOT_CELLS}
        return {**self.row, **cells, "type": type_, "required": "yes" if told["required"] else conditional}


class ChoiceForm(forms.Form):
    """One choice of a list, in every language; emptied, it goes."""

    name = forms.CharField(label=_("Short name"), required=False, max_length=80, widget=forms.TextInput(attrs=CODE))
    role = forms.ChoiceField(label=_("Means"), choices=ROLES, required=False, widget=PlainSelect)

    def __init__(self, *args: Any, languages: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in languages.items():
            self.fields[_column("label", name)] = forms.CharField(
                label=name or _("What people read"), required=False, max_length=300,
                widget=forms.TextInput(attrs=_written_in(code)),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        name = told.get("name", "")
        labels = [column for column in self.fields if column.startswith("label")]
        if any(told.get(column) for column in labels) and (not name or any(map(str.isspace, name))):
            self.add_error("name", _("A choice needs a short name, without spaces."))
        if name and not any(told.get(column) for column in labels):
            self.add_error(labels[0], _("Say what people read."))
        return told


class ChoicesFormSet(forms.BaseFormSet):
    """All choices of a list."""

    def __init__(self, *args: Any, sheets: Sheets, list_name: str, **kwargs: Any) -> None:
        self.rows = choices_of(sheets, list_name)
        languages = languages_of(sheets) or {"": ""}
        shown = [{"role": ROLES_BY_NAME.get(row.get("name", "").lower(), ""), **row} for row in self.rows]
        super().__init__(*args, initial=shown, form_kwargs={"languages": languages}, **kwargs)

    def clean(self) -> None:
        names = [form.cleaned_data.get("name") for form in self.forms if not form.errors]
        if twice := {name for name in names if name and names.count(name) > 1}:
            raise ValidationError(
                _("The choice “%(detail)s” stands twice in its list: take one away."), params={"detail": min(twice)}
            )

    def to_rows(self) -> list[Row]:
        """The choices, each with the columns that are not shown here."""
        kept = {row.get("name"): row for row in self.rows}
        told = [form.cleaned_data for form in self.forms if form.cleaned_data.get("name")]
        rows = [{**kept.get(cells["name"], {}), **cells} for cells in told]
        return [{column: value for column, value in row.items() if column != "list_name"} for row in rows]


ChoicesForms = forms.formset_factory(ChoiceForm, formset=ChoicesFormSet, extra=EMPTY_CHOICES, max_num=300)


def _column(name: str, language: str) -> str:
    return f"{name}::{language}" if language else name


def _written_in(code: str) -> dict[str, str]:
    return {"lang": code, "dir": text_direction(code)} if code else {}
