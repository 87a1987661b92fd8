"""The components of every page: `{% load components %}`. Each is shown, with how to write it, on the style page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from parcours.kit import charts, motif, worddiff
from parcours.kit.dates import PartialDate
from parcours.kit.figures import Figure, format_number
from parcours.kit.icons import icon as draw_icon
from parcours.kit.motif import Stop, Text
from parcours.kit.punctuation import colon, comma, semicolon
from parcours.kit.worddiff import Piece

register = template.Library()


@dataclass(frozen=True)
class SiteLink:
    """A link of the frame; the current one is the page's own or the nearest above it."""

    label: Text
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class LanguageLink:
    """This page in another language; `url` is relative to the host, `absolute` names it."""

    code: str
    name: str
    dir: str
    url: str
    absolute: str
    is_current: bool


STATUSES: dict[str, tuple[Text, str]] = {
    "on_track": (_("On track"), "check"),
    "late": (_("Late"), "clock"),
    "silent": (_("No news"), "quiet"),
    "blocked": (_("Blocked"), "barrier"),
    "done": (_("Done"), "check"),
    "idea": (_("Idea"), "idea"),
    "stopped": (_("Stopped"), "stop"),
}
MARKS: dict[str, tuple[Text, str]] = {
    "invented": (_("invented"), "spark"),
    "draft": (_("machine draft"), "edit"),
}
NOTICES: dict[str, tuple[Text, str]] = {
    "info": (_("Good to know"), "info"),
    "success": (pgettext_lazy("message", "Done"), "check"),
    "warn": (_("Please note"), "alert"),
    "error": (_("There is a problem"), "barrier"),
}
MAIN_LINKS: tuple[tuple[Text, str], ...] = (
    (_("Find a service"), "services:search"),
    (_("Plan"), "plan:plan"),
    (_("Actions"), "plan:actions"),
    (_("Communes"), "website:areas"),
    (_("Organisations"), "directory:organisations"),
    (_("Workshops"), "plan:workshops"),
    (_("Releases"), "plan:releases"),
    (_("About"), "website:about"),
)
FOOTER_LINKS: tuple[tuple[Text, str], ...] = (
    (_("About Parcours"), "website:about"),
    (_("Data protection"), "website:privacy"),
    (_("Accessibility"), "website:accessibility"),
    (_("About the figures"), "website:figures"),
    (_("Programmes"), "delivery:index"),
    (_("Who works with whom"), "network:index"),
    (_("Open data"), "open-data:index"),
    (_("Components and colours"), "website:style"),
    (_("Site map"), "website:sitemap"),
)


def _render(name: str, **context: Any) -> SafeString:
    return SafeString(get_template(f"kit/{name}.html").render(context))


def _native_name(code: str) -> str:
    """The language's name in itself; the code when Django does not know it."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


# The frame of the page


@register.simple_tag(takes_context=True)
def site_name(context: template.Context) -> Text:
    """The name in the header: `site_name` of the context, else setting SITE_NAME, else Parcours."""
    return str(context.get("site_name") or getattr(settings, "SITE_NAME", "Parcours"))


@register.simple_tag(takes_context=True)
def site_links(context: template.Context, which: str = "main") -> list[SiteLink]:
    """The links of the main menu or the footer whose pages exist."""
    request: HttpRequest | None = context.get("request")
    path = request.path if request else ""
    found: list[SiteLink] = []
    for label, name in MAIN_LINKS if which == "main" else FOOTER_LINKS:
        try:
            found.append(SiteLink(label, reverse(name)))
        except NoReverseMatch:
            continue
    current = max((link.url for link in found if path.startswith(link.url)), key=len, default="")
    return [replace(link, is_current=link.url == current) for link in found]


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> list[LanguageLink]:
    """This page in every language of the site."""
    request: HttpRequest | None = context.get("request")
    here = request.get_full_path() if request else "/"
    current = get_language()
    links = []
    for code, _name in settings.LANGUAGES:
        info = get_language_info(code)
        url = here if code == current else translate_url(here, code)
        if url == here and code != current:
            url = f"/{code}/"  # a page that has no address of its own: start anew in that language
        absolute = request.build_absolute_uri(url) if request else url
        direction = "rtl" if info["bidi"] else "ltr"
        links.append(LanguageLink(code, info["name_local"], direction, url, absolute, code == current))
    return links


@register.simple_tag
def breadcrumbs(trail: Sequence[tuple[Text, str | None]]) -> SafeString:
    """Where the page stands: pairs of label and URL, the page itself last and without URL."""
    return _render("breadcrumbs", trail=trail)


@register.simple_tag
def trail(*parts: Any) -> list[tuple[str, str | None]]:
    """Breadcrumbs out of label, URL, label, URL… and the page's own label last."""
    pairs = list(zip(parts[:-1:2], parts[1:-1:2], strict=True))
    return [*pairs, (parts[-1], None)]


