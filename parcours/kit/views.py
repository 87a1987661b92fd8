"""The style page: every component, with what one writes to get it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from parcours.kit import worddiff
from parcours.kit.charts import Bar, Cell, Head, Matrix, Row
from parcours.kit.figures import Figure
from parcours.kit.icons import ICONS
from parcours.kit.motif import AXES, Stop


class SampleForm(forms.Form):
    """A field of each kind, shown with errors."""

    title = forms.CharField(label="Title of the action", help_text="One line, without abbreviations.")
    summary = forms.CharField(label="What is done", widget=forms.Textarea, required=False)
    axis = forms.ChoiceField(label="Axis", choices=[(axis, axis.title()) for axis in AXES])
    publics = forms.MultipleChoiceField(
        label="For whom",
        choices=[("youth", "Young people"), ("elders", "Older people"), ("women", "Women")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    starts_on = forms.DateField(label="Starts on", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    agrees = forms.BooleanField(label="May be published")


@dataclass(frozen=True)
class Sample:
    is_invented: bool = True


@login_not_required
def style(request: HttpRequest) -> HttpResponse:
    """All components on one page. Everything shown here is an example."""
    return render(request, "kit/style.html", _samples() | {"form": SampleForm({"title": "", "axis": "rights"})})


def _samples() -> dict[str, Any]:
    return {
        "axes": [
            ("rights", _("Rights")),
            ("together", _("Living together")),
            ("links", _("Links here and there")),
            ("memory", _("Memory")),
        ],
        "statuses": ["on_track", "late", "silent", "blocked", "done", "idea", "stopped"],
        "icon_names": sorted(ICONS),
        "journey": _journey(),
        "form_steps": [
            Stop(_("Describe"), "done"),
            Stop(_("Say for whom"), "current"),
            Stop(_("Add the budget")),
            Stop(_("Check and send")),
        ],
        "sample": Sample(),
        "figures": _figures(),
        "bars": [
            Bar(_("Rights"), 14, "14", "#", "rights"),
            Bar(_("Living together"), 9, "9", "#", "together"),
            Bar(_("Links here and there"), 6, "6", "#", "links"),
            Bar(_("Memory"), 3, "3", "#", "memory"),
        ],
        "grid": _grid(),
        "missing": [_("schedule"), _("who leads"), _("indicator")],
        "changes": worddiff.diff(
            _("Twelve guided walks in the towns of the territory."),
            _("Twelve guided walks and two exhibitions in every town of the territory."),
        ),
        "numbers": Paginator(range(200), 10).page(4),
    }


def _journey() -> list[Stop]:
    return [
        Stop(_("Workshop"), "done", _("Eleven notes became four ideas."), "#", "03/2018", "rights"),
        Stop(_("Idea"), "done", _("Kept by the steering group."), "#", "06/2018", "together"),
        Stop(_("Action"), "current", _("Two partners lead it together."), "", "09/2018", "links"),
        Stop(_("Money found"), "blocked", _("The call for projects has no date yet.")),
        Stop(_("Balance sheet"), "next", "", "", "12/2019", "memory"),
    ]


def _figures() -> list[Figure]:
    source = _("An example, invented for this page")
    return [
        Figure.share(
            "style.share",
            _("would take part again"),
            n=36,
            base=62,
            base_label=_("respondents"),
            period="2017",
            source=source,
        ),
        Figure.count("style.count", _("actions in the plan"), 47, period="2018", source=source, how=_("Rows counted.")),
        Figure.quote("style.quote", _("raised for the fund"), 18250, unit="€", source=source, period="2018"),
        Figure(
            "style.none", _("hours given by volunteers"), None, source=source, how=_("Nobody has counted them yet.")
        ),
    ]


def _grid() -> Matrix:
    heads = [Head(name) for name in (_("Young people"), _("Older people"), _("Women"), _("Everyone"))]
    counts = {
        (_("Housing"), "rights"): (3, 8, 0, 5),
        (_("Language"), "together"): (6, 0, 2, 4),
        (_("Stories"), "memory"): (1, 0, 0, 2),
    }
    rows = [
        Row(
            Head(label, "#", axis),
            [Cell(value, "#", str(head.label)) for value, head in zip(values, heads, strict=True)],
        )
        for (label, axis), values in counts.items()
    ]
    return Matrix(_("Actions by challenge and public (example)"), _("Challenge / public"), heads, rows)
