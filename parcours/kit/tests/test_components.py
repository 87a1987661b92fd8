"""The components, drawn from real templates; the style page; the style sheet's promises."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory, modify_settings
from django.urls import include, path
from django.utils import translation

from parcours.kit import motif
from parcours.kit.charts import Bar, Cell, Head, Matrix, Row, bars, heat
from parcours.kit.figures import Figure
from parcours.kit.icons import ICONS, icon
from parcours.kit.motif import Stop
from parcours.kit.templatetags.components import register, site_links
from parcours.kit.views import Sample, style
from parcours.kit.worddiff import diff

KIT = Path(motif.__file__).parent
SHEET = (KIT / "static/kit/site.css").read_text()

_plan = [path("plan/", style, name="plan"), path("plan/actions/", style, name="actions")]
urlpatterns = [
    path("plan/", style),
    path("", include((_plan, "plan"))),
    path("", include(([path("style/", style, name="style"), path("", style, name="home")], "website"))),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def _english(settings):
    """The kit alone: no collected files, no name of a territory from the database."""
    options = settings.TEMPLATES[0]["OPTIONS"]
    own = [name for name in options["context_processors"] if name.startswith(("django.", "parcours.kit."))]
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "OPTIONS": {**options, "context_processors": own}}]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.FORM_RENDERER = "parcours.kit.renderers.FormRenderer"
    with translation.override("en"), modify_settings(INSTALLED_APPS={"append": "django.forms"}):
        yield


def get(address: str = "/style/") -> HttpRequest:
    return RequestFactory().get(address)


def draw(source: str, **context) -> str:
    """What a template that loads the components prints, spaces collapsed."""
    html = Template("{% load components %}" + source).render(Context(context))
    return " ".join(html.split())


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# The style page


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("en", "ltr"), ("ar", "rtl")])
def test_the_style_page_speaks_the_readers_language_and_direction(language, direction):
    with translation.override(language):
        html = style(get()).content.decode()
    assert f'<html lang="{language}" dir="{direction}">' in html


def test_every_tag_is_shown_on_the_style_page_or_in_the_frame():
    pages = [KIT / "templates" / name for name in ("base.html", "kit/style.html", "kit/header.html", "kit/footer.html")]
    parts = [*pages, *(KIT / "templates/kit").glob("*.html")]
    source = "".join(page.read_text() for page in parts)
    shown = set(re.findall(r"{% (\w+)", source))
    assert {tag for tag in register.tags if tag not in shown} == set()


def test_nothing_is_styled_or_scripted_inline():
    html = style(get()).content.decode()
    assert re.findall(r"\sstyle=|<style|\son\w+=|<script(?![^>]*src)", html) == []


def test_ids_are_unique_on_the_style_page():
    ids = re.findall(r'\sid="([^"]+)"', style(get()).content.decode())
    assert sorted(ids) == sorted(set(ids))


def test_the_page_of_a_failure_needs_no_context():
    html = render_to_string("500.html")
    assert "Something went wrong on our side" in html
    assert 'href="/static/kit/site.css"' in html


# The style sheet


def test_the_style_sheet_stays_under_40_kilobytes():
    assert len(SHEET.encode()) < 40_000


def test_the_style_sheet_knows_no_left_and_no_right():
    physical = re.findall(r"(?:margin|padding|border|inset)-(?:left|right)|[;{\s](?:left|right):|float:", SHEET)
    assert physical == []


def test_every_font_of_the_style_sheet_is_there_and_small():
    names = set(re.findall(r'url\("(fonts/[^"]+)"\)', SHEET))
    sizes = {name: (KIT / "static/kit" / name).stat().st_size for name in names}
    assert len(sizes) == 8
    assert {name: size for name, size in sizes.items() if size > 50_000} == {}


def tokens(*, dark: bool) -> dict[str, str]:
    """The colours of a mode, by name."""
    light, after = SHEET.split("@media screen and (prefers-color-scheme: dark)", 1)
    found = dict(re.findall(r"--([\w-]+): (#\w+)", light))
    return found | (dict(re.findall(r"--([\w-]+): (#\w+)", after.split(".axis-rights", 1)[0])) if dark else {})


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXTS = [
    *((ink, ground) for ink in ("ink", "ink-soft") for ground in ("paper", "surface", "sunk", "accent-soft")),
    *((axis, ground) for axis in (*motif.AXES, "other") for ground in ("paper", "surface", f"{axis}-soft")),
    *((ink, f"{name}-soft") for name in ("good", "bad", "warn") for ink in (name, "ink")),
    ("on-ink", "ink"), ("on-ink", "ink-soft"), ("bad", "paper"), ("surface", "bad"), ("surface", "good"),
    ("ink", "heat-1"), ("ink", "heat-2"), ("on-heat-3", "heat-3"), ("on-heat-4", "heat-4"), ("ink", "rights-soft"),
]  # fmt: skip
SIGNS = [("rule-strong", "paper"), ("rule-strong", "surface"), ("accent", "paper"), ("accent", "surface")]


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_and_sign_stands_out_from_its_ground(dark):
    colour = tokens(dark=dark)
    weak = {pair: contrast(colour[pair[0]], colour[pair[1]]) for pair in TEXTS}
    faint = {pair: contrast(colour[pair[0]], colour[pair[1]]) for pair in SIGNS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 3} == {}


# The path


def test_each_axis_has_a_shape_of_its_own():
    assert len({motif.axis_shape(axis) for axis in motif.AXES}) == len(motif.AXES)


def test_an_axis_is_found_by_key_or_by_position_and_an_unknown_one_has_its_own_shape():
    assert [motif.axis_key(axis) for axis in ("links", 3, "3", "sport", 9)] == ["links", "links", "links", "", ""]
    assert motif.axis_shape("sport") == "pentagon"


@pytest.mark.parametrize("count", [1, 3])
def test_the_line_joins_the_stops_and_ends_at_the_last(count):
    legs = motif.legs([Stop(f"stop {i}") for i in range(count)])
    assert [bool(leg.upright) for leg in legs] == [True] * (count - 1) + [False]


def test_the_line_is_walked_after_what_is_done_only():
    done, current, _ = motif.legs([Stop("a", "done"), Stop("b", "current"), Stop("c")])
    assert 'class="line walked"' in done.upright
    assert 'class="line ahead"' in current.upright


def test_a_path_tells_in_words_where_one_stands():
    html = draw("{% path stops %}", stops=[Stop("Idea", "done"), Stop("Action", "current"), Stop("Money", "blocked")])
    assert words(html) == "Idea (done) Action Money blocked"
    assert html.count('aria-current="step"') == 1


def test_a_stop_never_prints_a_label_as_markup():
    assert "&lt;b&gt;" in draw("{% path stops %}", stops=[Stop("<b>")])


def test_a_route_has_as_many_full_stops_as_are_done():
    html = motif.route(done=7, total=10)
    assert (html.count("stop-done"), html.count("stop-next")) == (7, 3)


# Content


def test_an_icon_is_hidden_from_screen_readers_unless_it_has_a_label():
    assert 'aria-hidden="true"' in icon("search")
    assert 'role="img" aria-label="Search"' in icon("search", "Search")
    assert all(icon(name).startswith("<svg") for name in ICONS)


def test_a_status_is_said_in_words():
    statuses = ["on_track", "late", "silent", "blocked", "done", "idea", "stopped"]
    said = [words(draw('{% tag "status" value %}', value=value)) for value in statuses]
    assert said == ["On track", "Late", "No news", "Blocked", "Done", "Idea", "Stopped"]


def test_only_what_is_invented_is_marked_so():
    assert words(draw("{% invented thing %}", thing=Sample())) == "invented"
    assert draw("{% invented thing %}", thing=Sample(is_invented=False)) == ""


def test_a_figure_opens_to_its_base_and_source():
    fig = Figure.share("t.share", "women", n=36, base=62, base_label="respondents", source="Survey", period="2017")
    assert words(draw("{% figure fig %}", fig=fig)) == (
        "58.1% women 36 of 62 respondents Base 62 respondents Period 2017 Source Survey"
    )


def test_a_quoted_figure_says_that_nobody_recomputed_it():
    html = draw("{% figure fig %}", fig=Figure.quote("t.quote", "raised", 18250, unit="€", source="The plan"))
    assert words(html).endswith("Source The plan Checked quoted as printed, not recomputed")


def test_a_card_is_a_link_with_the_shape_of_its_axis():
    html = draw('{% card title="Rights" url="/r/" axis="rights" %}<p>x</p>{% endcard %}')
    assert '<a href="/r/">Rights</a>' in html
    assert "<circle" in html
    assert "<p>x</p>" in html


def test_a_meter_says_how_much_and_what_lacks():
    html = draw("{% meter 1 3 missing %}", missing=["who leads", "when"])
    assert words(html) == "1 of 3 What is missing who leads when"


def test_a_column_is_sorted_up_then_down_and_keeps_the_filter():
    up = draw('{% th "Title" "title" %}', request=get("/?axis=1&page=3"))
    down = draw('{% th "Title" "title" %}', request=get("/?axis=1&sort=title"))
    assert 'href="?axis=1&amp;sort=title"' in up
    assert 'aria-sort="ascending"><a href="?axis=1&amp;sort=-title"' in down


def test_pages_keep_the_rest_of_the_address():
    page = Paginator(range(30), 10).page(2)
    html = draw("{% pagination page %}", page=page, request=get("/?q=a+b&page=2"))
    assert re.findall(r'href="([^"]+)"', html) == [f"?q=a+b&amp;page={n}" for n in (1, 1, 2, 3, 3)]


def test_a_change_is_marked_and_said():
    html = draw("{% diff pieces %}", pieces=diff("Twelve walks", "Twelve tours"))
    assert words(html) == "Twelve removed: walks added: tours"
    assert draw("{% diff pieces %}", pieces=[("same", "Twelve "), ("del", "walks"), ("ins", "tours")]) == html


def test_one_page_needs_no_pagination():
    assert draw("{% pagination page %}", page=Paginator(range(3), 10).page(1), request=get()) == ""


# Charts


def test_the_longest_bar_fills_its_track_and_an_unknown_value_draws_none():
    drawn = [re.search(r'width="([\d.]+)" height="10"', bar.svg)[1] for bar in bars(rows(8, 2, None))]
    assert drawn == ["100.0", "25.0", "0.0"]


def rows(*values: float | None) -> list[Bar]:
    return [Bar(f"row {value}", value, str(value)) for value in values]


def test_bars_of_nothing_are_empty_and_do_not_fail():
    assert [re.search(r'width="([\d.]+)" height="10"', bar.svg)[1] for bar in bars(rows(0, 0))] == ["0.0", "0.0"]


def test_heat_is_zero_only_for_nothing():
    assert [heat(value, 100) for value in (0, 1, 26, 75, 100)] == [0, 1, 2, 3, 4]


def test_a_gap_of_the_matrix_invites_to_fill_it():
    grid = Matrix(
        "Coverage", "Challenge", [Head("Youth")], [Row(Head("Housing"), [Cell(0, "/new/", "Housing, youth")])]
    )
    html = draw("{% matrix grid %}", grid=grid)
    assert words(html) == "Coverage Challenge Youth Housing + nothing yet Housing, youth"
    assert 'class="heat-0"><a href="/new/"><span aria-hidden="true">+</span>' in html


# Words


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "Who: a, &lt;b&gt; 1 February 2018 a; b"),
        ("fr", "Who\N{NO-BREAK SPACE}: a, &lt;b&gt; 1er février 2018 a\N{NARROW NO-BREAK SPACE}; b"),
        ("ar", "Who: a، &lt;b&gt; 1 فبراير 2018 a؛ b"),
    ],
)
def test_marks_and_days_are_those_of_the_language(language, shown):
    source = 'Who{% colon %}{{ names|listed }} {{ when|day }} {{ letters|listed:"semicolon" }}'
    values = {"names": ["a", "<b>"], "letters": "ab", "when": date(2018, 2, 1)}
    with translation.override(language):
        assert Template("{% load components %}" + source).render(Context(values)) == shown


def test_a_moment_is_told_in_the_territorys_time(settings):
    settings.TIME_ZONE = "Europe/Paris"
    with translation.override("fr"):
        shown = draw(
            "{{ when|day_and_time }}{{ never|day_and_time }}", when=datetime(2018, 1, 31, 23, 5, tzinfo=UTC), never=None
        )
    assert shown == "1er février 2018, 00:05"


# The frame


def test_the_menu_shows_the_pages_that_exist_and_marks_the_nearest():
    links = site_links(Context({"request": get("/plan/actions/12/")}))
    assert [(str(link.label), link.is_current) for link in links] == [("Plan", False), ("Actions", True)]


def test_each_language_is_offered_in_its_own_name_and_keeps_the_query():
    source = "{% language_links as links %}{% for link in links %}{{ link.name }} {{ link.url }};{% endfor %}"
    found = draw(source, request=get("/style/?q=1")).split(";")
    assert found[1] == "English /style/?q=1"
    assert found[2].startswith("العربيّة")


# Forms


class Proposal(forms.Form):
    title = forms.CharField(label="Title", help_text="One line")
    note = forms.CharField(label="Note", required=False)


def test_a_refused_form_lists_its_errors_with_a_way_to_each_field():
    html = draw("{{ form }}", form=Proposal({}))
    assert '<a href="#id_title">Title: This field is required.</a>' in html
    assert re.search(r'<input[^>]*aria-describedby="id_title_helptext id_title_error"', html)
    assert 'id="id_title_error"' in html


def test_only_fields_that_are_needed_are_marked_required():
    html = draw("{{ form }}", form=Proposal())
    assert re.findall(r"<label[^>]*>(\w+)(?: <span class=\"required\">(\w+))?", html) == [
        ("Title", "required"),
        ("Note", ""),
    ]
