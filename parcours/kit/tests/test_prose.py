import json
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from parcours.kit.figures import Figure, UnknownFigure
from parcours.kit.prose import figure_keys, is_safe_link, to_html, to_text, to_typst_blocks

RIGHTS = Figure.share("survey.rights", "Rights <first>", n=36, base=62, base_label="respondents", source="survey")
NOBODY = Figure.share("survey.none", "Nobody", n=0, base=0)


def find(key: str) -> Figure:
    for figure in (RIGHTS, NOBODY):
        if figure.key == key:
            return figure
    raise UnknownFigure(key)


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def test_marks_become_elements():
    assert to_html("One **strong *and soft* word**.\nNext line\n\n- a\n- b\n  more\n\n1. x\n2. y", find) == (
        "<p>One <strong>strong <em>and soft</em> word</strong>.<br>Next line</p>\n"
        "<ul><li>a</li><li>b<br>more</li></ul>\n<ol><li>x</li><li>y</li></ol>"
    )


def test_a_list_may_follow_its_sentence_without_empty_line():
    assert to_html("We want:\n- rights\n- links", find) == "<p>We want:</p>\n<ul><li>rights</li><li>links</li></ul>"


def test_stars_that_are_not_marks_stay():
    assert to_html("2 * 3 * 4, a*b*c, ** alone", find) == "<p>2 * 3 * 4, a*b*c, ** alone</p>"


def test_a_figure_is_a_link_to_its_citation():
    assert to_html("So {figure:survey.rights} chose rights.", find) == (
        '<p>So <a class="figure-ref" href="#figure-survey-rights" '
        'title="Rights &lt;first&gt; · 36 of 62 respondents · source: survey">'
        f'<data value="{RIGHTS.value}">58.1%</data></a> chose rights.</p>'
    )


def test_a_figure_without_value_is_a_dash():
    assert ">–</a>" in to_html("{figure:survey.none}", find)


def test_an_unknown_figure_is_shown_as_typed_and_does_not_break_the_page():
    assert to_html("{figure:survey.x}", find) == (
        '<p><span class="figure-missing" title="No figure is called “survey.x”.">{figure:survey.x}</span></p>'
    )


def test_a_quotation_is_marked():
    assert to_html("It prints {quoted:3 200 a year}.", find) == (
        '<p>It prints <q class="quoted" title="quoted as printed">3 200 a year</q>.</p>'
    )


def test_the_keys_cited_are_listed_in_order_wherever_they_stand():
    text = "{figure:a.b} **x {figure:c}** [see {figure:d}](/x)\n\n- {figure:a.b}"
    assert figure_keys(text) == ["a.b", "c", "d", "a.b"]


def test_text_without_marks():
    text = "**So** {figure:survey.rights}, {figure:x} and {quoted:3 200}: [the plan](/plan)\n\n1. a\n2. b"
    assert to_text(text, find) == "So 58.1%, {figure:x} and “3 200”: the plan (/plan)\n\n1. a\n2. b"


@pytest.mark.parametrize(
    "href", ["https://example.org/a?b=c#d", "http://example.org", "/plan/", "#top", "plan/axes", "?q=a"]
)
def test_a_link_to_a_page_is_a_link(href):
    assert to_html(f"[see]({href})", find) == f'<p><a href="{href}">see</a></p>'


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert",
        "JavaScript:alert",
        "\x01javascript:alert",
        "java\tscript:x",
        "data:text/html,x",
        "//evil.example",
        "/\\evil.example",
        "https:evil",
        "http://[",
        "file:///etc",
        "mailto:a@b.c",
        "vbscript:x",
        "&#106;avascript:x",
    ],
)
def test_a_link_to_anything_else_is_no_link(href):
    assert not is_safe_link(href)
    assert "<a" not in to_html(f"[see]({href})", find)


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.seen |= {tag, *(f"{tag}@{name}" for name, _ in attrs)}


SCRAPS = [*"<>\"'&*[](){}/:\\ \n-1.ajs", "{figure:survey.rights}", "https://", "{quoted:", "](", "**"]


@given(st.lists(st.sampled_from(SCRAPS)).map("".join))
def test_no_text_can_bring_its_own_elements(text):
    elements = Elements()
    elements.feed(to_html(text, find))
    assert elements.seen <= {
        *("p", "ul", "ol", "li", "strong", "em", "br", "q", "a", "data", "span"),
        *("q@class", "q@title", "a@href", "a@class", "a@title", "data@value", "span@class", "span@title"),
    }


@given(st.text())
def test_any_text_can_be_sent_to_a_document(text):
    assert json.loads(json.dumps(to_typst_blocks(text, find))) == to_typst_blocks(text, find)


def test_blocks_for_documents():
    assert to_typst_blocks("A **b** {figure:survey.rights} [c](/d)\n\n- {quoted:3}", find) == [
        {
            "kind": "paragraph",
            "inside": [
                {"kind": "text", "text": "A "},
                {"kind": "strong", "inside": [{"kind": "text", "text": "b"}]},
                {"kind": "text", "text": " "},
                {"kind": "figure", "key": RIGHTS.key, "text": "58.1%", "citation": RIGHTS.citation()},
                {"kind": "text", "text": " "},
                {"kind": "link", "href": "/d", "inside": [{"kind": "text", "text": "c"}]},
            ],
        },
        {"kind": "list", "ordered": False, "items": [[{"kind": "quoted", "text": "“3”"}]]},
    ]


class Shown:
    text, language, direction, is_fallback, remark = "**Droits**", "fr", "ltr", True, "French"


class InLanguages:
    shown = Shown()


class ReviewedShown:
    text, language, direction, is_fallback, remark = "Rights", "en", "ltr", False, ""


class Reviewed:
    shown = ReviewedShown()


def render(value: object) -> str:
    return Template("{% load prose %}{{ value|prose }}").render(Context({"value": value}))


def test_a_template_renders_prose():
    assert render("**Rights** <b>") == "<p><strong>Rights</strong> &lt;b&gt;</p>"
    assert render(None) == ""
    assert render(Reviewed()) == "<p>Rights</p>"


def test_a_fallback_keeps_its_language_and_says_so():
    assert render(InLanguages()) == (
        '<div class="other-language"><div lang="fr" dir="ltr"><p><strong>Droits</strong></p></div>'
        '<p class="remark">French</p></div>'
    )
