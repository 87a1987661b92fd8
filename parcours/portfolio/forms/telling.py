"""Short fields, one idea each, labelled in two languages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.kit.forms import CheckedByItsVerb
from parcours.kit.widgets import day_input
from parcours.portfolio.choices import Layout
from parcours.portfolio.models import ActionStep, Claim, Cv, Experience, Goal, LevelStep
from parcours.portfolio.side import two


class Sided:
    """Labels in two languages, fields whose direction follows what is typed."""

    fields: dict[str, forms.Field]

    def set_sides(self, language: str) -> None:
        for field in self.fields.values():
            field.label = two(field.label, language)
            if isinstance(field.widget, forms.TextInput | forms.Textarea):
                field.widget.attrs |= {"dir": "auto", "autocomplete": "off"}


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ExperienceForm(Sided, CheckedByItsVerb, forms.ModelForm):
    did = forms.CharField(
        label=_("what I did"), required=False, max_length=3000, widget=area(4), help_text=_("One thing a line.")
    )
    did_beside = forms.CharField(
        label=_("the same in the other language"), required=False, max_length=3000, widget=area(4),
        help_text=_("The same lines, in the same order. Your tutor can help."),
    )  # fmt: skip
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Experience
        fields = (
            "title",
            "title_translation",
            "place",
            "starts",
            "ends",
            "is_going_on",
            "words",
            "translation",
            "is_in_cv",
            "is_hidden",
        )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "title_translation", "place", "starts", "ends"):
            old = self.fields[name]
            self.fields[name] = forms.CharField(
                label=old.label, required=name == "title", max_length=200, help_text=old.help_text
            )
        for name in ("words", "translation"):
            self.fields[name].widget = area(3)
            self.fields[name].max_length = 5000  # type: ignore[attr-defined]
        rows = list(self.instance.activities.order_by("position", "pk")) if self.instance.pk else []
        self.initial |= {
            "did": "\n".join(row.text for row in rows),
            "did_beside": "\n".join(row.translation for row in rows),
            "base": self.instance.revision if self.instance.pk else 0,
        }
        self.order_fields(
            ["title", "title_translation", "place", "starts", "ends", "is_going_on", "did", "did_beside", "words"]
        )
        self.set_sides(language)

    def activities(self) -> list[tuple[str, str]]:
        """Line by line, with the line beside it."""
        mine = [line.strip() for line in self.cleaned_data["did"].splitlines()]
        beside = [line.strip() for line in self.cleaned_data["did_beside"].splitlines()]
        size = max(len(mine), len(beside))
        padded = [lines + [""] * (size - len(lines)) for lines in (mine, beside)]
        return list(zip(*padded, strict=True))


class ClaimForm(Sided, CheckedByItsVerb, forms.ModelForm):
    concept = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    class Meta:
        model = Claim
        fields = ("words", "translation", "concept", "level", "is_in_cv", "is_to_develop", "is_hidden")

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("words", "translation"):
            old = self.fields[name]
            self.fields[name] = forms.CharField(label=old.label, required=False, max_length=300)
        steps = [(one.position, two(one.label, language)) for one in LevelStep.objects.all()]
        self.fields["level"] = forms.TypedChoiceField(
            label=_("how well"), choices=steps, required=False, coerce=int, empty_value=None, widget=forms.RadioSelect
        )
        self.set_sides(language)


class EvidenceForm(forms.Form):
    file = forms.FileField(
        label=_("photo or PDF"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,.pdf"})
    )
    title = forms.CharField(label=_("what it shows"), required=False, max_length=200)


class GoalForm(Sided, CheckedByItsVerb, forms.ModelForm):
    class Meta:
        model = Goal
        fields = ("text", "translation", "until", "claim")

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("text", "translation", "until"):
            old = self.fields[name]
            self.fields[name] = forms.CharField(label=old.label, required=name == "text", max_length=300)
        claims = self.instance.portfolio.claims.filter(is_to_develop=True)
        self.fields["claim"] = forms.ModelChoiceField(
            label=_("to develop"), queryset=claims.order_by("position", "pk"), required=False
        )
        self.fields["claim"].label_from_instance = lambda claim: claim.words or claim.translation  # type: ignore[attr-defined]
        self.set_sides(language)


class StepForm(Sided, forms.ModelForm):
    class Meta:
        model = ActionStep
        fields = ("text", "translation", "due_on", "with_whom")
        widgets = {"due_on": day_input()}

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("text", "translation", "with_whom"):
            old = self.fields[name]
            self.fields[name] = forms.CharField(label=old.label, required=name == "text", max_length=300)
        self.order_fields(["text", "translation", "due_on", "with_whom"])
        self.set_sides(language)


class CvForm(Sided, forms.ModelForm):
    class Meta:
        model = Cv
        fields = (
            "layout",
            "second_language",
            "headline",
            "headline_translation",
            "summary",
            "summary_translation",
            "contact",
            "shows_phone",
            "shows_email",
        )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layout"] = forms.ChoiceField(label=_("layout"), choices=Layout.choices, widget=forms.RadioSelect)
        beside = [("", _("French only")), ("own", _("French and my language")), ("en", _("French and English"))]
        self.fields["second_language"] = forms.ChoiceField(label=_("languages"), choices=beside, required=False)
        self.initial["second_language"] = (
            "own" if self.instance.second_language not in ("", "en") else self.instance.second_language
        )
        for name in ("headline", "headline_translation", "contact"):
            old = self.fields[name]
            self.fields[name] = forms.CharField(label=old.label, required=False, max_length=200)
        for name in ("summary", "summary_translation"):
            self.fields[name].widget = area(3)
        self.set_sides(language)

    def clean_second_language(self) -> str:
        chosen = self.cleaned_data["second_language"]
        return self.instance.portfolio.language if chosen == "own" else chosen
