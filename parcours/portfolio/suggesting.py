"""Terms to choose from, for a sentence: the cards first, then whatever vocabulary was loaded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Max

from parcours.engines.competences import Concept as Term
from parcours.engines.competences import Suggester, Suggestion, alike
from parcours.portfolio.models import Concept, Scheme
from parcours.portfolio.side import two

DATA = Path(__file__).parent / "data" / "cards.yaml"
# Of the places there are, so many are for cards, which everybody can read; the rest for the vocabularies behind.
FOR_CARDS = 0.6


@dataclass(frozen=True)
class Proposal:
    """A term as it is shown: its label in two languages, its picture, where it is from, the words that led to it."""

    uri: str
    label: Any
    says: str
    picture: str
    scheme: str
    words: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def card_file() -> dict[str, Any]:
    return yaml.safe_load(DATA.read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def _indexes(version: tuple[int, datetime | None]) -> tuple[Suggester, Suggester, dict[str, int]]:
    """The cards, all other terms, and their rows by URI: made once a process for each state of the vocabularies."""
    rows = Concept.objects.filter(is_retired=False).order_by("-is_card", "pk").only("uri", "label", "more", "is_card")
    cards, others, numbers = [], [], {}
    for row in rows.iterator(chunk_size=5000):
        if row.uri in numbers:
            continue
        term = Term(row.uri, row.label.text_in("fr") or str(row.label), tuple(row.more))
        (cards if row.is_card else others).append(term)
        numbers[row.uri] = row.pk
    thesaurus = card_file()["thesaurus"]
    return Suggester(cards, "fr", thesaurus), Suggester(others, "fr", thesaurus), numbers


def suggest(said: Sequence[str], language: str, *, limit: int = 5) -> list[Proposal]:
    """Terms near what somebody said, with their words; people choose, or not."""
    newest = Scheme.objects.aggregate(at=Max("loaded_at"))["at"]
    cards, others, numbers = _indexes((Concept.objects.count(), newest))
    text = " ".join(said)
    found = cards_first(cards.suggest(text, limit=limit), others.suggest(text, limit=limit), limit)
    rows = Concept.objects.select_related("scheme").in_bulk([numbers[one.concept.uri] for one in found])
    return [_proposal(rows[numbers[one.concept.uri]], language, one.words) for one in found]


def cards_first(cards: Sequence[Suggestion], others: Sequence[Suggestion], limit: int) -> list[Suggestion]:
    """Both lists as one; where one is short the other fills its places, and what a card says is not said again."""
    others = [one for one in others if not any(alike(one.concept.label, card.concept.label) for card in cards)]
    kept = max(round(limit * FOR_CARDS), limit - len(others))
    first = list(cards[:kept])
    return first + list(others[: limit - len(first)])


def cards(language: str) -> list[Proposal]:
    """The cards, with their pictures."""
    return [_proposal(row, language) for row in Concept.objects.filter(is_card=True).select_related("scheme")]


def concepts_of(uris: Iterable[str]) -> dict[str, Concept]:
    """The chosen terms by their URI; of one that several vocabularies have, the card."""
    rows = Concept.objects.filter(uri__in={uri for uri in uris if uri}).order_by("is_card", "-pk")
    return {row.uri: row for row in rows}


def labels_of(uris: Iterable[str], language: str) -> dict[str, Any]:
    """Their labels in two languages."""
    return {uri: two(row.label, language) for uri, row in concepts_of(uris).items()}


def _proposal(row: Concept, language: str, words: tuple[str, ...] = ()) -> Proposal:
    return Proposal(row.uri, two(row.label, language), row.says, row.picture, row.scheme.title, words)
