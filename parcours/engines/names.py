"""Names, addresses and contacts of organisations as they are compared: French first, English passes through unharmed.

Two spellings of one thing give one value here. What cannot be read gives nothing ("" or 0), never a guess.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from stdnum.fr import siret as siret_number

from parcours.engines.words import STOP_WORDS, fold


@lru_cache(maxsize=10_000)
def _fold(text: str) -> str:
    """What `fold` gives, at once for the plain letters that most addresses and contacts are written in."""
    return text.casefold() if text.isascii() else fold(text)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


FORMS = _set(
    "association associations assoc asso ass loi 1901 sarl sas sasu sa eurl sci scic scop scp snc gie"
    " inc llc ltd corp corporation co company"
)
# Words that so many names have that sharing one says nothing.
ORDINARY = _set(
    "accueil action aide antenne bureau centre centres club comite commune communal communale culture culturel"
    " culturelle cours departement departemental departementale developpement droit droits ecole education emploi"
    " enfance enfants entraide espace etablissement familial familiale famille familles federation femmes fondation"
    " formation foyer france francais francaise groupe groupement hebergement immigres information insertion institut"
    " jeunes jeunesse locale local maison maisons mediation migrants mission municipal municipale national nationale"
    " permanence plateforme point pole quartier refugies regional reseau restaurant saint sainte sante secours section"
    " service services social sociale sociaux societe solidaire solidaires solidarite soutien sport territorial union"
    " val ville academy care child childhood children childrens church city community day development early elementary"
    " family head learning park preschool public school schools start"
)
SHORT_FOR = {
    **dict.fromkeys(("center", "ctr", "ctre"), "centre"),
    **dict.fromkeys(("dpt", "dept"), "departement"),
    "cdt": "commandant",
    "col": "colonel",
    "dr": "docteur",
    "gal": "general",
    "mal": "marechal",
    "pdt": "president",
    "pr": "professeur",
    "st": "saint",
    "ste": "sainte",
}
STREET_TYPES = _set(
    "allee allees all avenue av ave boulevard bd bld blvd boul chemin che chem cite cours crs esplanade espl impasse"
    " imp mail montee passage pass place pl placette promenade prom quai residence res rond route rte rue r ruelle"
    " sentier sente square sq villa voie street road rd drive lane ln court ct parkway pkwy pky terrace"
    " highway"
)
DIRECTIONS = _set("n s e w north south east west")
# Where the street ends and the door, the box or the city begins.
BEYOND = re.compile(
    r"\b(?:\d{5}|(?:\d+(?:st|nd|rd|th|er|e|eme)\s+)?(?:floor|etage)|suite|unit|apt|appt|appartement|bat|batiment|bp"
    r"|cs|tsa|cedex|escalier|esc|boite)\b.*"
)
NUMBER = re.compile(
    r"(?:[^\d,]*,\s*)?(\d{1,5})(?:\s*(?:[-/,&\s]|a|et)\s*\d{1,4}(?=[\s,]|$))*\s*(?:bis|ter|quater|[a-d])?\b(?!')"
)
ACRONYM = re.compile(r"\(([^()]{2,12})\)")
SPELT_OUT = re.compile(r"\b\w(?:\.\s?\w)+\.?(?![\w'])")
WORD = re.compile(r"[^\W_]+")
# Hosts where anyone has a mailbox or a page: to share one is no sign.
GENERIC_HOSTS = _set(
    "gmail.com googlemail.com yahoo.fr yahoo.com hotmail.fr hotmail.com outlook.fr outlook.com live.fr live.com msn.com"
    " orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr numericable.fr bbox.fr club-internet.fr aol.com"
    " icloud.com me.com protonmail.com proton.me gmx.fr gmx.com facebook.com instagram.com linkedin.com twitter.com"
    " x.com youtube.com helloasso.com google.com linktr.ee"
)
SECOND_LEVEL = _set("asso gouv co com org ac nom")
MEANINGFUL_DIGITS = 9
SHORTEST_PHONE = 6


@dataclass(frozen=True)
class Address:
    """A house number (0: none) and the words that name the street, without its type."""

    number: int
    street: str


def name_words(name: str) -> list[str]:
    """The words that tell this name from others, in order: no legal form, no article, no acronym in parentheses.

    A name of nothing else keeps its words.

    >>> name_words("Association « Les Amis du C.C.A.S. » (loi 1901)")
    ['amis', 'ccas']
    """
    read = _words(ACRONYM.sub(" ", name)) or _words(name)
    return [word for word in read if word not in STOP_WORDS and word not in FORMS] or list(read)


@lru_cache(maxsize=10_000)
def _words(text: str) -> tuple[str, ...]:
    joined = SPELT_OUT.sub(lambda found: re.sub(r"[.\s]", "", found[0]), _fold(text))
    return tuple(SHORT_FOR.get(word, word) for word in WORD.findall(re.sub(r"'s\b", "s", joined)))


def acronyms(name: str, acronym: str = "") -> list[str]:
    """The short names a record gives itself: its acronym, those in parentheses, the name if it is one short word."""
    given = [acronym, *(inner for inner in ACRONYM.findall(name) if inner.upper() == inner)]
    own = [word for word in name_words(name) if not word.isdigit()]
    given += own if len(own) == 1 and len(own[0]) <= MEANINGFUL_DIGITS else []
    folded = ("".join(re.findall(r"[^\W\d_]+", _fold(text))) for text in given)
    return sorted({text for text in folded if len(text) > 1 and text not in FORMS})


def initials(name: str) -> list[str]:
    """What the name could be shortened to, with and without its legal form; only from three words on.

    >>> initials("Centre d’information sur les droits des femmes et des familles")
    ['cidff']
    """
    read = [word for word in _words(ACRONYM.sub(" ", name)) if word not in STOP_WORDS]
    forms = ("".join(word[0] for word in words) for words in (read, name_words(name)))
    return sorted({form for form in forms if len(form) > 2})


def distinctive(words: Iterable[str], commune: str = "") -> list[str]:
    """The words of a name that few others have: not ordinary, not the commune's, not a number."""
    usual = ORDINARY.union(_words(commune))
    return sorted({word for word in words if len(word) > 2 and word not in usual and not word.isdigit()})


