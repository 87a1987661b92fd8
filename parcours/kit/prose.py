"""Prose that people write in a form: a few marks, and figures cited by key instead of typed.

Paragraphs are parted by an empty line; lines beginning with "- " or "1. " are a list. **bold**, *emphasis*,
[label](https://… or /relative). `{figure:survey.rights}` prints a figure with its citation; `{quoted:3 200}` quotes
words or numbers as somebody else printed them. Anything else is plain text and is escaped.
`unbound_numbers` finds the numbers that are neither.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from parcours.kit import figures as known_figures
from parcours.kit.figures import Figure, UnknownFigure
from parcours.kit.unbound import Number, unbound_numbers

__all__ = ["Number", "figure_keys", "parse", "to_html", "to_text", "to_typst_blocks", "unbound_numbers"]

FindFigure = Callable[[str], Figure]


@dataclass(frozen=True)
class Plain:
    text: str


@dataclass(frozen=True)
class Strong:
    inside: tuple["Inline", ...]


@dataclass(frozen=True)
class Emphasis:
    inside: tuple["Inline", ...]


@dataclass(frozen=True)
class Link:
    inside: tuple["Inline", ...]
    href: str


@dataclass(frozen=True)
class Cited:
    """A figure by its key."""

    key: str


@dataclass(frozen=True)
class Quoted:
    text: str


Inline = Plain | Strong | Emphasis | Link | Cited | Quoted


@dataclass(frozen=True)
class Paragraph:
    inside: tuple[Inline, ...]


@dataclass(frozen=True)
class Items:
    """A list, numbered when `ordered`."""

    items: tuple[tuple[Inline, ...], ...]
    ordered: bool


Block = Paragraph | Items

MARKS = re.compile(
    r"""\{figure:(?P<figure>\w[\w.\-]*)\}
    |\{quoted:(?P<quoted>[^{}]+)\}
    |\*\*(?P<strong>(?!\s)(?:[^*]|\*(?!\*))+(?<!\s))\*\*
    |(?<![\w*])\*(?P<emphasis>(?![\s*])[^*]+(?<!\s))\*(?!\w)
    |\[(?P<label>[^\[\]]+)\]\((?P<href>[^()\s]+)\)""",
    re.VERBOSE,
)
ITEM = re.compile(r"[ \t]*(?:[-*•]|(?P<number>\d{1,3})[.)])[ \t]+")


def parse(text: str) -> list[Block]:
    """The blocks of a text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return [block for chunk in re.split(r"\n[ \t]*\n", text) for block in _blocks(chunk.strip("\n"))]


def _blocks(chunk: str) -> Iterator[Block]:
    """Paragraphs and lists of lines that stand together; a line that begins no item continues the one before it."""
    lines: list[str] = []
    kind: bool | None = None
    for line in chunk.split("\n"):
        match = ITEM.match(line)
        if match:
            ordered = match["number"] is not None
            if ordered != kind:
                yield from _closed(lines, kind)
                lines, kind = [], ordered
            lines.append(line[match.end() :])
        elif lines:
            lines[-1] += "\n" + line.strip()
        else:
            lines.append(line.strip())
    yield from _closed(lines, kind)


def _closed(lines: list[str], ordered: bool | None) -> Iterator[Block]:
    if ordered is not None:
        yield Items(tuple(parse_line(line) for line in lines), ordered)
    elif any(lines):
        yield Paragraph(parse_line("\n".join(lines)))


def parse_line(text: str) -> tuple[Inline, ...]:
    """The inline pieces of a text."""
    pieces: list[Inline] = []
    done = 0
    for match in MARKS.finditer(text):
        if match.start() > done:
            pieces.append(Plain(text[done : match.start()]))
        pieces.append(_piece(match))
        done = match.end()
    if done < len(text):
        pieces.append(Plain(text[done:]))
    return tuple(pieces)


def _piece(match: re.Match[str]) -> Inline:
    if match["figure"]:
        return Cited(match["figure"])
    if match["quoted"]:
        return Quoted(match["quoted"].strip())
    if match["strong"]:
        return Strong(parse_line(match["strong"]))
    if match["emphasis"]:
        return Emphasis(parse_line(match["emphasis"]))
    if is_safe_link(match["href"]):
        return Link(parse_line(match["label"]), match["href"])
    return Plain(match[0])


def is_safe_link(href: str) -> bool:
    """Whether it leads to a web page: http, https, or a place on this site; never a script or a file."""
    if not href.isprintable() or "\\" in href:
        return False
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme in ("http", "https") and bool(parts.netloc)
    return not parts.netloc and not href.startswith("//") and ":" not in href.partition("/")[0]


def figure_keys(text: str) -> list[str]:
    """The keys of the figures that the text cites, in order, repeated when it repeats them."""
    lines = [
        line for block in parse(text) for line in ([block.inside] if isinstance(block, Paragraph) else block.items)
    ]
    return [key for line in lines for key in _keys(line)]


def _keys(pieces: tuple[Inline, ...]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, Cited):
            yield piece.key
        elif isinstance(piece, Strong | Emphasis | Link):
            yield from _keys(piece.inside)


