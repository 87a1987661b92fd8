"""The lines of an action (partners, milestones, money, indicators, ties): lists of small forms, without JavaScript."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parcours.plan.choices import LineKind, LinkKind, PartnerRole
from parcours.plan.forms.fields import DayField, NamedField
from parcours.plan.records import Record
from parcours.plan.references import References
from parcours.translations.fields import Translated
from parcours.translations.forms import TranslatedCharField

MOST_LINES = 200
CENT = Decimal("0.01")
NO_TEXT = Translated().stored()


class KeptField(forms.CharField):
    """The line as the editor got it, signed: other languages of its texts and its source travel with it."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class LineForm(forms.Form):
    """One line. `empty` holds what a new line has; `legend` names it."""

    empty: Record = {}
    legend: str | Promise = ""
    kept = KeptField(required=False)

    def __init__(self, *args: Any, references: References, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.initial = self.line_before()
        elif self.initial:
            self.initial = {**self.initial, "kept": signing.dumps(self.initial, salt="plan.line", compress=True)}
        self.refer(references)

    def refer(self, references: References) -> None:
        """Give the fields that point at rows their choices."""

    def line_before(self) -> Record:
        """The line that this form was filled with; {} for a new one or a forged one."""
        try:
            line: Record = signing.loads(self.data.get(self.add_prefix("kept")) or "", salt="plan.line")
        except signing.BadSignature:
            return {}
        return line

    def line(self) -> Record:
        """The line in the shape of `records.read_record`; what was invented is so no more once changed."""
        before = self.line_before()
        values = {name: _plain(value) for name, value in self.cleaned_data.items() if name in self.empty}
        line = {**self.empty, **before, **values}
        if line != before and "is_invented" in line:
            line["is_invented"] = False
        return line


def _plain(value: Any) -> Any:
    if isinstance(value, Translated):
        return value.stored()
    if isinstance(value, Decimal):
        return str(value.quantize(CENT))
    return "" if value is None else value


def short_text(label: str | Promise, *, required: bool = True) -> TranslatedCharField:
    return TranslatedCharField(label=label, max_length=300, required=required, widget=forms.TextInput)


def amount(label: str | Promise, *, required: bool = False, **kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=required, decimal_places=2, localize=True, **kwargs)


def organisation_field(references: References, **kwargs: Any) -> NamedField:
    return NamedField(
        labels=references.organisations, names=references.organisation_names, listed="organisations", **kwargs
    )


def action_field(references: References, **kwargs: Any) -> NamedField:
    return NamedField(labels=references.actions, names=references.action_names, listed="actions", **kwargs)


class PartnerLine(LineForm):
    legend = _("Partner")
    empty = {"organisation": "", "role": PartnerRole.PARTNER.value, "section": "", "is_invented": False}
    role = forms.ChoiceField(label=_("Role"), choices=PartnerRole.choices, initial=PartnerRole.PARTNER.value)
    field_order = ("organisation", "role")

    def refer(self, references: References) -> None:
        self.fields["organisation"] = organisation_field(references, label=_("Organisation"))
        self.order_fields(self.field_order)


class MilestoneLine(LineForm):
    legend = _("Milestone")
    empty = {"title": NO_TEXT, "due_on": "", "done_on": "", "is_invented": False}
    title = short_text(_("What will be there"))
    due_on = DayField(label=_("Due"))
    done_on = DayField(label=_("Done on"), required=False)


class MoneyLine(LineForm):
    legend = _("Line of the budget")
    empty = {
        "kind": LineKind.COST.value,
        "label": NO_TEXT,
        "amount": "",
        "currency": "EUR",
        "period": "",
        "funding_source": "",
        "is_secured": False,
        "note": NO_TEXT,
        "section": "",
        "is_invented": False,
    }
    kind = forms.ChoiceField(label=_("Kind"), choices=LineKind.choices, initial=LineKind.COST.value)
    label = short_text(_("Item"))
    amount = amount(_("Amount"), required=True, min_value=0, max_digits=12)
    currency = forms.RegexField(
        regex=r"^[A-Z]{3}$",
        label=_("Currency"),
        initial="EUR",
        error_messages={"invalid": _("A currency is three capital letters: EUR.")},
    )
    period = forms.CharField(label=_("Period"), max_length=20, required=False)
    funding_source = forms.ChoiceField(label=_("Paid by"), required=False)
    is_secured = forms.BooleanField(label=_("secured"), required=False)
    note = short_text(_("Note"), required=False)

    def refer(self, references: References) -> None:
        self.fields["funding_source"].choices = [("", "–"), *references.funding_sources]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("funding_source") and data.get("kind") != LineKind.FUNDING:
            self.add_error("funding_source", _("Only a line of funding has someone who pays it."))
        return data


class IndicatorLine(LineForm):
    legend = _("Indicator")
    empty = {
        "name": NO_TEXT,
        "unit": "",
        "baseline": "",
        "baseline_on": "",
        "target": "",
        "target_on": "",
        "is_invented": False,
    }
    name = short_text(_("What is measured"))
    unit = forms.CharField(label=_("Unit"), max_length=40)
    baseline = amount(_("Today"), max_digits=14)
    baseline_on = DayField(label=_("Counted on"), required=False)
    target = amount(_("Aim"), max_digits=14)
    target_on = DayField(label=_("Reached by"), required=False)


class LinkLine(LineForm):
    legend = _("Related action")
    empty = {"kind": LinkKind.RELATED.value, "target": ""}
    kind = forms.ChoiceField(label=_("Tie"), choices=LinkKind.choices, initial=LinkKind.RELATED.value)

    def refer(self, references: References) -> None:
        self.fields["target"] = action_field(references, label=_("Action"))


class BaseLines(forms.BaseFormSet):
    """The lines of one field."""

    def lines(self) -> list[Record]:
        """The lines that stay, in order, then the new ones."""
        kept = [form for form in self.forms if form not in self.deleted_forms]
        return [form.line() for form in kept if form.line_before() or form.has_changed()]

    @property
    def legend(self) -> str | Promise:
        return str(self.form.legend)


def lines_of(form: type[LineForm], *, extra: int = 2) -> type[BaseLines]:
    return forms.formset_factory(
        form, formset=BaseLines, extra=extra, can_delete=True, max_num=MOST_LINES, absolute_max=MOST_LINES + extra
    )


LINE_FORMS: dict[str, type[LineForm]] = {
    "partners": PartnerLine,
    "milestones": MilestoneLine,
    "budget_lines": MoneyLine,
    "indicators": IndicatorLine,
    "links": LinkLine,
}
