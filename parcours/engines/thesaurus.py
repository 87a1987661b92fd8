"""What a question asks for: the terms it names in any language, places among them, and the words that are left.

Phrases are learned word by word in a tree for each language, so that a question costs its own length and not the
vocabulary's. Words match folded or by their stem; a word that nobody taught is read as the nearest taught one.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from parcours.engines.words import STEMMERS, STOP_WORDS, fold, stems, words

NAME, HINT = 1.0, 0.5
# What a meaning keeps of its weight for each word that was read as another.
CORRECTED = 0.8

# The language of what is said alike in every language: names of places.
ANY = ""

# Words of asking, which may belong to a phrase ("ne parle pas français") but say nothing alone.
FILLERS = frozenset(
    fold(word)
    for word in re.findall(
        r"\w+",
        "je j ai suis cherche cherchons chercher recherche veux voudrais voudrait besoin faut trouver avoir faire"
        " obtenir qui que quel quelle quels quelles où comment est il elle ils elles on nous vous mon ma mes son sa"
        " ses ne pas comme cette ces chaque votre vos notre nos leur leurs moi toi lui eux tout tous toute toutes"
        " plus très bien mieux être sont était peut peux dois doit quand pourquoi encore aussi après avant chez"
        " selon parce entre rendre nombre parle parlent parlant parler ouvert ouverte ouverts lieu lieux endroit"
        " personne personnes aide aider pouvez rendez vous rdv atelier ateliers"
        " permanence permanences activité activités"
        " i we my me need want looking look find where how who what which is are do does can get help please some any"
        " speak speaks speaking open place places there people person near"
        " appointment workshop workshops activity activities"
        " yo mi me busco buscar necesito quiero donde dónde cómo qué quién hay puedo ayuda hablan habla abierto que es"
        " cita taller talleres"
        " я мне мы нам мой моя где как кто что есть ли нужен нужна нужно нужны хочу ищу найти получить могу помощь"
        " помогите говорит говорят открыто кому можно который которая которые"
        " мені ми де хто що чи є потрібен потрібна потрібно потрібні шукаю знайти отримати можу допомога допоможіть"
        " говорить розмовляє відчинено відкрито можна який яка які"
        " أنا اريد أريد أبحث ابحث بحث احتاج أحتاج بحاجة أين اين كيف من هل هناك يوجد يمكن مساعدة ساعدوني يتكلم يتحدث"
        " مفتوح الذي التي عندي أجد موعد ورشة",
    )
)

# Typos are sought on a word's beginning, which keeps the neighbourhood small; what follows is compared afterwards.
BEGINNING = 7
CORRECTED_LENGTHS = range(5, 31)

# The same words come again and again.
folded = lru_cache(maxsize=16384)(fold)


@dataclass(frozen=True)
class Entry:
    """One way to say a term: `text` in a language (or ANY) names it, or hints at it when the weight is lower."""

    scheme: str
    code: str
    language: str
    text: str
    weight: float = NAME


@dataclass(frozen=True)
class Phrase:
    """Words of the question and what they may mean: codes with weights by scheme, each an alternative to the others.

    Without concepts when the words only hinted at what another phrase names.
    """

    words: tuple[str, ...]
    concepts: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Understood:
    """A question as it was read: its phrases in order, the words that belong to none, and (typed, read as) pairs."""

    phrases: tuple[Phrase, ...] = ()
    rest: tuple[str, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()

    @property
    def concepts(self) -> dict[str, dict[str, float]]:
        """The codes of all phrases by scheme, each with its highest weight."""
        found: dict[str, dict[str, float]] = {}
        for phrase in self.phrases:
            for scheme, codes in phrase.concepts.items():
                known = found.setdefault(scheme, {})
                known |= {code: max(weight, known.get(code, 0)) for code, weight in codes.items()}
        return found


class _Node:
    """A word within learned phrases; its children by the word itself and by each form that stands for it."""

    __slots__ = ("by_form", "children", "meanings", "word")

    def __init__(self, word: str = "") -> None:
        self.word = word
        self.children: dict[str, _Node] = {}
        self.by_form: defaultdict[str, list[_Node]] = defaultdict(list)
        self.meanings: list[Entry] = []

    def child(self, word: str, language: str) -> "_Node":
        """The child for this word, made if it is new."""
        forms = _forms(word, language)
        if forms[0] not in self.children:
            self.children[forms[0]] = node = _Node(forms[0])
            for form in forms:
                self.by_form[form].append(node)
        return self.children[forms[0]]


class Thesaurus:
    """Learns entries once, then understands any number of questions."""

    def __init__(self, entries: Iterable[Entry], *, known: Iterable[str] = ()) -> None:
        """Words of `known` texts are read as they stand: of the records that are searched, of names of countries…"""
        self._roots: defaultdict[str, _Node] = defaultdict(_Node)
        self._known: defaultdict[str, set[str]] = defaultdict(set)
        self._known[ANY] |= STOP_WORDS | FILLERS | {folded(word) for text in known for word in words(text)}
        self._speller = Speller()
        for entry in entries:
            node = self._roots[entry.language]
            for word in _learned(entry.text):
                node = node.child(word, entry.language)
                self._known[entry.language].update(_forms(word, entry.language))
                self._speller.learn(word, entry.language)
            if node.word:
                node.meanings.append(entry)

    def understand(self, text: str, language: str) -> Understood:
        """Read the question of someone whose language this is: longest phrases first, exact words before stems.

        Every word is in a phrase or in the rest, save small words and words of asking beside others.
        """
        typed = _words(text)
        read = [word if self._knows(word) else self._nearest(word, language) for word in typed]
        phrases, left, at = [], [], 0
        corrected: dict[str, str] = {}
        while at < len(typed):
            length, meanings = self._longest(read, at, language)
            if not length and not self._knows_exactly(typed[at]):
                # its stem is that of a taught word, but asks for nothing: "domicilation" is no "domicile"
                read[at] = self._nearest(typed[at], language)
                length, meanings = self._longest(read, at, language)
            said = typed[at : at + length]
            if said:
                changed = {word: used for word, used in zip(said, read[at : at + length], strict=True) if word != used}
                phrases.append(Phrase(tuple(said), _concepts(meanings, CORRECTED ** len(changed))))
                corrected |= changed
            else:
                left.append(typed[at])
            at += length or 1
        rest = [word for word in left if folded(word) not in STOP_WORDS | FILLERS]
        return Understood(
            tuple(_hints_yield(phrases)), tuple(rest if rest or phrases else left), tuple(corrected.items())
        )

    def _knows(self, word: str) -> bool:
        return any(form in known for tongue, known in self._known.items() for form in _forms(word, tongue))

    def _knows_exactly(self, word: str) -> bool:
        return folded(word) in self._known[ANY] or word in self._speller

    def _nearest(self, word: str, language: str) -> str:
        """The taught word that this one may be a mistyping of, or the word itself."""
        kin = [tongue for tongue in self._roots if _is_kin(word, tongue, language)]
        return self._speller.nearest(word, kin) or word

    def _longest(self, asked: Sequence[str], at: int, language: str) -> tuple[int, list[Entry]]:
        """How many words the longest phrase takes that begins at this one, and all that it means.

        Of phrases as long the most exact count, then those of the reader's language. A stem alone is not enough in
        another language than one expects: French "nature" asks for no naturalisation.
        """
        best: tuple[int, int, bool] = (0, 0, False)
        found: list[Entry] = []
        for tongue, root in self._roots.items():
            for length, loose, meanings in _ways(root, asked, at, tongue):
                rank = (length, -loose, tongue in (language, ANY))
                if rank < best or (length == loose == 1 and not _is_kin(asked[at], tongue, language)):
                    continue
                found = [*found, *meanings] if rank == best else meanings
                best = rank
        return best[0], found


def _is_kin(word: str, tongue: str, language: str) -> bool:
    """Whether a reader of the language may well mean the word in this tongue: it is theirs, or theirs is written
    otherwise, or both have their stems in common."""
    return tongue in (language, ANY) or STEMMERS.get(tongue) == STEMMERS.get(language) or not stems(word, language)


def _ways(root: _Node, asked: Sequence[str], at: int, language: str) -> Iterator[tuple[int, int, list[Entry]]]:
    """Each learned phrase that begins at this word: its length, how many words match by stem only, what it means."""
    ways = {root: 0}
    for length in range(1, len(asked) - at + 1):
        further: dict[_Node, int] = {}
        forms = _forms(asked[at + length - 1], language)
        for node, loose in ways.items():
            for child in (child for form in forms for child in node.by_form.get(form, ())):
                further[child] = min(loose + (child.word != forms[0]), further.get(child, length))
        yield from ((length, loose, node.meanings) for node, loose in further.items() if node.meanings)
        # a phrase may be asked with small words that it was learned without, but for its first
        ways = ways | further if length > 1 and forms[0] in STOP_WORDS else further
        if not ways:
            return


def _concepts(meanings: Iterable[Entry], trust: float) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for entry in meanings:
        codes = found.setdefault(entry.scheme, {})
        codes[entry.code] = max(codes.get(entry.code, 0), entry.weight * trust)
    return found


def _hints_yield(phrases: Iterable[Phrase]) -> Iterator[Phrase]:
    """In "cours de couture", "cours" hints at French lessons, but "couture" names a theme: the hint is not meant."""
    phrases = list(phrases)
    named = {scheme for phrase in phrases for scheme, codes in phrase.concepts.items() if max(codes.values()) > HINT}
    for phrase in phrases:
        kept = {
            scheme: codes
            for scheme, codes in phrase.concepts.items()
            if scheme not in named or max(codes.values()) > HINT
        }
        yield Phrase(phrase.words, kept)


def _words(text: str) -> list[str]:
    return [word for word in words(text) if folded(word)]


def _learned(text: str) -> list[str]:
    """The words that make a phrase: small words count where they begin it ("en ligne"), not within."""
    said = _words(text)
    first = next((at for at, word in enumerate(said) if folded(word) not in STOP_WORDS), len(said))
    return said[:first] + [word for word in said[first:] if folded(word) not in STOP_WORDS]


@lru_cache(maxsize=16384)
def _forms(word: str, language: str) -> tuple[str, ...]:
    """The folded word, then its stems in the language; a small word has none."""
    plain = folded(word)
    return (plain,) if plain in STOP_WORDS else tuple(dict.fromkeys([plain, *stems(word, language)]))


class Speller:
    """Finds the nearest of many words: one edit from five letters on, two from nine.

    A word is kept under all that is left of its beginning when letters are dropped; so is what was typed, and two
    words that are near have something left in common.
    """

    def __init__(self) -> None:
        self._written: dict[str, dict[str, str]] = {}
        self._near: defaultdict[str, list[str]] = defaultdict(list)

    def __contains__(self, word: str) -> bool:
        return folded(word) in self._written

    def learn(self, word: str, language: str) -> None:
        plain = folded(word)
        if plain not in self._written and _may_be_corrected(plain):
            # a longer word, with more edits, may be typed for this one
            for left in _leftovers(plain, _edits(len(plain) + 2)):
                self._near[left].append(plain)
        self._written.setdefault(plain, {}).setdefault(language, word)

    def nearest(self, word: str, languages: Collection[str]) -> str | None:
        """The nearest word learned in one of the languages, as it is written; of words as near the first by alphabet.

        The first letter is seldom mistyped: another is accepted only at one edit in a long word.
        """
        plain = folded(word)
        if not _may_be_corrected(plain):
            return None
        edits = _edits(len(plain))
        near = {other for left in _leftovers(plain, edits) for other in self._near.get(left, ())}
        ranked = []
        for other in near:
            written = [said for tongue, said in self._written[other].items() if tongue in languages]
            far = distance(plain, other)
            if written and far <= (edits if other[0] == plain[0] else edits - 1):
                ranked.append((far, other, min(written)))
        return min(ranked)[2] if ranked else None


def _may_be_corrected(word: str) -> bool:
    return len(word) in CORRECTED_LENGTHS and not any(map(str.isdigit, word))


def _edits(length: int) -> int:
    return 1 if length < 9 else 2


def _leftovers(word: str, edits: int) -> set[str]:
    """The word's beginning, and what is left of it without up to `edits` of its letters."""
    found = {word[:BEGINNING]}
    for _ in range(edits):
        found |= {left[:at] + left[at + 1 :] for left in found for at in range(len(left))}
    return found


def distance(one: str, other: str) -> int:
    """How many letters are added, dropped, changed or exchanged with the next between the two words.

    >>> distance("francais", "farncias"), distance("cours", "course")
    (2, 1)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]


def place_entries(names: Mapping[str, Iterable[str]]) -> Iterator[Entry]:
    """How people say the places with these codes: "Vitry" for Vitry-sur-Seine, "St Maur" for Saint-Maur-des-Fossés."""
    for code, said in names.items():
        for name in said:
            parts = words(name)
            while parts and folded(parts[0]) in STOP_WORDS:
                parts = parts[1:]
            head = list(takewhile(lambda word: folded(word) not in STOP_WORDS, parts))
            short = head[:1] if head[:1] not in (["saint"], ["sainte"]) else head
            for text in dict.fromkeys(" ".join(way) for way in (parts, head, short) if way):
                yield Entry("places", code, ANY, text)
                if "saint" in text:
                    yield Entry("places", code, ANY, re.sub("sainte?", "st", text))