# Drawings


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    return draw_icon(name, label)


@register.simple_tag
def logo() -> SafeString:
    return motif.logo()


@register.simple_tag
def footer_route() -> SafeString:
    """The long path that closes every page."""
    return motif.horizon()


@register.simple_tag
def axis_mark(axis: str | int, size: int = 20) -> SafeString:
    return motif.axis_mark(axis, size=size)


@register.simple_tag
def axis_class(axis: str | int) -> str:
    """The CSS class that sets the colour `--axis` for what is inside."""
    return motif.axis_class(axis)


@register.simple_tag
def path(stops: Sequence[Stop], layout: str = "column", label: Text = "") -> SafeString:
    """Stops on the line; `layout` "row" lies down on a wide screen. `label` names the list for screen readers."""
    return _render("path", legs=motif.legs(stops), layout=layout, label=label)


# Content


@register.simple_block_tag
def card(content: str, title: Text = "", url: str = "", axis: str | int = "", level: int = 3) -> SafeString:
    """A surface with a heading (of `level` 2 to 4), a link and, when it belongs to an axis, its stop and colour."""
    return _render("card", content=content, title=title, url=url, axis=axis, heading=f"h{level}")


@register.simple_block_tag
def table(content: str, caption: Text, hide_caption: bool = False) -> SafeString:
    """A table that becomes a list on a phone: give each `<td>` a `data-label`."""
    return _render("table", content=content, caption=caption, hide_caption=hide_caption)


@register.simple_tag(takes_context=True)
def th(context: template.Context, label: Text, sort: str = "", numeric: bool = False) -> SafeString:
    """A column's heading; with `sort`, a link that orders by it (`?sort=key`, then `?sort=-key`)."""
    query: QueryDict = context["request"].GET.copy() if "request" in context else QueryDict(mutable=True)
    now = query.get("sort", "")
    order = {sort: "ascending", f"-{sort}": "descending"}.get(now, "") if sort else ""
    query["sort"] = f"-{sort}" if order == "ascending" else sort
    query.pop("page", None)
    return _render("th", label=label, sort=sort, order=order, numeric=numeric, query=query.urlencode())


@register.simple_tag
def tag(kind: str, value: str | int = "", label: Text = "") -> SafeString:
    """A small label that says what something is.

    kinds: "axis" (value: key or position), "status" (value: on_track, late, silent, blocked, done, idea, stopped),
    "invented", "draft", "language" (value: code), "plain". `label` replaces the usual words.
    """
    if kind == "axis":
        css, sign, words = motif.axis_class(value), motif.axis_mark(value, size=14), label or value
    elif kind == "language":
        css, sign, words = "language", draw_icon("languages"), label or _native_name(str(value))
    elif kind in MARKS or str(value) in STATUSES:
        usual, name = MARKS.get(kind) or STATUSES[str(value)]
        css, sign, words = f"{kind} {value}".strip(), draw_icon(name), label or usual
    else:
        css, sign, words = "plain", SafeString(""), label or value
    return format_html('<span class="tag {}">{}<span>{}</span></span>', css.replace("_", "-"), sign, words)


@register.simple_tag
def invented(thing: Any) -> SafeString:
    """The mark of what the demo made up; nothing for what a source says."""
    return tag("invented") if getattr(thing, "is_invented", False) else SafeString("")


@register.simple_tag
def figure(fig: Figure, size: str = "large") -> SafeString:
    """A number with its label; its base, period, source and method open under it. Sizes: large, small."""
    n, base = ("" if count is None else format_number(count) for count in (fig.n, fig.base))
    return _render("figure", fig=fig, size=size, n=n, base=base)


