"""Sealed texts: the database holds none of the words, keys can be changed, nothing broken is taken for a text."""

import pytest
from django.db import connection

from parcours.kit.sealed import CannotOpen, SealedField, open_bytes, seal_bytes

FIELD = SealedField()


def stored(text: str) -> str:
    return FIELD.get_db_prep_save(text, connection)


def read(text: str) -> str | None:
    return FIELD.from_db_value(text, None, connection)


@pytest.mark.parametrize("text", ["J'ai traversé la mer.", "ሰላም", "سلام", "x" * 5000, "#evil $x$"])
def test_what_is_stored_holds_none_of_the_words_and_is_read_back(text):
    assert text not in stored(text)
    assert read(stored(text)) == text


def test_the_same_text_is_stored_differently_each_time():
    assert stored("bonjour") != stored("bonjour")


def test_nothing_stays_nothing():
    assert stored("") == ""
    assert read("") == ""


def test_an_old_key_still_opens_and_the_new_one_seals(settings):
    settings.PARCOURS_SEAL_KEYS = ["old"]
    before = stored("bonjour")
    settings.PARCOURS_SEAL_KEYS = ["new", "old"]
    assert read(before) == "bonjour"
    after = stored("bonjour")
    settings.PARCOURS_SEAL_KEYS = ["new"]
    assert read(after) == "bonjour"
    with pytest.raises(CannotOpen):
        read(before)


def test_what_was_tampered_with_is_refused():
    with pytest.raises(CannotOpen):
        open_bytes(seal_bytes(b"photo")[:-4] + b"AAAA")


def test_a_sealed_text_cannot_be_searched():
    assert FIELD.get_lookup("icontains") is None
