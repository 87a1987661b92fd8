"""Forms: one language of a `Translated` in an office form, the others left as they are; a translator's side by side."""

from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from parcours.translations.choices import SAVED_STATES, TranslationState
from parcours.translations.languages import text_direction
from parcours.translations.texts import Translated


class TranslatedBoundField(forms.BoundField):
    """A bound field that tells the widget its language and direction."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        language = self.field.editing(as_translated(self.initial))
        return {**super().build_widget_attrs(attrs, widget), "lang": language, "dir": text_direction(language)}


class TranslatedCharField(forms.CharField):
    """Shows and takes the text of one language; cleans to the whole `Translated`.

    `language` None means the text's source language (for a new text, the active language). A changed source makes the
    other versions outdated, a changed version is reviewed, an unchanged text changes nothing, an emptied source removes
    every version.
    """

    widget = forms.Textarea

    def __init__(self, *, language: str | None = None, **kwargs: Any) -> None:
        self.language = language
        super().__init__(**kwargs)

    def editing(self, value: Translated) -> str:
        """The code of the language that the form edits."""
        return self.language or (value.source if value else get_language() or value.source)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Translated | dict):
            value = as_translated(value)
            return value.text_in(self.editing(value))
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and not same_text(self.prepare_value(initial) or "", data or "")

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> TranslatedBoundField:
        return TranslatedBoundField(form, self, field_name)

    def _clean_bound_field(self, bf: forms.BoundField) -> Translated:
        # Django's own hook for fields that need their initial value to clean (FileField is the other one).
        before = as_translated(bf.initial)
        return before if self.disabled else self.changed(before, self.clean(bf.data))

    def changed(self, before: Translated, text: str) -> Translated:
        """The value after this text was given for the edited language."""
        language, text = self.editing(before), plain_lines(text)
        if same_text(text, before.text_in(language)):
            return before
        if not before:
            return Translated.of({language: text}, source=language)
        if language == before.source and not text:
            return Translated(before.source)
        return before.with_version(language, text)


def as_translated(value: Any) -> Translated:
    """A form's initial value, whatever it was given as."""
    if isinstance(value, Translated):
        return value
    if isinstance(value, str):
        return Translated.of({get_language() or "fr": value}, source=get_language() or "fr")
    return Translated.parse(value)


def same_text(one: str, other: str) -> bool:
    """Whether two texts differ by line ends and outer spaces alone, which forms and spreadsheets change."""
    return bool(plain_lines(one).strip() == plain_lines(other).strip())


def plain_lines(text: Any) -> Any:
    """A browser sends CR LF for a line's end; we keep LF, so that an untouched text is unchanged."""
    return text.replace("\r\n", "\n") if isinstance(text, str) else text


class TranslationForm(forms.Form):
    """A translator's text, and what they saw when they wrote it."""

    text = forms.CharField(label=_("Translation"), widget=forms.Textarea(attrs={"rows": 12}), required=False)
    state = forms.ChoiceField(choices=[(state, state.label) for state in SAVED_STATES])
    base_digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs |= {"lang": language, "dir": text_direction(language)}

    def clean_text(self) -> str:
        return plain_lines(self.cleaned_data["text"])


class FilterForm(forms.Form):
    """Which sections to list."""

    state = forms.ChoiceField(
        label=pgettext_lazy("column", "State"), required=False, choices=[("", _("all")), *TranslationState.choices]
    )
    model = forms.ChoiceField(label=_("Kind of text"), required=False)

    def __init__(self, *args: Any, models: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = [("", _("all")), *models]

    def chosen(self) -> dict[str, str | None]:
        """The filters of `queries.sections`; what is not a choice is no filter."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}
