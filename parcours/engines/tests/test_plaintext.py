import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.engines.plaintext import has_markup, plain_line, plain_lines


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("<p>Bonjour</p><script>alert(1)</script><p>&eacute;t&eacute;", "Bonjour\nété"),
        ("<ul><li>un<li>deux</ul>", "- un\n- deux"),
        ("a < b & c <3, <18 ans", "a < b & c <3, <18 ans"),
        ("Jean <jean@example.org>", "Jean jean@example.org"),
        ("&amp;amp;lt;script&amp;gt;alert(1)&lt;/script&gt;fin", "fin"),
        ("<a href='https://example.org/'>ici</a>", "ici (https://example.org/)"),
        ("un\r\n\r\n\r\n\r\ndeux\t\tfin\x00\x1b", "un\n\ndeux fin"),
        ("<scr<script></script>ipt>alert(1)</script>", "ipt>alert(1)"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
    ],
)
def test_markup_scripts_and_controls_are_taken_out_and_words_are_kept(written: str, plain: str) -> None:
    assert plain_lines(written) == plain


def test_markup_is_told_from_signs() -> None:
    assert [has_markup(text) for text in ("<b>x</b>", "a < b", "<a@example.org>", "3 > 2")] == [
        True,
        False,
        False,
        False,
    ]


@given(st.text() | st.text(alphabet="<>&;/abp ltgm#x3\n\"'="))
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    once = plain_lines(text)
    assert plain_lines(once) == once
    assert plain_line(plain_line(text)) == plain_line(text)
    assert not has_markup(once)
