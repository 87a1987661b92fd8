"""Texts that others wrote as plain text: no markup, no scripts, no control characters; paragraphs stay lines.

Both functions change nothing in what they gave before: what is imported, exported and imported again is the same.
"""

import html
import re
import unicodedata

import nh3

TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# "&amp;amp;lt;" is an entity that was written down again at each export
ESCAPED_AGAIN = re.compile(r"&(?:amp;)+", re.IGNORECASE)
# "<accueil@example.org>" is an address between angle brackets, no tag
BRACKETED = re.compile(r"<((?:mailto:)?[^\s<>@\"'=]+@[^\s<>\"'=]+|https?://[^\s<>\"']+)>", re.IGNORECASE)
LINK = re.compile(
    r"<a\b[^<>]*?\bhref\s*=\s*[\"']?(https?://[^\s\"'<>]+)[\"']?[^<>]*>(.{0,500}?)</a\s*>", re.IGNORECASE | re.DOTALL
)
BREAK = re.compile(r"<(?:br|hr)\b[^<>]*>|</(?:p|div|h[1-6]|ul|ol|tr|table|blockquote|section)\s*>", re.IGNORECASE)
ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
# What no text of ours holds: controls, halves of characters, non-characters, marks that turn the text around.
UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
# Most texts have nothing of what follows: they are given back at once.
SUSPECT = re.compile(rf"[<&\t\r\u2028\u2029]|{UNWANTED.pattern}|  | $|^ | \n|\n |\n\n\n|^\n|\n\Z")
MOST_PASSES = 20


def plain_lines(text: str) -> str:
    """The text in lines, with at most one empty line between two paragraphs."""
    if unicodedata.is_normalized("NFC", text) and not SUSPECT.search(text):
        return text.strip()
    text = _tidy(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = _without_markup(text)
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def plain_line(text: str) -> str:
    """The text on one line."""
    lines = plain_lines(text)
    return re.sub(r"\s*\n\s*", " ", lines) if "\n" in lines else lines


def has_markup(text: str) -> bool:
    """Whether something of the text is HTML, that `plain_lines` takes out."""
    return "<" in text and bool(TAG.search(BRACKETED.sub(r"\1", text)))


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", UNWANTED.sub("", text))


def _without_markup(text: str) -> str:
    """Tags and entities taken out until none is left: entities may hide tags, and tags may hide tags."""
    for _pass in range(MOST_PASSES):
        bare = _tidy(_one_pass(text))
        if bare == text:
            return text
        text = bare
    # nobody writes like this: what is left of it must be harmless, not faithful
    return text.translate({ord("<"): None, ord("&"): None})


def _one_pass(text: str) -> str:
    if "&" in text:
        text = ENTITY.sub(lambda found: html.unescape(found[0]), ESCAPED_AGAIN.sub("&", text))
    if "<" not in text:
        return text
    text = BRACKETED.sub(r"\1", text)
    if not TAG.search(text):
        return text
    text = LINK.sub(lambda found: _named_link(found[1], found[2]), text)
    text = ITEM.sub("\n- ", BREAK.sub("\n", text))
    return html.unescape(nh3.clean(text, tags=set(), generic_attribute_prefixes=None))


def _named_link(url: str, words: str) -> str:
    """A link's words and its address, which would be lost with the tag."""
    return words if url.rstrip("/") in words else f"{words} ({url})"
