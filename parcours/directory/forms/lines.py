"""Rows of a record in a form: its languages, places and contacts, one small form for each and an empty one to add."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parcours.directory.choices import RecordKind, SpokenBy
from parcours.directory.cleaning import Known, clean
from parcours.directory.cleaning.rows import REGISTERS
from parcours.directory.hours.words import day_name
from parcours.directory.models import Contact, Place, ServiceLanguage
from parcours.directory.records import Values
from parcours.directory.vocabulary import vocabulary
from parcours.directory.wording import Areas
from parcours.kit.widgets import PlainCheckboxes, PlainSelect

MOST_LINES = 60
WEEK = range(1, 8)


def label_of_column(model: Any, name: str) -> str:
    return capfirst(model._meta.get_field(name).verbose_name)


def terms(scheme: str) -> list[tuple[str, Any]]:
    """What a list of this vocabulary offers, in the active language."""
    return vocabulary(scheme).choices(get_language() or "fr")


class LineForm(forms.Form):
    """One row, in the shape of `records`; a row of which nothing is filled in is no row.

    `field` is the record's; a row is checked as files are, and its errors stand at their fields.
    """

    kind = RecordKind.SERVICE
    field = ""
    legend: str | Promise = ""
    most = MOST_LINES
    # the field at which it is told what is wrong with the row as a whole
    whole: str | None = None
    # what alone makes no row
    never_alone: frozenset[str] = frozenset()

    def __init__(self, *args: Any, areas: Areas, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas, self.known = areas, known
        self.is_new = not self.initial
        self.row: Values = {}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = {name: value for name, value in self.given(data).items() if value not in (None, "", [])}
        if not given.keys() - self.never_alone:
            return data
        # what a file may bring and be warned of, a person at the form can mend at once
        values, errors, warnings = clean(self.kind, {self.field: [given]}, self.known)
        for problem in [*errors, *warnings]:
            name = problem.column.rpartition(".")[2]
            self.add_error(name if name in self.fields else self.whole, str(problem))
        rows = values.get(self.field) or []
        self.row = rows[0] if rows else {}
        return data

    def given(self, data: Mapping[str, Any]) -> Values:
        """The row as it was filled in."""
        return {name: value for name, value in data.items() if name != "DELETE"}


class LanguageLine(LineForm):
    field = "languages"
    legend = _("Language")
    never_alone = frozenset({"spoken_by", "days", "note"})

    code = forms.ChoiceField(required=False, widget=PlainSelect)
    spoken_by = forms.ChoiceField(choices=SpokenBy.choices, required=False, initial=SpokenBy.STAFF)
    days = forms.MultipleChoiceField(required=False, widget=PlainCheckboxes, help_text=_("None means every day."))
    note = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name != "DELETE":
                field.label = label_of_column(ServiceLanguage, name)
        self.fields["code"].choices = [("", "–"), *((code, capfirst(str(name))) for code, name in terms("languages"))]
        self.fields["days"].choices = [(str(day), day_name(day - 1)) for day in WEEK]


class PlaceLine(LineForm):
    field = "places"
    legend = _("Place")

    name = forms.CharField(max_length=200, required=False)
    address = forms.CharField(max_length=200, required=False)
    address_more = forms.CharField(max_length=200, required=False)
    postcode = forms.CharField(max_length=10, required=False)
    area = forms.CharField(max_length=200, required=False)
    hours = forms.CharField(
        max_length=1000, required=False, help_text=_("Only where they differ: “lundi 9h-12h”, or Mo 09:00-12:00.")
    )
    accessibility = forms.MultipleChoiceField(required=False, widget=PlainCheckboxes)
    accessibility_url = forms.CharField(max_length=500, required=False)
    lat = forms.CharField(max_length=20, required=False, help_text=_("In degrees, like 48.7875."))
    lon = forms.CharField(max_length=20, required=False, help_text=_("In degrees, like 2.3928."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name != "DELETE":
                field.label = label_of_column(Place, name)
        self.fields["accessibility"].choices = terms("accessibility")
        self.fields["area"].widget.attrs |= {"list": "communes", "autocomplete": "off"}
        self.key = self.initial.get("area", "")
        self.initial = {**self.initial, "area": self.areas[self.key].name if self.key in self.areas else self.key}

    def given(self, data: Mapping[str, Any]) -> Values:
        row = super().given(data)
        return row | ({"area": self.key} if row.get("area") == self.initial["area"] else {})


class AddressLine(PlaceLine):
    """Where an organisation is: its hours there are its own."""

    kind = RecordKind.ORGANISATION
    legend = _("Address")
    most = 1

    hours = None  # type: ignore[assignment]


class ContactLine(LineForm):
    field = "contacts"
    legend = _("Contact")
    never_alone = frozenset({"is_private"})

    name = forms.CharField(max_length=120, required=False)
    role = forms.CharField(max_length=120, required=False)
    phone = forms.CharField(max_length=40, required=False)
    email = forms.CharField(max_length=254, required=False)
    is_private = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name != "DELETE":
                field.label = label_of_column(Contact, name)


class IdentifierLine(LineForm):
    kind = RecordKind.ORGANISATION
    field = "identifiers"
    legend = _("Number in a register")
    never_alone = frozenset({"scheme"})
    whole = "value"

    scheme = forms.ChoiceField(label=_("Register"), required=False)
    value = forms.CharField(label=_("Register number"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict.fromkeys(filter(None, (*REGISTERS, self.initial.get("scheme"))))
        self.fields["scheme"].choices = [(scheme, scheme.upper()) for scheme in known]


class BaseLines(forms.BaseFormSet):
    """The rows of one field."""

    def rows(self) -> list[Values]:
        """Those that stay, in order."""
        return [form.row for form in self.forms if form not in self.deleted_forms and form.row]

    @property
    def legend(self) -> str | Promise:
        return str(self.form.legend)


def lines_of(form: type[LineForm]) -> type[BaseLines]:
    return forms.formset_factory(
        form, formset=BaseLines, extra=1, can_delete=True, max_num=form.most, absolute_max=form.most + 1
    )


LINES: Mapping[RecordKind, Mapping[str, type[LineForm]]] = {
    kind: {form.field: form for form in each}
    for kind, each in (
        (RecordKind.SERVICE, (LanguageLine, PlaceLine, ContactLine)),
        (RecordKind.ORGANISATION, (AddressLine, ContactLine, IdentifierLine)),
    )
}
