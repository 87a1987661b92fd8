"""Short names that fit on a small tile, still telling its neighbours apart."""

import re
from collections import Counter
from collections.abc import Sequence

LINE = 7
_WORDS = re.compile(r"[^\s\-‐]+[\s\-‐]*")
_SAINT = re.compile(r"\bSaint(e?)(?=[\s\-])")
_VOWELS = frozenset("aeiouyàâäéèêëîïôöùûüÿáíóúаеёиоуыэюяіїє")
_WIDTHS = dict.fromkeys("iljïîíìІіţ'’.,- ", 0.33) | dict.fromkeys("ftrsz", 0.46) | dict.fromkeys("mwMWжшщюыЖШЩЮЫ", 0.93)
_CLUSTER = frozenset(re.findall("..", "blbrchclcrdrflfrglgngrphplprquthtrvr"))


def short_names(names: Sequence[str], official: Sequence[str] = ()) -> list[str]:
    """The first words of each name, as few as tell it from the others: "Champigny", "Villeneuve-le-Roi".

    A short name never ends with a word of one or two letters ("Le", "St"), which says nothing alone. `official` are
    the same places' local names: where these need more words, so do the names shown ("سان مور", not "سان").
    """
    shown, local = _split(names), _split(official or names)
    starts = [_starts(shown), _starts(local)]
    return [_shortest([*pair], starts) for pair in zip(shown, local, strict=True)]


def lines_of(name: str, longest: int = LINE) -> list[str]:
    """A short name on at most three lines, broken between words or syllables: ["Cham-", "pigny"]."""
    lines: list[str] = []
    for word in _WORDS.findall(name) or [name]:
        fits = lines and len((lines[-1] + word).rstrip()) <= longest
        lines[-1:] = [lines[-1] + word] if fits else [*lines[-1:], *_syllables(word, longest)]
    lines = [line.strip() for line in lines]
    return lines if len(lines) <= 3 else [*lines[:2], "".join(lines[2:])]


def width_of(line: str) -> float:
    """About how wide a line is in bold letters, in heights of the letters (em)."""
    return sum(_WIDTHS.get(letter, 0.72 if letter.isupper() else 0.62) for letter in line)


def _split(names: Sequence[str]) -> list[list[str]]:
    return [_WORDS.findall(_SAINT.sub(r"St\1", name)) or [name] for name in names]


def _first(words: Sequence[str], n: int) -> str:
    return "".join(words[:n]).rstrip(" -‐")


def _starts(names: Sequence[Sequence[str]]) -> Counter[str]:
    """How many names begin with the same words."""
    return Counter(_first(words, n).casefold() for words in names for n in range(1, len(words) + 1))


def _shortest(versions: Sequence[list[str]], starts: Sequence[Counter[str]]) -> str:
    """The start of the first version that tells enough in every version (the name shown, the official one)."""
    for n in range(1, len(versions[0])):
        if all(_tells(words, n, count) for words, count in zip(versions, starts, strict=True)):
            return _first(versions[0], n)
    return "".join(versions[0])


def _tells(words: Sequence[str], n: int, starts: Counter[str]) -> bool:
    last = words[min(n, len(words)) - 1].rstrip(" -‐")
    return len(last) > 2 and starts[_first(words, n).casefold()] == 1


def _syllables(word: str, longest: int) -> list[str]:
    """The word whole, or in two with a hyphen at the syllable nearest to its middle. Joined scripts stay whole."""
    bare = word.rstrip(" -‐")
    if len(bare) <= longest:
        return [word]
    breaks = [at for at in (_onset(bare, at) for at in range(3, len(bare) - 1)) if 2 < at < len(bare) - 2]
    if not breaks:
        return [word]
    middle = min(breaks, key=lambda at: abs(at - len(bare) / 2))
    return [bare[:middle] + "-", word[middle:]]


def _onset(word: str, at: int) -> int:
    """Where the syllable begins whose consonant stands at `at` before a vowel; 0 if none does."""
    letters = word.lower()
    if not letters[at].isalpha() or letters[at] in _VOWELS or letters[at + 1] not in _VOWELS:
        return 0
    return at - 1 if letters[at - 1 : at + 1] in _CLUSTER else at
