"""What an office sends and says of a questionnaire as a whole."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parcours.engines.questionnaire.sheets import Sheets, UnreadableForm
from parcours.engines.questionnaire.words import LANGUAGE
from parcours.survey.actions.questionnaires import sheets_from
from parcours.survey.problems import unreadable_text


class FormFile(forms.FileField):
    """A file that cleans to the sheets of an XLSForm."""

    widget = forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.md"})

    def clean(self, data: Any, initial: Any = None) -> Sheets | None:
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return sheets_from(file.read(), file.name)
        except UnreadableForm as error:
            raise ValidationError(unreadable_text(error)) from error


class NewForm(forms.Form):
    """A new questionnaire: from a file, or from nothing."""

    file = FormFile(
        label=_("Your XLSForm"),
        required=False,
        allow_empty_file=True,
        help_text=_("The workbook that Kobo and ODK take: XLSX or XLS. Without a file, you write the form here."),
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        required=False,
        help_text=_("Empty: the title that the form gives itself."),
    )
    asks_people = forms.BooleanField(
        label=_("It asks those who take part in a programme"),
        required=False,
        help_text=_("Then it is asked from the pages of an edition, and the office reads no single answer."),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        sheets = told.get("file")
        told["title"] = told.get("title") or (sheets.settings.get("form_title", "") if sheets else "")
        if not told["title"] and "file" not in self.errors:
            self.add_error("title", _("Give the questionnaire a title."))
        return told


class ReplaceForm(forms.Form):
    """Another file in place of the draft."""

    file = FormFile(label=_("Your XLSForm"), allow_empty_file=True)


class SettingsForm(forms.Form):
    """What a form says of itself, and one more language to write it in."""

    form_title = forms.CharField(label=_("Title of the form"), max_length=200)
    form_id = forms.SlugField(
        label=_("Identifier"), max_length=60, help_text=_("By it Kobo and ODK know the form again: keep it.")
    )
    new_language = forms.CharField(
        label=_("Add a language"), required=False, max_length=40,
        help_text=_("Its own name, then its code in brackets: العربية (ar), English (en), ትግርኛ (ti)."),
    )  # fmt: skip

    def clean_new_language(self) -> str:
        name = str(self.cleaned_data["new_language"]).strip()
        if name and not LANGUAGE.search(name):
            raise ValidationError(_("Write the language’s name, then its code in brackets: English (en)."))
        return name