@register.simple_tag
def figure_text(fig: Figure, url: str = "") -> SafeString:
    """A number in a line or a cell; with the `url` of the page that explains figures, a link to its citation there."""
    number = format_html(
        '<data value="{}" class="num" title="{}">{}</data>', fig.value, fig.citation(), fig.formatted()
    )
    return format_html('<a class="figure-ref" href="{}#{}">{}</a>', url, fig.anchor, number) if url else number


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: Text = "") -> SafeString:
    """A message in the page; kinds: info, success, warn, error."""
    usual, name = NOTICES[kind]
    return _render("notice", content=content, kind=kind, title=title or usual, sign=draw_icon(name))


@register.simple_block_tag
def drawer(content: str, summary: Text, opened: bool = False) -> SafeString:
    """Something one opens to read."""
    return _render("drawer", content=content, summary=summary, opened=opened)


@register.simple_tag
def meter(k: int, n: int, missing: Iterable[Text] = (), label: Text = "") -> SafeString:
    """How complete something is: k of n stops walked, and what is missing."""
    return _render(
        "meter", k=k, n=n, missing=list(missing), label=label, route=motif.route(done=k, total=n, spacing=22)
    )


@register.simple_tag
def empty_state(title: Text, text: Text = "", url: str = "", action: Text = "") -> SafeString:
    """Nothing here yet: a path not walked, what it means and what to do."""
    drawing = motif.route(done=1, total=4, spacing=44, height=40, amplitude=9)
    return _render("empty_state", title=title, text=text, url=url, action=action, drawing=drawing)


@register.simple_tag
def bar_chart(rows: Sequence[charts.Bar], caption: Text, csv_url: str = "", source: Text = "") -> SafeString:
    """Bars in a table: what is drawn can be read, and downloaded when there is a `csv_url`."""
    return _render("bar_chart", bars=charts.bars(rows), caption=caption, csv_url=csv_url, source=source)


@register.simple_tag
def matrix(grid: charts.Matrix) -> SafeString:
    """A grid of counts; gaps that have a link invite to fill them."""
    return _render("matrix", grid=grid)


@register.simple_tag
def diff(pieces: Iterable[Piece | tuple[str, str]]) -> SafeString:
    """What changed: the pieces of `worddiff.diff(old, new)`, or pairs of "same", "ins" or "del" and words."""
    ops: dict[str, worddiff.Operation] = {"same": "same", "ins": "added", "del": "removed"}
    known = [piece if isinstance(piece, Piece) else Piece(ops[piece[0]], piece[1]) for piece in pieces]
    return format_html('<div class="diff">{}</div>', worddiff.as_html(known))


@register.simple_tag(takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> SafeString:
    """Links to the pages of a list, keeping the rest of the address."""
    query: QueryDict = context["request"].GET.copy()
    query.pop("page", None)
    kept = query.urlencode()
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return _render("pagination", page=page, numbers=list(numbers), kept=f"{kept}&" if kept else "")


# Forms


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """The summary of a form's errors, each leading to its field; nothing when there is none."""
    fields = [{"id": field.id_for_label or f"field-{field.html_name}", "label": field.label, "errors": field.errors}
              for field in form if field.errors]  # fmt: skip
    return _render("form_errors", fields=fields, others=form.non_field_errors()) if form.errors else SafeString("")


@register.simple_tag
def form_actions(label: Text, cancel_url: str = "") -> SafeString:
    """The button that sends a form, and the way out."""
    return _render("form_actions", label=label, cancel_url=cancel_url)


# Words


register.simple_tag(colon)
register.simple_tag(comma)


@register.filter
def listed(items: Iterable[Any], mark: str = "comma") -> SafeString:
    """`{{ names|listed }}`: the items of a list in a line; `{{ lines|listed:"semicolon" }}` when they hold commas."""
    between = semicolon() if mark == "semicolon" else comma()
    return format_html_join(between, "{}", ((item,) for item in items))


@register.filter(expects_localtime=True)
def day(value: date | None) -> str:
    """`{{ meeting.held_on|day }}`: a day in words, as `kit.dates` writes it everywhere; "" for none."""
    return PartialDate(value.date() if isinstance(value, datetime) else value).formatted() if value else ""


@register.filter(expects_localtime=True)
def day_and_time(value: datetime | None) -> str:
    """`{{ change.changed_at|day_and_time }}`: "1er février 2018, 14:30"; "" for none."""
    return f"{day(value)}{comma()}{value:%H:%M}" if value else ""


@register.filter
def lookup(mapping: Mapping[Any, Any], key: Any) -> Any:
    """`{{ counts|lookup:area.pk }}`: the value of a key that is in a variable; "" when absent."""
    return mapping.get(key, "")
