"""What tutors and leads fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.kit.widgets import day_input
from parcours.people.choices import Gender
from parcours.portfolio.models import LevelStep, TutorNote


class NoteForm(forms.ModelForm):
    text = forms.CharField(
        label=_("what we did, what comes next"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_("The person reads it. Nothing of papers, health or family that they would not write themselves."),
    )  # fmt: skip
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = TutorNote
        fields = ("met_on", "text")
        widgets = {"met_on": day_input()}


class ProposeForm(forms.Form):
    words = forms.CharField(label=_("what the person can do, as you saw it"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [("", _("not said")), *((one.position, str(one.label)) for one in LevelStep.objects.all())]
        self.fields["level"] = forms.TypedChoiceField(
            label=_("how well"), choices=steps, required=False, coerce=int, empty_value=None
        )


class WishForm(forms.Form):
    gender = forms.ChoiceField(label=_("would rather have"), choices=Gender.choices, required=False)


class ScaleForm(forms.Form):
    """The four steps, in French, English and Arabic."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for step in LevelStep.objects.all():
            for code in ("fr", "en", "ar"):
                self.fields[f"{step.position}_{code}"] = forms.CharField(
                    label=f"{step.position} · {code}",
                    max_length=60,
                    required=code == "fr",
                    initial=step.label.text_in(code),
                )
