import pickle
from copy import deepcopy

from django.template import Context, Template
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from parcours.translations.choices import TranslationState
from parcours.translations.fields import Translated

LANGUAGES = ("fr", "en", "ar", "ru")
words = st.text(max_size=30)
some_words = st.text(min_size=1, max_size=30)
languages = st.sampled_from(LANGUAGES)


@st.composite
def translated(draw: st.DrawFn) -> Translated:
    """Any value that can be reached by editing."""
    value = Translated.of(draw(st.dictionaries(languages, words, max_size=4)), source=draw(languages))
    for _ in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            value = value.with_source(draw(words))
        else:
            state = draw(st.sampled_from([TranslationState.DRAFT, TranslationState.REVIEWED]))
            value = value.with_version(draw(languages), draw(words), state=state, by_hand=draw(st.booleans()))
    return value


def others(value: Translated) -> list[str]:
    return [code for code in LANGUAGES if code != value.source]


@given(translated())
def test_what_is_stored_is_what_is_read(value: Translated) -> None:
    assert Translated.parse(value.stored()) == value


@given(translated(), some_words)
def test_another_source_makes_every_other_version_outdated(value: Translated, text: str) -> None:
    if text == value.source_text:
        text += "!"
    changed = value.with_source(text)
    for code in others(value):
        expected = TranslationState.OUTDATED if value.text_in(code) else TranslationState.MISSING
        if value.state(code) != TranslationState.OUTDATED:
            assert changed.state(code) == expected
        assert changed.text_in(code) == value.text_in(code)


@given(translated(), languages, some_words)
def test_a_saved_version_renders_the_present_source(value: Translated, language: str, text: str) -> None:
    saved = value.with_version(language, text)
    assert (saved.state(language), saved.text_in(language)) == (TranslationState.REVIEWED, text)


@given(translated(), some_words)
def test_a_source_changed_and_changed_back_leaves_every_state_as_it_was(value: Translated, text: str) -> None:
    back = value.with_source(text).with_source(value.source_text)
    assert [back.state(code) for code in LANGUAGES] == [value.state(code) for code in LANGUAGES]


@given(translated(), languages, some_words)
def test_a_version_does_not_touch_the_others(value: Translated, language: str, text: str) -> None:
    if language != value.source:
        saved = value.with_version(language, text)
        rest = [code for code in LANGUAGES if code != language]
        assert [saved.versions.get(code) for code in rest] == [value.versions.get(code) for code in rest]


@given(translated(), languages)
def test_a_reader_sees_some_text_whenever_there_is_one(value: Translated, language: str) -> None:
    shown = value.in_language(language)
    assert bool(shown) == bool(value)
    assert shown.is_fallback == (bool(value) and not value.text_in(language))


RIGHTS = Translated.of({"fr": "Droits & devoirs", "en": "Rights"})


def render(template: str, language: str, **context: object) -> str:
    with override(language):
        return Template("{% load translations %}" + template).render(Context(context))


def test_a_text_in_the_readers_language_is_printed_bare() -> None:
    assert render("{{ t }}", "en", t=RIGHTS) == "Rights"
    assert render("{{ t }}", "fr", t=RIGHTS) == "Droits &amp; devoirs"


def test_a_fallback_says_its_language_and_direction() -> None:
    only_french = Translated.of({"fr": "Droits & devoirs"})
    assert render("{{ t }}", "en", t=only_french) == (
        '<span class="other-language"><span lang="fr" dir="ltr">Droits &amp; devoirs</span>'
        ' <small class="remark">in French</small></span>'
    )
    only_arabic = Translated.of({"ar": "حقوق"}, source="ar")
    assert '<span lang="ar" dir="rtl">حقوق</span>' in render("{{ t }}", "en", t=only_arabic)


def test_a_fallback_is_plain_text_in_python_and_in_attributes() -> None:
    only_french = Translated.of({"fr": "Droits & devoirs"})
    with override("en"):
        assert str(only_french) == "Droits & devoirs"
        assert f"{only_french}!" == "Droits & devoirs!"
    assert render("{{ t.text }}", "en", t=only_french) == "Droits &amp; devoirs"
    assert render("{{ t|truncatechars:5 }}", "en", t=only_french) == "Droi…"


def test_a_copy_says_the_same() -> None:
    shown = RIGHTS.in_language("ru")
    for copied in (deepcopy(shown), pickle.loads(pickle.dumps(shown))):
        assert (copied, copied.language, copied.is_fallback) == (shown, "fr", True)


def test_markup_in_a_text_is_escaped() -> None:
    nasty = Translated.of({"fr": "<script>"})
    for template in ("{{ t }}", "{{ t|paragraphs }}", "{{ t.text }}", '{{ t|in_language:"ru" }}'):
        assert "<script>" not in render(template, "en", t=nasty)
        assert "<script>" not in render(template, "fr", t=nasty)


def test_a_machines_draft_and_a_persons_draft_are_told_apart() -> None:
    machine = RIGHTS.with_version("en", "Rights", state=TranslationState.DRAFT)
    person = RIGHTS.with_version("en", "Rights", state=TranslationState.DRAFT, by_hand=True)
    with override("en"):
        assert machine.shown.remark == "machine translation, not reviewed"
        assert person.shown.remark == "translation not reviewed yet"


def test_an_outdated_version_says_so() -> None:
    assert render("{{ t }}", "en", t=RIGHTS.with_source("Droits")) == (
        '<span class="other-language"><span>Rights</span>'
        ' <small class="remark">translation of an older text</small></span>'
    )


def test_a_template_may_ask_for_another_language() -> None:
    assert render('{{ t|in_language:"fr" }}', "en", t=RIGHTS) == "Droits &amp; devoirs"


def test_a_long_text_keeps_its_paragraphs() -> None:
    long = Translated.of({"fr": "Un\n\nDeux"})
    assert render("{{ t|paragraphs }}", "fr", t=long) == "<p>Un</p>\n\n<p>Deux</p>"
    assert render("{{ t|paragraphs }}", "en", t=long) == (
        '<div class="other-language"><div lang="fr" dir="ltr"><p>Un</p>\n\n<p>Deux</p></div>'
        ' <small class="remark">in French</small></div>'
    )


def note(template: str, **context: object) -> str:
    """The sentences of the note."""
    html = render(template, "en", **context)
    assert html.startswith('<div class="notice notice-info translation-note" role="note"><svg')
    return html.partition("<p>")[2].removesuffix("</p></div></div>")


def test_a_page_says_once_that_part_of_it_is_in_another_language() -> None:
    texts = [RIGHTS, Translated.of({"fr": "Mémoire"}), Translated.of({"ar": "حقوق"}, source="ar")]
    assert note("{% translation_note texts %}", texts=texts) == (
        "Part of this page is shown in French and in Arabic because it is not yet translated."
    )


def test_a_page_says_that_part_of_it_is_a_draft_or_of_an_older_text() -> None:
    draft = RIGHTS.with_version("en", "Rights", state=TranslationState.DRAFT)
    assert note("{% translation_note draft older %}", draft=draft, older=RIGHTS.with_source("X")) == (
        "Part of this page is a draft translation that nobody has reviewed yet. "
        "Part of this page is the translation of an older text."
    )


def test_a_page_wholly_in_the_readers_language_has_no_note() -> None:
    assert render("{% translation_note texts %}", "fr", texts={"a": [RIGHTS], "b": Translated()}) == ""
