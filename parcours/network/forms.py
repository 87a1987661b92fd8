"""What a reader chooses to see of the network."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.kit.widgets import PlainCheckboxes, PlainSelect
from parcours.network.choices import ALL, LATEST, SAID, Colour, Kind, Layout, View
from parcours.survey.models import Wave

EVERYTHING = ("", _("All"))


class NetworkFilter(forms.Form):
    """Narrows the network; an empty field narrows nothing, a value that does not exist is said in its field."""

    view = forms.ChoiceField(choices=View.choices, required=False, widget=forms.HiddenInput)
    wave = forms.ChoiceField(label=_("Told in"), required=False, widget=PlainSelect)
    axis = forms.ChoiceField(label=_("Axis"), required=False, widget=PlainSelect)
    area = forms.ChoiceField(label=_("Commune"), required=False, widget=PlainSelect)
    layout = forms.ChoiceField(label=_("Arranged"), choices=Layout.choices, required=False, widget=PlainSelect)
    colour = forms.ChoiceField(label=_("Shape and colour"), choices=Colour.choices, required=False, widget=PlainSelect)
    kind = forms.MultipleChoiceField(
        label=_("Ties shown"), choices=Kind.choices, required=False, widget=PlainCheckboxes
    )

    def __init__(
        self,
        *args: Any,
        waves: Iterable[Wave],
        axes: Mapping[str, str],
        areas: Iterable[tuple[str, str]],
        usual: Iterable[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.usual = list(usual)
        if self.is_bound and "kind" not in self.data:
            self.data = self.data.copy()
            self.data.setlist("kind", self.usual)
        rounds = [(wave.key, wave.title) for wave in waves]
        self.fields["wave"].choices = [(LATEST, _("the latest answer of each")), *rounds, (ALL, _("all rounds"))]
        self.fields["axis"].choices = [EVERYTHING, *axes.items()]
        self.fields["area"].choices = [EVERYTHING, *areas]
        self.fields["kind"].initial = self.usual

    def chosen(self) -> dict[str, Any]:
        """What is shown: what was chosen where it exists, the usual elsewhere."""
        given = {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}
        usual = {
            "view": View.GRAPH,
            "wave": LATEST,
            "axis": "",
            "area": "",
            "layout": Layout.CIRCLES,
            "colour": Colour.AXIS,
        }
        return usual | {"kind": self.usual or list(SAID)} | given


class ChangeFilter(forms.Form):
    """Which two waves are compared."""

    before = forms.ModelChoiceField(
        label=_("Before"), queryset=Wave.objects.none(), to_field_name="key", empty_label=None
    )
    after = forms.ModelChoiceField(
        label=_("After"), queryset=Wave.objects.none(), to_field_name="key", empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("before", "after"):
            self.fields[name].queryset = Wave.objects.order_by("opens_on", "pk")
