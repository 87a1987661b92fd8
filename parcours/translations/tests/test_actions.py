from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from parcours.translations import sections
from parcours.translations.actions import TranslationConflict, mark_reviewed, save_translation
from parcours.translations.choices import TranslationState
from parcours.translations.fields import Translated
from parcours.translations.tests.conftest import Source, make_source

pytestmark = pytest.mark.django_db


def section_of(source: Any, language: str = "en") -> sections.Section:
    return next(sections.sections_of(Source.objects.get(pk=source.pk), language))


def save(source: Any, person: Any, text: str = "Rights", **changes: Any) -> sections.Section:
    given = {"base_digest": section_of(source).base_digest, "state": "reviewed", "language": "en"} | changes
    return save_translation(obj=source, field="title", text=text, by=person, **given)


def test_a_saved_translation_is_kept_in_its_state(person: Any) -> None:
    source = make_source("a", title={"fr": "Droits"})
    save(source, person)
    assert section_of(source).value == Translated.of({"fr": "Droits", "en": "Rights"})
    save(source, person, state="draft")
    assert section_of(source).state == "draft"


def test_an_emptied_translation_is_missing_again(person: Any) -> None:
    source = make_source("a", title={"fr": "Droits", "en": "Rights"})
    assert save(source, person, "").state == TranslationState.MISSING


def test_a_source_changed_meanwhile_is_a_conflict_and_nothing_is_lost(person: Any) -> None:
    source = make_source("a", title={"fr": "Droits"})
    seen = section_of(source).base_digest
    Source.objects.update(title=Translated.of({"fr": "Accès aux droits"}))
    with pytest.raises(TranslationConflict) as conflict:
        save(source, person, base_digest=seen)
    assert conflict.value.section.source_text == "Accès aux droits"
    assert section_of(source).version_text == ""


def test_the_second_of_two_translators_sees_the_first_ones_text(person: Any) -> None:
    source = make_source("a", title={"fr": "Droits"})
    seen = section_of(source).base_digest
    save(source, person, "Rights", base_digest=seen)
    with pytest.raises(TranslationConflict) as conflict:
        save(source, person, "Entitlements", base_digest=seen)
    assert conflict.value.section.version_text == "Rights"


def test_another_language_saved_meanwhile_is_no_conflict_and_is_kept(person: Any) -> None:
    source = make_source("a", title={"fr": "Droits"})
    seen = section_of(source).base_digest
    save(source, person, "Права", language="ru", base_digest=section_of(source, "ru").base_digest)
    save(source, person, base_digest=seen)
    assert section_of(source).value == Translated.of({"fr": "Droits", "en": "Rights", "ru": "Права"})


def test_saving_a_text_leaves_every_other_column_alone(person: Any) -> None:
    source = make_source("a", title={"fr": "Droits"})
    Source.objects.update(publisher="Département")
    save(source, person)  # `source` still holds the old publisher
    assert Source.objects.get().publisher == "Département"


def test_reviewing_an_outdated_text_makes_it_render_the_present_source(person: Any) -> None:
    source = make_source("a", title=Translated.of({"fr": "Droits", "en": "Rights"}).with_source("Droits."))
    mark_reviewed(obj=source, field="title", language="en", base_digest=section_of(source).base_digest, by=person)
    assert (section_of(source).state, section_of(source).version_text) == ("reviewed", "Rights")


def test_a_text_that_is_not_there_cannot_be_reviewed(person: Any) -> None:
    source = make_source("a", title={"fr": "Droits"})
    with pytest.raises(ValidationError):
        mark_reviewed(obj=source, field="title", language="en", base_digest=section_of(source).base_digest, by=person)


def test_a_source_is_not_changed_by_translating(person: Any) -> None:
    source = make_source("a", title={"fr": "Droits"})
    with pytest.raises(ValidationError):
        save(source, person, language="fr")
    assert section_of(source).source_text == "Droits"


def test_a_translation_keeps_the_figures_of_its_source(person: Any) -> None:
    source = make_source("a", title={"fr": "Soit {figure:survey.share}"})
    with pytest.raises(ValidationError, match=r"\{figure:survey\.share\}"):
        save(source, person, "That is 27 %")
    assert save(source, person, "That is {figure:survey.share}").state == TranslationState.REVIEWED


def test_what_search_finds_follows_the_translation(person: Any) -> None:
    organisation = apps.get_model("directory.Organisation").objects.create(
        key="a", name="Maison", kind="association", description=Translated.of({"fr": "Accueil"})
    )
    section = next(sections.sections_of(organisation, "en"))
    save_translation(
        obj=organisation, field=section.field.name, language="en", text="Welcome", state="reviewed",
        base_digest=section.base_digest, by=person,
    )  # fmt: skip
    organisation.refresh_from_db()
    assert "welcom" in organisation.search_text


def test_frozen_and_historical_rows_are_closed_to_translators() -> None:
    keys = {sections.model_key(model) for model in sections.translated_models()}
    assert {"plan.release", "directory.organisationevent"} & keys == set()
    assert "directory.organisation" in keys


def test_the_source_that_an_outdated_version_renders_is_found_in_the_history() -> None:
    organisation = apps.get_model("directory.Organisation").objects.create(
        key="a", name="Maison", kind="association", description=Translated.of({"fr": "Accueil", "en": "Welcome"})
    )
    organisation.description = organisation.description.with_source("Accueil de jour")
    organisation.save()
    section = next(sections.sections_of(organisation, "en"))
    assert (section.state, sections.find_old_source(section)) == ("outdated", "Accueil")


def test_a_source_whose_history_is_not_kept_is_said_unknown() -> None:
    source = make_source("a", title=Translated.of({"fr": "Droits", "en": "Rights"}).with_source("Droits."))
    assert sections.find_old_source(section_of(source)) is None
