"""The interface's messages: read out of code and templates, kept in `.po` files, compiled and checked, all in Python.

English is the language of the code, so it needs no catalogue. `extract` merges without guessing (no fuzzy entries) and
without keeping what is no longer used: the history of the repository has it.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import django
import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract_javascript, extract_python
from django.utils.translation import templatize

Key = tuple[str | None, str]

SKIPPED_FOLDERS = {"tests", "migrations", "node_modules", "locale"}
TRANSLATOR_NOTE = "Translators:"
SPECS = {name: spec for name, spec in DEFAULT_KEYWORDS.items() if name.endswith("gettext") and name[0] not in "ud"}
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "gettext_noop": None,
    **SPECS,
    **{f"{name}_lazy": spec for name, spec in SPECS.items()},
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sdif%]|\{\w*(?::\w+)?\}|</?[a-z]\w*")


@dataclass
class Message:
    """A text to translate and where it stands; `plural` is empty when it has none."""

    key: Key
    plural: str = ""
    places: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


def extract(package: Path) -> dict[Key, Message]:
    """Every message of the package's Python files, templates and own scripts, in the order of their files."""
    found: dict[Key, Message] = {}
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package.parent).as_posix()
        if path.is_file() and not SKIPPED_FOLDERS & set(path.relative_to(package).parts):
            for key, plural, comments in _messages(path):
                message = found.setdefault(key, Message(key))
                message.plural = message.plural or plural
                message.places += [name] if name not in message.places else []
                message.comments += [comment for comment in comments if comment not in message.comments]
    return found


def _messages(path: Path) -> Iterator[tuple[Key, str, list[str]]]:
    """(context and text, plural, notes for translators) of each message of a file."""
    rows: Any
    if path.suffix == ".py":
        text = path.read_text(encoding="utf-8")
        keywords = keywords_of(text)
        rows = extract_python(BytesIO(text.encode()), keywords, [TRANSLATOR_NOTE], {})
    elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
        # Without their indentation, which Python's tokenizer would take for blocks.
        lines = templatize(path.read_text(encoding="utf-8"), origin=str(path)).splitlines()
        code = "\n".join(line.strip() for line in lines)
        keywords = KEYWORDS
        rows = extract_python(BytesIO(code.encode()), keywords, [TRANSLATOR_NOTE], {})
    elif path.suffix == ".js" and "static" in path.parts:
        keywords = KEYWORDS
        rows = extract_javascript(BytesIO(path.read_bytes()), keywords, [TRANSLATOR_NOTE], {})
    else:
        return
    for _line, function, texts, comments in rows:
        if (message := _message(keywords[function], texts)) is not None:
            yield (*message, comments)


def keywords_of(code: str) -> dict[str, Any]:
    """The names by which a Python file calls gettext's functions: what it imports them as."""
    names = dict(KEYWORDS)
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {
                alias.asname: KEYWORDS[alias.name] for alias in node.names if alias.asname and alias.name in KEYWORDS
            }
    return names


def _message(spec: Any, texts: Any) -> tuple[Key, str] | None:
    """Babel's arguments of a call, by its keyword's specification; None for a text that is not a constant."""
    given = texts if isinstance(texts, tuple) else (texts,)
    context, numbers = None, []
    for place in spec or (1,):
        number = place[0] if isinstance(place, tuple) else place
        if number > len(given) or given[number - 1] is None:
            return None
        if isinstance(place, tuple):
            context = given[number - 1]
        else:
            numbers.append(given[number - 1])
    return ((context, numbers[0]), numbers[1] if len(numbers) > 1 else "") if numbers[0] else None


@cache
def plural_forms(language: str) -> str:
    """How the language counts, from Django's own catalogue (others number the Arabic forms differently)."""
    path = Path(django.__file__).parent / "conf" / "locale" / language / "LC_MESSAGES" / "django.po"
    return str(polib.pofile(str(path)).metadata["Plural-Forms"])


def plural_count(language: str) -> int:
    found = re.search(r"nplurals\s*=\s*(\d+)", plural_forms(language))
    assert found
    return int(found[1])


