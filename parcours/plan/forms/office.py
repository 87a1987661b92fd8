"""The office's small forms: news, stopping, adopting, workshops and notes, meetings, decisions, answers."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.plan.choices import LinkKind, WorkshopKind
from parcours.plan.forms.fields import DayField
from parcours.plan.forms.lines import action_field
from parcours.plan.models import Body, Meeting, Plan, Workshop
from parcours.plan.references import References
from parcours.translations.forms import TranslatedCharField

WAYS_TO_STOP = (
    ("stop", _("it stops")),
    (LinkKind.MERGED_INTO.value, _("it is merged into another action")),
    (LinkKind.SUPERSEDED_BY.value, _("another action takes its place")),
)


class NewsForm(forms.Form):
    """A piece of news of an action."""

    happened_on = DayField(label=_("When"))
    text = TranslatedCharField(label=_("What happened"), widget=forms.Textarea(attrs={"rows": 4}))


class StopForm(forms.Form):
    """Why an action stops, and which other one goes on with it."""

    base_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    way = forms.ChoiceField(label=_("What happens to it"), choices=WAYS_TO_STOP, widget=forms.RadioSelect)
    reason = TranslatedCharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, references: References, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("Only when another action goes on with it. Write its code or its title; the list helps.")
        self.fields["into"] = action_field(references, label=_("The other action"), required=False, help_text=hint)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("way") not in (None, "stop") and not data.get("into") and "into" not in self.errors:
            self.add_error("into", _("Name the other action."))
        return data


class DecisionFields(forms.Form):
    """What was decided, when, and at which meeting."""

    decision = TranslatedCharField(label=_("The decision"), widget=forms.Textarea(attrs={"rows": 4}))
    decided_on = DayField(label=_("Decided on"))
    meeting = forms.ModelChoiceField(label=_("At the meeting"), queryset=Meeting.objects.none(), required=False)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = Meeting.objects.filter(body__plan=plan)


class DecisionForm(DecisionFields):
    """A decision on chosen actions."""

    actions = forms.MultipleChoiceField(label=_("On these actions"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, references: References, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["actions"].choices = references.actions.items()


class AdoptForm(DecisionFields):
    """How far the adopted idea has come; the rest is in the action's own form."""

    stage = forms.ChoiceField(
        label=_("It is now"), choices=[("planned", _("planned")), ("under_way", _("under way"))], initial="planned"
    )


class MeetingForm(forms.Form):
    """A meeting of a body."""

    body = forms.ModelChoiceField(label=_("Who met"), queryset=Body.objects.none(), empty_label=None)
    held_on = DayField(label=_("Held on"))
    title = TranslatedCharField(label=_("Title"), widget=forms.TextInput)
    minutes = TranslatedCharField(label=_("Minutes"), required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = plan.bodies.all()


class WorkshopForm(forms.Form):
    """A workshop."""

    title = TranslatedCharField(label=_("Title"), widget=forms.TextInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=WorkshopKind.choices, initial=WorkshopKind.FOLLOW_UP.value)
    axis = forms.ModelChoiceField(label=_("Axis"), queryset=None, required=False)
    aim = TranslatedCharField(label=_("Aim"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    held_on = DayField(label=_("Held on"), required=False)
    period = forms.CharField(
        label=_("Period"), max_length=40, required=False, help_text=_("When the day is not known.")
    )
    facilitators = forms.MultipleChoiceField(
        label=_("Facilitated by"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, plan: Plan, references: References, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["axis"].queryset = plan.axes.all()
        self.fields["facilitators"].choices = references.organisations.items()


class NotesForm(forms.Form):
    """Several notes of a table, one a line."""

    table = forms.CharField(label=_("Which table said it"), max_length=40, required=False)
    notes = forms.CharField(
        label=_("Notes"), widget=forms.Textarea(attrs={"rows": 8}), help_text=_("One note a line. Name nobody.")
    )

    def clean_notes(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["notes"].splitlines() if line.strip()]


class TakeUpForm(forms.Form):
    """What chosen notes become: a new idea, or part of one that is there."""

    notes = forms.ModelMultipleChoiceField(
        label=_("Notes"), queryset=None, error_messages={"required": _("Choose at least one note.")}
    )
    title = forms.CharField(label=_("Title of the new idea"), max_length=300, required=False)

    def __init__(
        self, *args: Any, workshop: Workshop, references: References, becomes: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.becomes = becomes
        self.fields["notes"].queryset = workshop.notes.all()
        self.fields["action"] = action_field(
            references, label=_("Idea or action that is there"), required=False, help_text=_("Its code or its title.")
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.becomes == "idea" and not data.get("title"):
            self.add_error("title", _("Give the idea a title."))
        if self.becomes == "join" and not data.get("action") and "action" not in self.errors:
            self.add_error("action", _("Name the idea or the action."))
        return data


class AnswerForm(forms.Form):
    """The coordinator's answer to a proposal."""

    answer = forms.CharField(
        label=_("Your answer"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Its author reads it. Needed to decline."),
    )
    base_version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ProposalForm(forms.Form):
    """What a partner tells the coordinator beside a proposal, and for which of their organisations they speak."""

    comment = forms.CharField(
        label=_("A word to the coordinator"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    organisation = forms.ModelChoiceField(label=_("In the name of"), queryset=None, empty_label=None)

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations


class ChangesFilter(forms.Form):
    """Whose changes, and of which action."""

    person = forms.TypedChoiceField(label=_("Person"), required=False, coerce=int, empty_value=None)
    action = forms.ChoiceField(label=_("Action"), required=False)

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]], references: References, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("All")), *people]
        self.fields["action"].choices = [("", _("All")), *references.actions.items()]
