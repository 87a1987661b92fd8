"""What translators do."""

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from parcours.translations.choices import SAVED_STATES, TranslationState
from parcours.translations.fields import Translated, TranslatedField
from parcours.translations.rules import lost_references
from parcours.translations.sections import Section, rows, translated_fields


class TranslationConflict(Exception):
    """The source or the version changed since the translator opened it; `section` is what stands now."""

    def __init__(self, section: Section) -> None:
        super().__init__(section.url)
        self.section = section


@transaction.atomic
def save_translation(
    *,
    obj: Model,
    field: str,
    language: str,
    text: str,
    state: str,
    base_digest: str,
    by: AbstractBaseUser,
    by_hand: bool = True,
) -> Section:
    """Keep this text as the version of the present source, a draft or reviewed; an empty text removes the version.

    `base_digest` is the `Section.base_digest` that the translator saw. `by_hand` is false for what a machine wrote.
    Raises TranslationConflict when it changed since, ValidationError when the text loses a reference of its source,
    DoesNotExist when the object is gone.
    """
    if state not in SAVED_STATES:
        raise ValidationError(_("A translation is saved as a draft or as reviewed."))
    section = _locked(obj=obj, field=field, language=language, base_digest=base_digest)
    if text and (lost := lost_references(section.source_text, text)):
        raise ValidationError(
            _("These references must be the same in both texts: %(references)s"), params={"references": ", ".join(lost)}
        )
    return _keep(section, section.value.with_version(language, text, state=state, by_hand=by_hand), by=by)


@transaction.atomic
def mark_reviewed(*, obj: Model, field: str, language: str, base_digest: str, by: AbstractBaseUser) -> Section:
    """Say that the version, as it stands, renders the present source well. Raises as `save_translation` does."""
    section = _locked(obj=obj, field=field, language=language, base_digest=base_digest)
    if not section.version_text:
        raise ValidationError(_("There is no translation to review here."))
    return save_translation(
        obj=obj,
        field=field,
        language=language,
        text=section.version_text,
        state=TranslationState.REVIEWED,
        base_digest=base_digest,
        by=by,
    )


def _locked(*, obj: Model, field: str, language: str, base_digest: str) -> Section:
    """The section as it stands, its row locked; raises TranslationConflict when it is not what the translator saw."""
    fresh = rows(type(obj)).select_for_update(of=("self",)).get(pk=obj.pk)
    section = Section(fresh, _field(type(obj), field), language)
    if not section.is_open:
        raise ValidationError(_("There is nothing to translate into this language here."))
    if section.base_digest != base_digest:
        raise TranslationConflict(section)
    return section


def _field(model: type[Model], name: str) -> TranslatedField:
    for field in translated_fields(model):
        if field.name == name:
            return field
    raise LookupError(f"{model._meta.label} has no translated text called {name!r}")


def _keep(section: Section, value: Translated, *, by: AbstractBaseUser) -> Section:
    """Write this text and what search finds it by; no other column."""
    setattr(section.obj, section.field.name, value)
    columns = [section.field.name]
    if hasattr(section.obj, "refresh_search_text"):
        section.obj.refresh_search_text()
        columns.append("search_text")
    with pghistory.context(user=by.pk, verb="save_translation"):
        section.obj.save(update_fields=columns)
    return section