def commune(name: str) -> str:
    """A commune's name as compared: `Vitry s/ Seine Cedex` and `Vitry-sur-Seine` are one."""
    return " ".join(word for word in _words(name) if word not in STOP_WORDS and word not in ("s", "cedex"))


def address(text: str, commune: str = "") -> Address:
    """House number and street of an address on one or several lines.

    >>> address("12 bis, av. du Gal de Gaulle\\n94000 Créteil"), address("8225-29 S. Kedzie Ave., 1st floor")
    (Address(number=12, street='general gaulle'), Address(number=8225, street='kedzie'))
    """
    line = ", ".join(" ".join(part.split()) for part in _fold(text).splitlines())
    found = NUMBER.match(line)
    number, rest = (int(found[1]), line[found.end() :]) if found else (0, line)
    words = WORD.findall(BEYOND.sub("", rest))
    if len(words) > 1 and words[-1] in ("st", "dr"):  # at the end the English street or drive, else saint or doctor
        words.pop()
    words = [SHORT_FOR.get(word, word) for word in words if word not in STOP_WORDS]
    words = _unless_empty(_unless_empty(words, STREET_TYPES), DIRECTIONS.union(_words(commune)))
    return Address(number, " ".join(_unless_empty(words, {word for word in words if len(word) == 1})))


def _unless_empty(words: list[str], without: Iterable[str]) -> list[str]:
    return [word for word in words if word not in frozenset(without)] or words


def phone(text: str) -> str:
    """The last nine digits: `+33 1 45 00 00 00` and `01.45.00.00.00` are one; short and free numbers say nothing."""
    digits = re.sub(r"\D", "", _fold(text))
    return digits[-MEANINGFUL_DIGITS:] if len(digits) >= SHORTEST_PHONE else ""


def email(text: str) -> str:
    """A mail address in lower case, "" if it is none."""
    text = _fold(text).strip()
    return text if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) else ""


def domain(text: str) -> str:
    """The registered domain of a website or mail address; "" where it is anyone's.

    >>> domain("https://www.emmaus.asso.fr/creteil"), domain("contact@gmail.com")
    ('emmaus.asso.fr', '')
    """
    text = _fold(text).strip().rpartition("@")[2]
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    parts = host.rstrip(".").split(".")
    kept = parts[-3:] if len(parts) > 2 and parts[-2] in SECOND_LEVEL else parts[-2:]
    found = ".".join(kept)
    return found if len(kept) > 1 and all(kept) and found not in GENERIC_HOSTS else ""


def siret(text: str) -> str:
    """The 14 digits of a valid SIRET, else ""."""
    digits = re.sub(r"\D", "", text)
    return digits if digits and siret_number.is_valid(digits) else ""


def rna(text: str) -> str:
    """The number of an association in the national register, W and nine digits or letters, else ""."""
    text = re.sub(r"\W", "", text.upper())
    return text if re.fullmatch(r"W[0-9A-Z]\d{8}", text) else ""
