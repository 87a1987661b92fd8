"""The words that services are described in, in several languages: static data, read once by each process.

One YAML file is one scheme. `standard` names the enumeration of data·inclusion v1 whose codes it holds: those terms
export as themselves, ours as the nearest code of the standard or as none. Names that CLDR has are not typed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from parcours.engines.thesaurus import HINT, NAME, Entry
from parcours.translations.texts import Shown, Translated

FOLDER = Path(__file__).parent
LANGUAGES = ("fr", "en", "ar", "es", "ru", "uk", "ti")
SCHEMES = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")

Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Term:
    """One word of a scheme. A heading groups others and describes no service itself.

    `synonyms` name the term by language, `hints` may mean it; a quiet term's bare label asks for something else.
    """

    code: str
    labels: Translated
    synonyms: Words = field(default_factory=dict)
    hints: Words = field(default_factory=dict)
    parent: str = ""
    note: Translated = field(default_factory=Translated)
    exports_as: str | None = None
    is_heading: bool = False
    is_quiet: bool = False


class Vocabulary:
    """The terms of one scheme, in reading order."""

    def __init__(self, terms: Collection[Term]) -> None:
        self.terms = tuple(terms)
        self._terms = {term.code: term for term in terms}
        self._children: dict[str, list[Term]] = {}
        for term in terms:
            self._children.setdefault(term.parent, []).append(term)

    def __contains__(self, code: str) -> bool:
        return code in self._terms

    def get(self, code: str) -> Term | None:
        return self._terms.get(code)

    def label(self, code: str, language: str) -> Shown:
        """The term's label as a reader of this language sees it; KeyError for an unknown code."""
        return self._terms[code].labels.in_language(language)

    def children(self, code: str) -> list[Term]:
        """The terms directly under this one; those without parent for an empty code."""
        return self._children.get(code, [])

    def with_descendants(self, codes: Collection[str]) -> set[str]:
        """The codes, and every code under one of them."""
        found = set(codes)
        for code in codes:
            found |= self.with_descendants([term.code for term in self.children(code)])
        return found

    def choices(self, language: str) -> list[tuple[str, Any]]:
        """What a form offers: (code, label), and under each heading the group of its terms, however deep."""
        return [
            (self.label(term.code, language), self._pairs(self._under(term), language))
            if term.is_heading
            else (term.code, self.label(term.code, language))
            for term in self.terms
            if term.is_heading or not self._is_grouped(term)
        ]

    def _pairs(self, terms: Collection[Term], language: str) -> list[tuple[str, Shown]]:
        return [(term.code, term.labels.in_language(language)) for term in terms]

    def _under(self, heading: Term) -> list[Term]:
        codes = self.with_descendants([heading.code])
        return [term for term in self.terms if term.code in codes and not term.is_heading]

    def _is_grouped(self, term: Term) -> bool:
        parent = self._terms.get(term.parent)
        return parent is not None and (parent.is_heading or self._is_grouped(parent))


@cache
def vocabulary(scheme: str) -> Vocabulary:
    """The scheme's vocabulary; KeyError when there is no such scheme."""
    if scheme not in SCHEMES:
        raise KeyError(scheme)
    text = (FOLDER / f"{scheme}.yaml").read_text(encoding="utf-8")
    document = yaml.load(text, Loader=yaml.CSafeLoader)
    return Vocabulary([_term(row, document) for row in document["terms"]])


def _term(row: dict[str, Any], document: dict[str, Any]) -> Term:
    code, typed = row["code"], row.get("labels", {})
    named = dict(_cldr(document["names"], row.get("cldr", code))) if "names" in document else {}
    drafts = tuple(language for language in document["drafts"] if language in typed)
    is_standard = "standard" in document and not row.get("heading")
    return Term(
        code=code,
        labels=Translated.of({**named, **typed}, drafts=drafts),
        synonyms=_words(row, "synonyms"),
        hints=_words(row, "hints"),
        parent=row.get("parent", ""),
        note=Translated.of(row.get("note", {})),
        exports_as=row.get("exports_as", code if is_standard else None),
        is_heading=row.get("heading", False),
        is_quiet=row.get("quiet", False),
    )


def _words(row: dict[str, Any], key: str) -> Words:
    return {language: tuple(words) for language, words in row.get(key, {}).items()}


def _cldr(names: str, code: str) -> Iterator[tuple[str, str]]:
    """What CLDR calls a language or a day of the week, by language."""
    for language in LANGUAGES:
        locale = Locale(language)
        if names == "days" and code in DAYS:
            yield language, locale.days["stand-alone"]["wide"][DAYS.index(code)]
        elif names == "languages" and code in locale.languages:
            yield language, locale.languages[code]


# What a question may ask for: what to bring, who enrols and the kind of help are read on a service's page.
ASKED = tuple(scheme for scheme in SCHEMES if scheme not in ("documents", "enrolled_by", "service_types"))


def entries() -> Iterator[Entry]:
    """Every way in which the vocabularies' terms are said, for a `Thesaurus`; a caller adds the names of its places."""
    for scheme in ASKED:
        for term in vocabulary(scheme).terms:
            labels = {} if term.is_quiet else {code: (term.labels.text_in(code),) for code in term.labels.versions}
            for said, weight in ((labels, NAME), (term.synonyms, NAME), (term.hints, HINT)):
                for language, texts in said.items():
                    yield from (Entry(scheme, term.code, language, text, weight) for text in texts)


def countries() -> Iterator[str]:
    """The names of countries: words that a `Thesaurus` must not take for mistypings ("Guinée" is not "guidée")."""
    for language in LANGUAGES:
        yield from Locale(language).territories.values()
