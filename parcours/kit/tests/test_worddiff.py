from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from parcours.kit.worddiff import Piece, as_html, diff, words

WORDS = st.lists(st.sampled_from(["droits", "rights", "الحُقوق", "права", " ", "\n", ",", "’", "é", "é", "👩‍👧"])).map(
    "".join
)
TEXT = st.one_of(WORDS, st.text())


@given(TEXT, TEXT)
def test_the_old_and_the_new_text_can_be_read_back(old, new):
    pieces = diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.op != "added") == old
    assert "".join(piece.text for piece in pieces if piece.op != "removed") == new
    assert all(piece.text for piece in pieces)


@given(TEXT)
def test_nothing_changed(text):
    assert diff(text, text) == ([Piece("same", text)] if text else [])


@given(TEXT)
def test_words_make_up_the_text(text):
    assert "".join(words(text)) == text


def test_a_changed_word_is_a_whole_word():
    assert diff("Access to the rights.", "Access to all rights!") == [
        Piece("same", "Access to "),
        Piece("removed", "the"),
        Piece("added", "all"),
        Piece("same", " rights"),
        Piece("removed", "."),
        Piece("added", "!"),
    ]


def test_neighbouring_changes_are_read_together():
    assert diff("a old words here z", "a new terms there z") == [
        Piece("same", "a "),
        Piece("removed", "old words here"),
        Piece("added", "new terms there"),
        Piece("same", " z"),
    ]


def test_an_arabic_word_keeps_its_vowel_signs():
    assert words("الحُقوق لِلجميع") == ["الحُقوق", " ", "لِلجميع"]


def test_changes_are_said_aloud_and_escaped():
    with override("en"):
        assert as_html(diff("a <b>\nz", "a c\nz")) == (
            'a <del><span class="visually-hidden">removed: </span>&lt;b&gt;</del>'
            '<ins><span class="visually-hidden">added: </span>c</ins><br>z'
        )
