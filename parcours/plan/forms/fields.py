"""The form fields of a record: dates as people type them, and rows that one types the name of."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parcours.engines.words import fold
from parcours.kit.dates import PartialDate, UnreadableDate, parse


class PartialDateField(forms.CharField):
    """A day, month or year as people type it; cleans to "2017-05-03", "2017-05" or "2017", "" for none."""

    default_help = _("For example 28/02/2026, February 2026 or 2026.")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", self.default_help)
        super().__init__(max_length=60, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """In words, whatever it was given as; what cannot be read stays as it was typed."""
        try:
            return parse(value).formatted() if value else ""
        except UnreadableDate:
            return value

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return self.written(parse(text))
        except UnreadableDate as error:
            raise ValidationError(str(error)) from error

    def written(self, day: PartialDate) -> str:
        return str(day)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (self.written(parse(data)) if data else "") != (self.written(parse(initial)) if initial else "")
        except UnreadableDate:
            return True


class DayField(PartialDateField):
    """A day; a month or a year means its last day. Cleans to "2017-05-31", "" for none."""

    default_help = _("For example 28/02/2026; a month means its last day.")

    def written(self, day: PartialDate) -> str:
        return day.last.isoformat()


class NamedField(forms.CharField):
    """A row that one types the name of, helped by the list `listed`; cleans to its key, "" for none.

    `labels`: key to what is shown; `names`: folded name to the keys of those so called.
    """

    def __init__(self, *, labels: dict[str, str], names: dict[str, list[str]], listed: str, **kwargs: Any) -> None:
        self.labels, self.names = labels, names
        super().__init__(max_length=300, **kwargs)
        self.widget.attrs |= {"list": listed, "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return self.labels.get(value, value)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        keys = self.names.get(fold(text), []) if text else [""]
        if len(keys) == 1:
            return keys[0]
        if keys:
            named = ", ".join(self.labels[key] for key in keys)
            raise ValidationError(gettext("Several have this name: %(names)s. Write which.") % {"names": named})
        raise ValidationError(gettext("“%(name)s” is not known here. Choose one of the list.") % {"name": text})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return fold(self.labels.get(initial, initial) or "") != fold(data or "")
