"""Search across languages and spellings: what a text is found by, and what a question asks for.

Both sides are folded (case, accents, Arabic letter forms, Ukrainian and Russian letters people interchange) and
stemmed; a text is indexed by its folded words and by their stems, a question asks for either. Stems are taken before
folding, because stemmers know the letters that folding merges.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

import Stemmer

# Ukrainian has no stemmer of its own; Russian's serves for its endings.
STEMMERS = {
    "fr": "french",
    "en": "english",
    "es": "spanish",
    "ru": "russian",
    "uk": "russian",
    "ar": "arabic",
    "pt": "portuguese",
    "de": "german",
    "it": "italian",
    "ro": "romanian",
    "ta": "tamil",
    "tr": "turkish",
}
DEFAULT_LANGUAGES = ("fr", "en", "ar", "es", "ru", "uk")

LONGEST_WORD = 40
# Words so frequent that a question loses nothing without them; a question of nothing else keeps them.
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a au aux avec ce ces d dans de des du en et l la le les ou par pour sur un une"
        " an and at by for from in of on or the to with el los las del y con para"
        " в во и на с со для по от из к у з та і й до за في من على الى عن و",
    )
)
LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىئ", "ي"),
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "ی": "ي",
        "ё": "е",
        "ґ": "г",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "ı": "i",
        "đ": "d",
    }
)
# Hamza on the line, tatweel, and the marks that show or hide how Arabic letters join.
UNWRITTEN = re.compile("[\u0621\u0640\u200c\u200d\u200e\u200f\u00ad]")
# Every apostrophe is ', every script's digits are 0 to 9.
APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ‘`´ʹ′", "'"))
DIGIT = re.compile(r"(?![0-9])\d")
WORD = re.compile(r"[^\W_]+")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
ARABIC = re.compile(r"[\u0600-\u06ff]")


def fold(text: str) -> str:
    """The text as it is compared: no case, no accents, one form of each Arabic letter, western digits.

    >>> fold("L’Hébergement à Créteil"), fold("اللُّغة"), fold("Ёлка ٢٠١٨")
    ("l'hebergement a creteil", 'اللغه', 'елка 2018')
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    return _fold_word(text) if len(text) <= LONGEST_WORD else _fold(text)


def _fold(text: str) -> str:
    text = UNWRITTEN.sub("", unicodedata.normalize("NFKC", text).casefold()).translate(LETTERS)
    decomposed = unicodedata.normalize("NFKD", re.sub("й", "\0", text))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("\0", "й")
    bare = unicodedata.normalize("NFC", bare).translate(APOSTROPHES)
    return bare if bare.isascii() else DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), bare)


# A language has few words, and texts repeat them.
_fold_word = lru_cache(100_000)(_fold)


def words(text: str) -> list[str]:
    """The words as written, lower case, without vowel signs, ready for stemming; apostrophes part words."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = UNWRITTEN_SIGNS.sub("", text)
    return WORD.findall(text)


# Signs that may stand inside a word and are no letters: tatweel, joiners, Arabic vowels, combining accents after NFKC.
UNWRITTEN_SIGNS = re.compile("[\u0640\u200c\u200d\u200e\u200f\u00ad\u064b-\u0655\u0670\u0301]")


@lru_cache(100_000)
def stems(word: str, language: str) -> tuple[str, ...]:
    """The folded stems of a word as `words` gives it, none in a language without stemmer or of another script.

    An Arabic word has its stem and itself without article and without feminine ending: short words keep theirs in one
    form and lose it in another.
    """
    name = STEMMERS.get(language)
    if name is None or not _is_written_in(word, language):
        return ()
    if language == "uk":
        word = word.translate(AS_IN_RUSSIAN)
    forms = [_stemmer(name).stemWord(word)]
    if name == "arabic":
        bare = _without_article(word)
        forms = [_without_article(forms[0]), bare, bare.removesuffix("ة") if len(bare) > 2 else bare]
    return tuple(dict.fromkeys(filter(None, map(fold, forms))))


# So that Russian's stemmer knows the endings of Ukrainian.
AS_IN_RUSSIAN = str.maketrans({"і": "и", "ї": "и", "є": "е", "ґ": "г"})


def _without_article(word: str) -> str:
    """An Arabic word without the article and the prepositions joined to it."""
    for prefix in ("وال", "بال", "فال", "كال", "لل", "ال"):
        if word.startswith(prefix) and len(word) >= len(prefix) + 2:
            return word[len(prefix) :]
    return word


def _is_written_in(word: str, language: str) -> bool:
    """Whether the word's script is the language's: a stemmer of another script would do nothing or harm."""
    if language in ("ru", "uk"):
        return bool(CYRILLIC.search(word))
    if language == "ar":
        return bool(ARABIC.search(word))
    return not CYRILLIC.search(word) and not ARABIC.search(word)


@cache
def _stemmer(name: str) -> "Stemmer.Stemmer":
    return Stemmer.Stemmer(name)


def index_text(texts: Mapping[str, str]) -> str:
    """Everything a text in several languages is found by: its folded words in order, then their stems.

    For `to_tsvector('simple', …)`: only letters, digits and spaces. Words keep their repetitions, so that a word said
    often weighs more; each stem that is not a word of the text stands once.
    """
    spoken: list[str] = []
    more: dict[str, None] = {}
    for language, text in texts.items():
        for word in words(text):
            spoken.append(fold(word))
            more |= dict.fromkeys(stems(word, language))
    known = set(spoken)
    return " ".join([*filter(None, spoken), *(form for form in more if form not in known)])


def query_terms(
    q: str, language: str, *, languages: Iterable[str] = DEFAULT_LANGUAGES, prefix: bool = False
) -> list[list[str]]:
    """For each word of the question, the forms of which a text must have one; the reader's language comes first.

    The other languages whose script the word has are tried too: people search in French on an English page. With
    `prefix` the last word is still being typed: its folded form ends in "*" and stands for every word that begins so.
    """
    asked = words(q)
    kept = [word for word in asked if fold(word) not in STOP_WORDS or (prefix and word is asked[-1])] or asked
    known = dict.fromkeys([language, *languages])
    terms = [
        list(dict.fromkeys([fold(word), *(form for code in known for form in stems(word, code))]))
        for word in kept
        if fold(word)
    ]
    if prefix and terms and q[-1:].isalnum():
        terms[-1].insert(0, terms[-1][0] + "*")
    return terms


def tsquery(terms: Iterable[Iterable[str]]) -> str:
    """The terms as PostgreSQL's `to_tsquery('simple', …)` reads them: `(retraites | retrait) & foy:*`."""
    return " & ".join(
        "(" + " | ".join(form.removesuffix("*") + (":*" if form.endswith("*") else "") for form in forms) + ")"
        for forms in terms
    )


def matches(terms: Iterable[Iterable[str]], indexed: str) -> bool:
    """Whether an indexed text answers the question: for lists short enough to need no database."""
    present = indexed.split()
    found = set(present)
    return all(
        any(
            form in found if not form.endswith("*") else any(word.startswith(form[:-1]) for word in present)
            for form in forms
        )
        for forms in terms
    )
