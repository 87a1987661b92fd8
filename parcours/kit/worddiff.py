"""What changed between two wordings, word by word, in any script."""

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

Operation = Literal["same", "added", "removed"]
CHANGES: tuple[Operation, Operation] = ("removed", "added")

# Beyond so many words the exact comparison takes seconds; very frequent words are then no longer anchors.
EXACT_WORDS = 20_000


@dataclass(frozen=True)
class Piece:
    """Text that both wordings have ("same"), or only the new ("added"), or only the old one ("removed")."""

    op: Operation
    text: str


@dataclass(frozen=True)
class Clash:
    """A field that two people changed at once: each one's words as a difference from what stood before."""

    name: str
    label: str
    theirs: SafeString
    yours: SafeString


def diff(old: str, new: str) -> list[Piece]:
    """The pieces in reading order, what was removed before what replaces it.

    Those that are the same or removed make up `old`; those that are the same or added make up `new`.
    """
    before, after = words(old), words(new)
    matcher = SequenceMatcher(str.isspace, before, after, autojunk=len(before) + len(after) > EXACT_WORDS)
    pieces: list[Piece] = []
    for operation, start, end, new_start, new_end in matcher.get_opcodes():
        if operation == "equal":
            pieces.append(Piece("same", "".join(before[start:end])))
            continue
        pieces.append(Piece("removed", "".join(before[start:end])))
        pieces.append(Piece("added", "".join(after[new_start:new_end])))
    return _joined([piece for piece in pieces if piece.text])


def words(text: str) -> list[str]:
    """Words, spaces and single marks; joined they are the text. A word keeps its accents and vowel signs."""
    tokens: list[str] = []
    for kind, group in groupby(text, _kind):
        letters = list(group)
        tokens += letters if kind == "mark" else ["".join(letters)]
    return tokens


def _kind(letter: str) -> str:
    if letter.isspace():
        return "space"
    return "word" if letter.isalnum() or unicodedata.category(letter).startswith("M") else "mark"


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Changes parted by nothing but spaces become one change, which is easier to read than words in turn."""
    joined: list[Piece] = []
    for change, group in groupby(_spaces_marked(pieces), key=lambda marked: marked[1]):
        run = [piece for piece, _ in group]
        if not change:
            joined += run
            continue
        for op in CHANGES:
            text = "".join(piece.text for piece in run if piece.op in (op, "same"))
            joined += [Piece(op, text)] if text else []
    return joined


def _spaces_marked(pieces: list[Piece]) -> list[tuple[Piece, bool]]:
    """Each piece, and whether it belongs to a change: it is one, or it is the space between two."""
    last = len(pieces) - 1
    return [
        (piece, piece.op != "same" or (0 < position < last and piece.text.isspace()))
        for position, piece in enumerate(pieces)
    ]


def as_html(pieces: list[Piece]) -> SafeString:
    """The pieces with <ins> and <del>, which say aloud what they are."""
    return format_html_join("", "{}", ((_piece_html(piece),) for piece in pieces))


def _piece_html(piece: Piece) -> SafeString:
    text = format_html_join(SafeString("<br>"), "{}", ((line,) for line in piece.text.split("\n")))
    if piece.op == "same":
        return text
    element, spoken = ("ins", gettext("added:")) if piece.op == "added" else ("del", gettext("removed:"))
    return format_html('<{0}><span class="visually-hidden">{1} </span>{2}</{0}>', SafeString(element), spoken, text)
