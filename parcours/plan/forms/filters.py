"""The filters of the list of actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.geo.models import Area
from parcours.kit.widgets import PlainSelect
from parcours.plan.choices import Stage, Status
from parcours.plan.models import Plan
from parcours.plan.queries import ActionQuerySet

EVERYTHING = ("", _("All"))


class ActionFilter(forms.Form):
    """Narrows the list of actions; an empty field narrows nothing, a value that does not exist is said in its field."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    axis = forms.ChoiceField(label=_("Axis"), required=False, widget=PlainSelect)
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[EVERYTHING, *Stage.choices], widget=PlainSelect
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[EVERYTHING, *Status.choices], widget=PlainSelect
    )
    challenge = forms.ChoiceField(label=_("Challenge"), required=False, widget=PlainSelect)
    public = forms.ChoiceField(label=_("For whom"), required=False, widget=PlainSelect)
    area = forms.ChoiceField(label=_("Commune"), required=False, widget=PlainSelect)

    def __init__(self, *args: Any, plan: Plan, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        self.fields["axis"].choices = [
            EVERYTHING,
            *((axis.key, (axis.short_title or axis.title).text) for axis in plan.axes.all()),
            ("none", _("No axis")),
        ]
        self.fields["challenge"].choices = [EVERYTHING, *((c.key, c.title.text) for c in plan.challenges.all())]
        self.fields["public"].choices = [EVERYTHING, *((p.key, p.name.text) for p in plan.publics.all())]
        communes = Area.objects.communes_of(plan.area).in_reading_order().only("slug", "name", "names")
        self.fields["area"].choices = [EVERYTHING, *((area.slug, area.name_in(language)) for area in communes)]

    def narrow(self, actions: ActionQuerySet) -> ActionQuerySet:
        """The actions that fit what was chosen; `actions` carry their status."""
        chosen = {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}
        if words := chosen.pop("q", ""):
            actions = actions.matching(words, self.language)
        if chosen.get("axis") == "none":
            actions = actions.filter(axis=None)
            del chosen["axis"]
        lookups = {"axis": "axis__key", "challenge": "challenges__key", "public": "publics__key", "area": "areas__slug"}
        return actions.filter(**{lookups.get(name, name): value for name, value in chosen.items()})
