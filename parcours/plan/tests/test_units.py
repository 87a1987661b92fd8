import pytest
from django.utils.translation import override

from parcours.plan.units import period_in_words, section_in_words, unit_in_words


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", ["people", "a year", "preamble"]), ("fr", ["personnes", "par an", "préambule"])],
)
def test_the_packs_codes_are_shown_in_the_readers_words(language, shown):
    with override(language):
        words = [unit_in_words("persons"), period_in_words("year"), section_in_words("preamble")]
        assert [str(word) for word in words] == shown


def test_what_no_table_knows_stands_as_it_was_written():
    assert [unit_in_words("kg"), period_in_words("2026"), section_in_words("I.2")] == ["kg", "2026", "I.2"]
