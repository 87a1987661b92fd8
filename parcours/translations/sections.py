"""What there is to translate: every `TranslatedField` of every model, and one text of it as translators see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.apps import apps
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from parcours.translations.choices import TranslationState
from parcours.translations.fields import Translated, TranslatedField, digest
from parcours.translations.languages import text_direction


def translated_fields(model: type[Model]) -> list[TranslatedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, TranslatedField)]


def translated_models() -> list[type[Model]]:
    """Every model with texts that may change, in the order of their keys."""
    return sorted((m for m in apps.get_models() if translated_fields(m) and not _is_closed(m)), key=model_key)


def _is_closed(model: type[Model]) -> bool:
    """Whether it is a history, or frozen by a trigger of the database."""
    frozen = any(
        isinstance(trigger, pgtrigger.Protect) and trigger.operation and pgtrigger.Update in trigger.operation
        for trigger in getattr(model._meta, "triggers", ())
    )
    return frozen or hasattr(model, "pgh_tracked_model")


def model_key(model: type[Model]) -> str:
    """How addresses name a model: "plan.action"."""
    return model._meta.label_lower


def find_model(key: str) -> type[Model]:
    """The model of this key; raises LookupError when nothing of it is translated."""
    for model in translated_models():
        if model_key(model) == key:
            return model
    raise LookupError(key)


def rows(model: type[Model]) -> "QuerySet[Any]":
    """The rows that translators may edit."""
    return model._default_manager.all()


def field_label(field: TranslatedField) -> str:
    return str(capfirst(field.verbose_name))


def model_label(model: type[Model]) -> str:
    return str(capfirst(model._meta.verbose_name_plural))


@dataclass(frozen=True)
class Section:
    """One text of one object, to be rendered in one language."""

    obj: Model
    field: TranslatedField
    language: str

    @property
    def value(self) -> Translated:
        value: Translated = getattr(self.obj, self.field.name)
        return value

    @property
    def object_label(self) -> str:
        return str(self.obj)

    @property
    def model_label(self) -> str:
        return str(capfirst(self.obj._meta.verbose_name))

    @property
    def field_label(self) -> str:
        return field_label(self.field)

    @property
    def source_language(self) -> str:
        return self.value.source

    @property
    def source_direction(self) -> str:
        return text_direction(self.source_language)

    @property
    def source_text(self) -> str:
        return self.value.source_text

    @property
    def version_text(self) -> str:
        return self.value.text_in(self.language)

    @property
    def state(self) -> str:
        return self.value.state(self.language)

    @property
    def state_label(self) -> str:
        if self.state == TranslationState.DRAFT and self.value.versions[self.language].by_hand:
            return gettext("draft")
        return str(TranslationState(self.state).label)

    @property
    def base_digest(self) -> str:
        """Changes with the source text, and with this version or its state."""
        version = self.value.versions.get(self.language)
        return digest("\x1f".join([self.source_text, version.text if version else "", self.state]))

    @property
    def url(self) -> str:
        key = model_key(type(self.obj))
        return reverse("translations:edit", args=[self.language, key, self.obj.pk, self.field.name])

    @property
    def is_open(self) -> bool:
        """Whether there is a source text, in another language."""
        return bool(self.source_text) and self.source_language != self.language


def sections_of(obj: Model, language: str) -> Iterator[Section]:
    """The texts of one object that this language may render."""
    for field in translated_fields(type(obj)):
        section = Section(obj, field, language)
        if section.is_open:
            yield section


def find_old_source(section: Section) -> str | None:
    """The source text that an outdated version renders, from the history of its object; None when none is kept."""
    version = section.value.versions.get(section.language)
    if version is None:
        return None
    for model in apps.get_models():
        if getattr(model, "pgh_tracked_model", None) is type(section.obj) and section.field.name in _names(model):
            past = model._default_manager.filter(pgh_obj_id=section.obj.pk).order_by("-pgh_id")
            for value in past.values_list(section.field.name, flat=True)[:200]:
                if digest(value.source_text) == version.of:
                    return str(value.source_text)
    return None


def _names(model: type[Model]) -> set[str]:
    return {field.name for field in translated_fields(model)}