def catalogue_path(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / "django.po"


def languages_in(folder: Path) -> list[str]:
    """The languages that have a catalogue."""
    return sorted(path.parts[-3] for path in folder.glob("*/LC_MESSAGES/django.po"))


def read(path: Path) -> polib.POFile:
    """The catalogue; raises OSError or ValueError when it does not parse or holds a message twice."""
    catalogue = polib.pofile(str(path), encoding="utf-8")
    keys = Counter((entry.msgctxt, entry.msgid) for entry in catalogue if not entry.obsolete)
    if twice := [key[1] for key, count in keys.items() if count > 1]:
        raise ValueError(f"twice: {twice}")
    return catalogue


def merge(path: Path, language: str, messages: Iterable[Message]) -> polib.POFile:
    """The catalogue with exactly these messages, each with the translation that it had; not saved."""
    before = (
        {(entry.msgctxt, entry.msgid): entry for entry in read(path) if not entry.obsolete} if path.exists() else {}
    )
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "Parcours",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms(language),
    }
    for message in messages:
        catalogue.append(_entry(message, before.get(message.key), plural_count(language)))
    return catalogue


def _entry(message: Message, before: polib.POEntry | None, count: int) -> polib.POEntry:
    entry = polib.POEntry(
        msgctxt=message.key[0],
        msgid=message.key[1],
        # Without line numbers: a moved line is no change of the catalogue.
        occurrences=[(place, "") for place in message.places],
        comment="\n".join(message.comments),
        tcomment=before.tcomment if before else "",
    )
    if message.plural:
        entry.msgid_plural = message.plural
        kept = before.msgstr_plural if before else {}
        entry.msgstr_plural = {number: kept.get(number, "") for number in range(count)}
    elif before:
        entry.msgstr = before.msgstr or before.msgstr_plural.get(0, "")
    return entry


def compile_catalogue(path: Path) -> bool:
    """Write the `.mo` beside the `.po`, if it is absent or older; whether it was written."""
    compiled = path.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime_ns >= path.stat().st_mtime_ns:
        return False
    partial = compiled.with_suffix(".mo.new")
    read(path).save_as_mofile(str(partial))
    partial.replace(compiled)
    return True


@dataclass(frozen=True)
class Report:
    """What is wrong with a catalogue, and how much of it is done."""

    language: str
    errors: list[str]
    untranslated: list[str]
    total: int

    @property
    def percent(self) -> int:
        """Of the messages of the code, rounded down: 100 is all of them."""
        return 100 * (self.total - len(self.untranslated)) // self.total if self.total else 100


def check(path: Path, language: str, messages: dict[Key, Message]) -> Report:
    """What would show wrongly, or not at all, in this language."""
    try:
        catalogue = read(path)
    except (OSError, ValueError) as error:
        return Report(language, [f"{path}: {error}"], [key[1] for key in messages], len(messages))
    entries = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    errors = [] if catalogue.metadata.get("Plural-Forms") == plural_forms(language) else ["Plural-Forms differ"]
    errors += [f"not extracted yet: {key[1]!r}" for key in messages.keys() - entries.keys()]
    errors += [f"no longer used: {key[1]!r}" for key in entries.keys() - messages.keys()]
    for entry in entries.values():
        errors += [f"{entry.msgid!r}: {fault}" for fault in faults(entry, plural_count(language))]
    untranslated = [key[1] for key in messages if key not in entries or not entries[key].translated()]
    return Report(language, sorted(errors), untranslated, len(messages))


def faults(entry: polib.POEntry, count: int) -> list[str]:
    """What is wrong with one translation: plural forms, placeholders and tags, line ends at its borders."""
    if not entry.translated():
        return ["fuzzy entries are not shown"] if entry.fuzzy else []
    if not entry.msgid_plural:
        return _differences(entry.msgid, entry.msgstr)
    if sorted(entry.msgstr_plural) != list(range(count)):
        return [f"{len(entry.msgstr_plural)} plural forms instead of {count}"]
    # A form for exactly one or two may leave out the number; none may invent a placeholder, the last one keeps all.
    known = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
    invented = [mark for text in entry.msgstr_plural.values() for mark in placeholders(text) if mark not in known]
    return [f"unknown {mark}" for mark in invented] + _differences(entry.msgid_plural, entry.msgstr_plural[count - 1])


def placeholders(text: str) -> Counter[str]:
    """Each placeholder (`%(n)s`, `{name}`) and HTML tag of a message, and how often it stands there."""
    return Counter(PLACEHOLDER.findall(text))


def _differences(ours: str, theirs: str) -> list[str]:
    wanted, given = placeholders(ours), placeholders(theirs)
    found = [f"lacks {mark}" for mark in (wanted - given)] + [f"has {mark} too often" for mark in (given - wanted)]
    if (ours[:1] == "\n", ours[-1:] == "\n") != (theirs[:1] == "\n", theirs[-1:] == "\n"):
        found.append("begins or ends with a line end where the other does not")
    return found
