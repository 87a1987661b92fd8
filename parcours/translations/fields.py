"""A text in several languages, kept in one column, each version knowing which source text it renders.

Stored as JSON:
{"source": "fr", "texts": {"fr": {"text": "…"}, "en": {"text": "…", "state": "reviewed", "of": "1f3a…"}}}.
`of` is the digest of the source text that the version renders: once the source changes, the version is outdated,
with nothing to keep in step.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from parcours.translations.forms import TranslatedCharField
from parcours.translations.texts import Shown, Translated, Version, digest

__all__ = ["Shown", "Translated", "TranslatedField", "Version", "digest"]


class TranslatedField(models.JSONField):
    """A `Translated` in a jsonb column."""

    description = _("Text in several languages")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Translated)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        loaded = super().from_db_value(value, expression, connection)
        if isinstance(expression, KeyTransform) or not isinstance(loaded, dict):
            return loaded
        return Translated.parse(loaded)

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.stored() if isinstance(value, Translated) else value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(
            value.stored() if isinstance(value, Translated) else value, connection, prepared
        )

    def validate(self, value: Any, model_instance: Any) -> None:
        if not isinstance(value, Translated):
            raise ValidationError(_("This is not a text in several languages."))
        if not self.blank and not value:
            raise ValidationError(self.error_messages["blank"], code="blank")

    def value_to_string(self, obj: Any) -> Any:
        return self.value_from_object(obj).stored()

    def to_python(self, value: Any) -> Any:
        return Translated.parse(value) if isinstance(value, dict) else value

    def formfield(self, **kwargs: Any) -> Any:
        """Edits the text in its source language; give `language` and `widget` for another."""
        # Past JSONField.formfield, which would hand a decoder to a form field that has none.
        defaults = {"form_class": TranslatedCharField, "initial": None, "show_hidden_initial": False}
        return models.Field.formfield(self, **{**defaults, **kwargs})
