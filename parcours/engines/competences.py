"""Competences that a sentence may speak of: a list to choose from, with the words that led to each.

A sentence of somebody's life ("je gardais mes petits frères") meets the words of a term ("s'occuper d'enfants") by
stretches of letters, which forgive spelling and the forms of a verb; by stems, weighed by how rare they are; and by a
small thesaurus of everyday words. All lie on one scale, 0 to 1. The weights were chosen on half of the sentences that
`bench/competences.py` measures.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix

from parcours.engines.words import STOP_WORDS, fold, stems, words

GRAMS, TELLING = range(2, 6), 3
STEMS, LETTERS, HINT = 0.35, 0.65, 0.7
# Below this, what is alike is chance: the endings of two words.
NEAR = 0.02
# Of two that say nearly the same, only the better is shown.
TOO_ALIKE = 0.7
FIRST_PERSON = frozenset(
    re.findall(
        r"\w+",
        "je j ai m me mon ma mes moi nous notre nos on tous toutes tout toute chaque jours jour fois ans annees"
        " beaucoup aussi tres etais etait suis faisais fait faire avais avait chez quand parce comme sans plus bien"
        " leur leurs lui eux elle il elles ils qui que dont cette ces peu toujours souvent petit petite petits petites"
        " pays personne personnes gens autre autres est sont ont as avons avez ete ai quelqu chose choses",
    )
)


@dataclass(frozen=True)
class Concept:
    """A term of a vocabulary: its label in one language, and other words that speak of it."""

    uri: str
    label: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """A term, how near it is (0 to about 1), and the words of the sentence that led to it."""

    concept: Concept
    score: float
    words: tuple[str, ...]


@dataclass
class Suggester:
    """An index over terms in one language; `thesaurus` maps everyday words to words of the vocabularies."""

    concepts: Sequence[Concept]
    language: str = "fr"
    thesaurus: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._vocabulary: dict[str, int] = {}
        self._gram_numbers: dict[str, int] = {}
        self._expansions = {
            stem: {one for text in more for one in self._stems_of(text).values()}
            for word, more in self.thesaurus.items()
            for stem in self._stems_of(word).values()
        }
        rows = [self._stem_weights(concept) for concept in self.concepts]
        self._stem_idf, self._stem_matrix = _weighed(rows, self._vocabulary)
        grams = [Counter(_grams(" ".join([concept.label, *concept.others]))) for concept in self.concepts]
        self._gram_idf, self._gram_matrix = _weighed(grams, self._gram_numbers)

    def suggest(self, sentence: str, *, limit: int = 5) -> list[Suggestion]:
        """The nearest terms, best first, no two alike, each with a reason; fewer, or none, when nothing is near."""
        said = {word: stem for word, stem in self._stems_of(sentence).items() if fold(word) not in FIRST_PERSON}
        if not said or not self.concepts:
            return []
        asked = dict.fromkeys(said.values(), 1.0)
        for stem in list(asked):
            for more in self._expansions.get(stem, ()):
                asked.setdefault(more, HINT)
        score = STEMS * _cosine(asked, self._vocabulary, self._stem_idf, self._stem_matrix)
        letters = Counter(_grams(" ".join(said)))
        score = score + LETTERS * _cosine(letters, self._gram_numbers, self._gram_idf, self._gram_matrix)
        found: list[Suggestion] = []
        for index in np.argsort(-score, kind="stable")[: limit * 6]:
            concept, value = self.concepts[int(index)], float(score[index])
            if value < NEAR or len(found) == limit:
                break
            because = self._because(said, int(index))
            if because and not any(alike(concept.label, one.concept.label) for one in found):
                found.append(Suggestion(concept, round(value, 4), because))
        return found

    def _stems_of(self, text: str) -> dict[str, str]:
        """Words to their folded stems, without those that say nothing."""
        said = [word for word in words(text) if len(word) > 1 and fold(word) not in STOP_WORDS]
        return {word: next(iter(stems(word, self.language)), fold(word)) for word in said}

    def _stem_weights(self, concept: Concept) -> dict[str, float]:
        found = dict.fromkeys((stem for text in concept.others for stem in self._stems_of(text).values()), HINT)
        return found | dict.fromkeys(self._stems_of(concept.label).values(), 1.0)

    def _because(self, said: Mapping[str, str], index: int) -> tuple[str, ...]:
        """The words whose stems the term has; where there is none, the one with most letters in common, if it has any
        stretch of them worth the name."""
        there = set(self._stem_weights(self.concepts[index]))
        shared = tuple(word for word, stem in said.items() if {stem, *self._expansions.get(stem, ())} & there)
        if shared:
            return shared
        row = self._gram_matrix[index]
        weights = dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))

        def in_common(word: str) -> float:
            grams = {gram for gram in _grams(word) if len(gram) >= TELLING and gram in self._gram_numbers}
            numbers = [self._gram_numbers[gram] for gram in grams]
            return float(sum(weights.get(number, 0.0) * self._gram_idf[number] for number in numbers))

        nearest = max(said, key=in_common)
        return (nearest,) if in_common(nearest) else ()


def _weighed(rows: Iterable[Mapping[str, float]], numbers: dict[str, int]) -> tuple[np.ndarray, csr_matrix]:
    """Rows of unit length, each feature weighed by how rare it is."""
    data, columns, starts, seen = [], [], [0], Counter[int]()
    for row in rows:
        own = [(numbers.setdefault(name, len(numbers)), weight) for name, weight in row.items()]
        columns += [number for number, _weight in own]
        data += [weight for _number, weight in own]
        seen.update(number for number, _weight in own)
        starts.append(len(data))
    size = len(starts) - 1
    idf = np.array([math.log(1 + size / seen[number]) for number in range(len(numbers))])
    matrix = csr_matrix((np.array(data, dtype=float), np.array(columns, dtype=int), starts), shape=(size, len(numbers)))
    matrix.data *= idf[matrix.indices] if len(idf) else 1
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1
    matrix.data /= np.repeat(lengths, np.diff(matrix.indptr))
    return idf, matrix


def _cosine(asked: Mapping[str, float], numbers: Mapping[str, int], idf: np.ndarray, matrix: csr_matrix) -> np.ndarray:
    known = [(numbers[name], weight) for name, weight in asked.items() if name in numbers]
    vector = np.zeros(len(numbers))
    for number, weight in known:
        vector[number] = weight * idf[number]
    length = float(np.linalg.norm(vector))
    return matrix @ (vector / length) if length else np.zeros(matrix.shape[0])


def _grams(text: str) -> list[str]:
    found = []
    for word in words(fold(text)):
        padded = f" {word} "
        found += [padded[at : at + size] for size in GRAMS for at in range(len(padded) - size + 1)]
    return found


def alike(one: str, other: str) -> bool:
    """Whether two labels say nearly the same."""
    first, second = set(_grams(one)), set(_grams(other))
    return len(first & second) / max(1, len(first | second)) > TOO_ALIKE
