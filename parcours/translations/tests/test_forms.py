from django import forms
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from parcours.translations.choices import TranslationState
from parcours.translations.fields import Translated, TranslatedField
from parcours.translations.forms import TranslatedCharField
from parcours.translations.tests.test_texts import translated

RIGHTS = Translated.of({"fr": "Droits\nDevoirs", "en": "Rights"})


class Office(forms.Form):
    title = TranslatedCharField()


class English(forms.Form):
    title = TranslatedCharField(language="en", widget=forms.TextInput, required=False)


def send(form: type[forms.Form], text: str, before: Translated | None = RIGHTS) -> Translated:
    sent = form({"title": text}, initial={"title": before})
    assert sent.is_valid(), sent.errors
    return sent.cleaned_data["title"]


def test_the_form_shows_the_source_and_says_its_language() -> None:
    html = str(Office(initial={"title": RIGHTS})["title"])
    assert 'lang="fr"' in html
    assert 'dir="ltr"' in html
    assert "Droits\nDevoirs</textarea>" in html


def test_an_untouched_text_is_unchanged_whatever_the_browsers_line_ends() -> None:
    sent = Office({"title": "Droits\r\nDevoirs"}, initial={"title": RIGHTS})
    assert (sent.has_changed(), send(Office, "Droits\r\nDevoirs")) == (False, RIGHTS)


@given(translated().filter(bool), st.sampled_from(["\n", "\r\n"]))
def test_what_a_form_shows_and_gets_back_changes_nothing(value: Translated, line_end: str) -> None:
    for language in (None, "en"):
        field = TranslatedCharField(language=language, required=False)
        back = field.prepare_value(value).replace("\n", line_end)
        if "\x00" not in field.prepare_value(value):
            assert not field.has_changed(value, back)
            assert field.changed(value, field.clean(back)) == value


def test_a_changed_source_makes_the_other_versions_outdated() -> None:
    changed = send(Office, "Droits")
    assert (changed.source_text, changed.state("en")) == ("Droits", TranslationState.OUTDATED)
    assert Office({"title": "Droits"}, initial={"title": RIGHTS}).changed_data == ["title"]


def test_a_form_may_edit_another_language() -> None:
    assert send(English, "Rights and duties") == RIGHTS.with_version("en", "Rights and duties")
    assert send(English, "") == Translated.of({"fr": "Droits\nDevoirs"})


def test_an_emptied_source_empties_the_text() -> None:
    class Optional(forms.Form):
        title = TranslatedCharField(required=False)

    assert send(Optional, "") == Translated()


def test_a_required_text_must_be_given() -> None:
    assert Office({"title": "  "}).errors == {"title": ["Ce champ est obligatoire."]}


def test_a_new_text_is_in_the_language_of_the_person_who_writes() -> None:
    with override("en"):
        assert send(Office, "Rights", None) == Translated.of({"en": "Rights"}, source="en")


def test_a_model_form_takes_its_field_from_the_model() -> None:
    field = TranslatedField("title", blank=True).formfield(widget=forms.TextInput)
    assert (type(field), field.required, field.show_hidden_initial) == (TranslatedCharField, False, False)
    assert isinstance(field.widget, forms.TextInput)
