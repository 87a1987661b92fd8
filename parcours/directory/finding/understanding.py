"""What the words of a question ask for: themes, a place, a language, a day… and words that name none of these."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any

from django.conf import settings

from parcours.directory.facts import fact, level_rank
from parcours.directory.finding.places import Gazetteer, gazetteer
from parcours.directory.finding.question import USUAL_KM, Chip, Question, Sought
from parcours.directory.models import Listing
from parcours.directory.vocabulary import countries, entries, vocabulary
from parcours.engines.thesaurus import Phrase, Thesaurus, Understood, place_entries
from parcours.engines.words import fold, query_terms

Codes = Mapping[str, float]
# What the index holds beside a service's names: words may be answered by any of these.
NAMED = {"themes": "theme", "networks": "network", "enrolment": "enrolment", "publics": "public"}
# Of meanings that are as sure, the first is taken.
FILTERS = ("places", "languages", "when", "levels", "fees", "accessibility", "modes", "wishes", "stay")
SURE, NEAR = 0.75, 0.5
MOST_LETTERS, MOST_WORDS = 200, 12


@dataclass(frozen=True)
class Reading:
    """A question as it was read, what to show of it, and what was read as another word."""

    question: Question
    chips: tuple[Chip, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    is_near_me: bool = False


@dataclass
class _Draft:
    values: dict[str, Any] = field(default_factory=dict)
    sought: list[Sought] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    is_near_me: bool = False


class _Teacher:
    """The thesaurus of this process; it learns places as they come."""

    def __init__(self) -> None:
        self.thesaurus = Thesaurus(entries(), known=countries())
        self.taught: set[str] = set()
        self.latest: Gazetteer | None = None
        self.lock = Lock()

    def with_places(self, known: Gazetteer) -> Thesaurus:
        with self.lock:
            if known is not self.latest:
                new = {key: names for key, names in known.names.items() if key not in self.taught}
                self.thesaurus.learn(place_entries(new))
                self.taught |= new.keys()
                self.latest = known
        return self.thesaurus


teacher = cache(_Teacher)


def understand(text: str, language: str, known: Gazetteer) -> Understood:
    text = " ".join(text[:MOST_LETTERS].split()[:MOST_WORDS])
    thesaurus = teacher().with_places(known)
    understood = thesaurus.understand(text, language)
    if not understood.rest or language == settings.LANGUAGE_CODE:
        return understood
    # people type the country's language whatever they read: the reading that leaves fewer words is meant
    return min(understood, thesaurus.understand(text, settings.LANGUAGE_CODE), key=lambda each: len(each.rest))


def read(text: str, language: str, *, plain: Collection[str] = (), known: Gazetteer | None = None) -> Reading:
    """Read what was typed by someone who reads this language; `plain` are the phrases to be taken as words.

    A word that would be read as another, but that some service bears in its name, is no mistyping.
    """
    known = known or gazetteer()
    understood = understand(text, language, known)
    as_words = {fold(phrase) for phrase in plain}
    as_words |= {fold(typed) for typed, _used in understood.corrected if Listing.objects.named(typed).count()}
    corrected = {typed: used for typed, used in understood.corrected if fold(typed) not in as_words}
    draft = _Draft()
    for phrase in understood.phrases:
        typed = " ".join(phrase.words)
        if fold(typed) in as_words or as_words.intersection(map(fold, phrase.words)):
            draft.sought += _words(phrase.words, language)
        else:
            meant = [corrected.get(word, word) for word in phrase.words]
            _take(draft, typed, _forms(meant, language), phrase, language, known)
    draft.sought += _words(understood.rest, language)
    question = Question(sought=tuple(draft.sought), **draft.values)
    return Reading(question, tuple(draft.chips), tuple(corrected.items()), draft.is_near_me)


def _take(
    draft: _Draft, typed: str, forms: tuple[tuple[str, ...], ...], phrase: Phrase, language: str, known: Gazetteer
) -> None:
    """Add what a phrase means: a filter, or what a service must be or say."""
    concepts = {scheme: codes for scheme, codes in phrase.concepts.items() if codes}
    if not concepts:
        return
    best = max(max(codes.values()) for codes in concepts.values())
    meant = {scheme: codes for scheme, codes in concepts.items() if max(codes.values()) == best}
    if not any(scheme in FILTERS for scheme in meant) or any(scheme in NAMED for scheme in meant):
        named = {scheme: codes for scheme, codes in concepts.items() if scheme in NAMED}
        draft.sought.append(Sought(typed, _facts(named, best), forms))
        draft.chips.append(Chip("themes", typed, _labels(named, language, best)))
        return
    scheme = next(scheme for scheme in FILTERS if scheme in meant)
    codes = [code for code, weight in meant[scheme].items() if weight >= SURE * best]
    values, chip = _filter(scheme, codes, typed, language, known)
    if chip is None:
        draft.sought += _words(phrase.words, language) if scheme == "places" else []
        draft.is_near_me |= "near-me" in codes
        return
    draft.values |= values
    draft.chips.append(chip)


def _filter(
    scheme: str, codes: list[str], typed: str, language: str, known: Gazetteer
) -> tuple[dict[str, Any], Chip | None]:
    """What a phrase narrows, and what is shown of it; None when it narrows nothing."""
    if scheme == "places":
        return _place(codes, typed, known)
    values = _values(scheme, codes)
    labels = tuple(vocabulary(scheme).label(code, language).text for code in codes)
    return values, Chip(scheme, typed, labels) if values else None


def _values(scheme: str, codes: list[str]) -> dict[str, Any]:
    if scheme == "languages":
        return {"languages": tuple(codes)}
    if scheme == "when":
        return {"when": codes[0]}
    if scheme == "levels":
        ranks = sorted(rank for code in codes if (rank := level_rank(code)) is not None)
        return {"level": (ranks[0], ranks[-1])} if ranks else {}
    if scheme == "stay":
        return {"stay": tuple(codes)}
    flags = {"gratuit": "is_free", "has-places": "has_places", "a-distance": "is_remote"}
    if scheme == "accessibility":
        return {"is_accessible": True}
    return {flags[code]: True for code in codes if code in flags}


def _place(codes: list[str], typed: str, known: Gazetteer) -> tuple[dict[str, Any], Chip | None]:
    keys = known.best(codes)
    if not keys:
        return {}, None
    others = tuple(known.spots[key].label for key in keys[1:])
    return where(keys[0], known), Chip("places", typed, (known.spots[keys[0]].label,), others)


def where(key: str, known: Gazetteer, km: float | None = None) -> dict[str, Any]:
    """What a place narrows: a wide area by its code, any other by how far one goes."""
    spot = known.spots[key]
    if key in known.is_wide or spot.lon is None:
        return {"spot": spot, "within": key}
    return {"spot": spot, "km": km or USUAL_KM}


def _facts(concepts: Mapping[str, Codes], best: float) -> tuple[tuple[str, float], ...]:
    """What a service may be, with how surely it is meant; what is near it is meant half."""
    found: dict[str, float] = {}
    for scheme, codes in concepts.items():
        for code, weight in codes.items():
            found[fact(NAMED[scheme], code)] = weight / best
    for code in concepts.get("themes", ()):
        for near in _near(code):
            found.setdefault(fact("theme", near), NEAR)
    for code in concepts.get("publics", ()):
        for near, weight in _kin(code):
            found.setdefault(near, weight)
    return tuple(found.items())


def _kin(code: str) -> Iterable[tuple[str, float]]:
    """The kinds of a public, and the wider ones that it belongs to."""
    known = vocabulary("publics")
    yield from ((fact("public", each), 1.0) for each in sorted(known.with_descendants([code])))
    if code in GENDERS:
        yield fact("gender", GENDERS[code]), 1.0
    term = known.get(code)
    yield from ((fact("public", each), NEAR) for each in (term.parent if term else "", "tous-publics") if each)


GENDERS = {"femmes": "women", "men": "men"}


def _near(code: str) -> Iterable[str]:
    """What a theme is a part of, and how the standard would name it."""
    term = vocabulary("themes").get(code)
    above = vocabulary("themes").get(term.parent) if term else None
    if above and not above.is_heading:
        yield above.code
    if term and term.exports_as and term.exports_as != code:
        yield term.exports_as


def _labels(concepts: Mapping[str, Codes], language: str, best: float) -> tuple[str, ...]:
    sure = [(scheme, code) for scheme, codes in concepts.items() for code, w in codes.items() if w >= SURE * best]
    return tuple(dict.fromkeys(vocabulary(scheme).label(code, language).text for scheme, code in sure))


def _words(words: Iterable[str], language: str) -> list[Sought]:
    return [Sought(word, (), forms) for word in words for forms in [_forms([word], language)] if forms]


def _forms(words: Iterable[str], language: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(forms) for forms in query_terms(" ".join(words), language))