def to_html(text: str, figures: FindFigure = known_figures.get) -> SafeString:
    """The text as HTML. A figure links to its explanation (`Figure.anchor`); an unknown key stays as it was typed."""
    return format_html_join("\n", "{}", ((_block_html(block, figures),) for block in parse(text)))


def _block_html(block: Block, figures: FindFigure) -> SafeString:
    if isinstance(block, Paragraph):
        return format_html("<p>{}</p>", _inline_html(block.inside, figures))
    items = format_html_join("", "<li>{}</li>", ((_inline_html(item, figures),) for item in block.items))
    return format_html("<ol>{}</ol>" if block.ordered else "<ul>{}</ul>", items)


def _inline_html(pieces: tuple[Inline, ...], figures: FindFigure) -> SafeString:
    return format_html_join("", "{}", ((_piece_html(piece, figures),) for piece in pieces))


def _piece_html(piece: Inline, figures: FindFigure) -> SafeString:
    match piece:
        case Plain(text):
            return format_html_join(SafeString("<br>"), "{}", ((line,) for line in text.split("\n")))
        case Strong(inside):
            return format_html("<strong>{}</strong>", _inline_html(inside, figures))
        case Emphasis(inside):
            return format_html("<em>{}</em>", _inline_html(inside, figures))
        case Link(inside, href):
            return format_html('<a href="{}">{}</a>', href, _inline_html(inside, figures))
        case Quoted(text):
            return format_html('<q class="quoted" title="{}">{}</q>', gettext("quoted as printed"), text)
        case Cited(key):
            return figure_html(key, figures)


def figure_html(key: str, figures: FindFigure = known_figures.get) -> SafeString:
    """A figure's value, linked to where the page explains it; its citation is the link's title."""
    try:
        figure = figures(key)
    except UnknownFigure as error:
        return format_html('<span class="figure-missing" title="{}">{{figure:{}}}</span>', str(error), key)
    value = format_html('<data value="{}">{}</data>', figure.value, figure.formatted())
    return format_html(
        '<a class="figure-ref" href="#{}" title="{}">{}</a>',
        figure.anchor,
        figure.citation(),
        value if figure.is_known else figure.formatted(),
    )


def to_text(text: str, figures: FindFigure = known_figures.get) -> str:
    """The text without marks, for mails and search; figures as numbers, links with their address."""
    return "\n\n".join(_block_text(block, figures) for block in parse(text))


def _block_text(block: Block, figures: FindFigure) -> str:
    if isinstance(block, Paragraph):
        return _inline_text(block.inside, figures)
    return "\n".join(
        f"{number}. {_inline_text(item, figures)}" if block.ordered else f"- {_inline_text(item, figures)}"
        for number, item in enumerate(block.items, start=1)
    )


def _inline_text(pieces: tuple[Inline, ...], figures: FindFigure) -> str:
    return "".join(_piece_text(piece, figures) for piece in pieces)


def _piece_text(piece: Inline, figures: FindFigure) -> str:
    match piece:
        case Plain(text):
            return text
        case Strong(inside) | Emphasis(inside):
            return _inline_text(inside, figures)
        case Link(inside, href):
            return f"{_inline_text(inside, figures)} ({href})"
        case Quoted(text):
            return gettext("“%(text)s”") % {"text": text}
        case Cited(key):
            try:
                return figures(key).formatted()
            except UnknownFigure:
                return f"{{figure:{key}}}"


def to_typst_blocks(text: str, figures: FindFigure = known_figures.get) -> list[dict[str, Any]]:
    """The text as JSON for `documents.render_pdf`, where `parcours/kit/typst/prose.typ` sets it.

    Blocks: {"kind": "paragraph", "inside": […]} and {"kind": "list", "ordered": bool, "items": [[…], …]}. Inline
    pieces: kind "text" or "quoted" {text}, "strong" or "emphasis" {inside}, "link" {href, inside}, "figure" {key, text,
    citation}.
    """
    blocks: list[dict[str, Any]] = []
    for block in parse(text):
        if isinstance(block, Paragraph):
            blocks.append({"kind": "paragraph", "inside": _inline_json(block.inside, figures)})
        else:
            items = [_inline_json(item, figures) for item in block.items]
            blocks.append({"kind": "list", "ordered": block.ordered, "items": items})
    return blocks


def _inline_json(pieces: tuple[Inline, ...], figures: FindFigure) -> list[dict[str, Any]]:
    return [_piece_json(piece, figures) for piece in pieces]


def _piece_json(piece: Inline, figures: FindFigure) -> dict[str, Any]:
    match piece:
        case Plain(text):
            return {"kind": "text", "text": text}
        case Strong(inside):
            return {"kind": "strong", "inside": _inline_json(inside, figures)}
        case Emphasis(inside):
            return {"kind": "emphasis", "inside": _inline_json(inside, figures)}
        case Link(inside, href):
            return {"kind": "link", "href": href, "inside": _inline_json(inside, figures)}
        case Quoted():
            return {"kind": "quoted", "text": _piece_text(piece, figures)}
        case Cited(key):
            try:
                citation = figures(key).citation()
            except UnknownFigure as error:
                citation = str(error)
            return {"kind": "figure", "key": key, "text": _piece_text(piece, figures), "citation": citation}
