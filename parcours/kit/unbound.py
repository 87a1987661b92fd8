"""The numbers in a prose that nobody can trace: typed, and neither cited as a figure nor quoted.

Every number in digits counts, in any script, with the separators of French, English and Arabic and a percent sign.
These do not, because they name something rather than measure it:

- dates and times: 28/02/2018, 28 février 2018, 14 July, 18 h 30, 10:30;
- a year from 1900 to 2100 that stands alone ("since 2014", "1968-2014"), not followed by a percent sign or a currency;
- a number after a word that numbers things ("Axe 1", "articles 9 et 10", "page 12", "n° 2017-779"), or an
  ordinal (3rd, 1er);
- a number that is part of a name ("B1", "COVID-19"), a web address, the number at the head of a list's item.

Numbers in words ("three") are not looked for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parcours.kit.dates import fold_month, month_names

CONTEXT = 40
YEARS = range(1900, 2101)


@dataclass(frozen=True)
class Number:
    """A number as typed, where it begins in the text, and the words around it."""

    text: str
    start: int
    context: str


LABELS = (
    # French
    "axes?|actions?|articles?|art|chapitres?|sections?|parties?|annexes?|appendices?|pages?|pp?|étapes?|phases?"
    "|objectifs?|figures?|tableaux?|fiches?|ateliers?|loi|décret|lois|circulaire|règlement|version|idée|question|défi"
    "|arrondissement|lot|tome|numéro|cercle"
    # English
    "|axis|chapters?|parts?|appendix|steps?|objectives?|goals?|tables?|sheets?|workshops?|act|regulation|ideas?"
    "|questions?|challenges?|circles?|volume|number|no|points?"
    # Spanish
    "|ejes?|artículos?|capítulos?|anexos?|páginas?|ley|etapas?"
    # Russian and Ukrainian
    "|ось|оси|стать[яи]|глав[аы]|раздел|шаг|стаття|статті|вісь|розділ|крок|сторінка|страница"
    # Arabic
    "|المحور|المادة|الفصل|الملحق|الصفحة|المرحلة|الخطوة|رقم"
)
MARKED = re.compile(
    r"\{figure:\w[\w.\-]*\}|\{quoted:[^{}]+\}|\]\([^()\s]+\)|https?://\S+|www\.\S+|(?<!\S)[^\s@]{1,64}@\S+"
    r"|^[ \t]*\d{1,3}[.)](?=\s)",
    re.MULTILINE,
)
SPACE = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}]"
DATES = re.compile(r"\b\d{1,2}([/.\-])\d{1,2}\1\d{4}\b|\b\d{4}-\d{1,2}(?:-\d{1,2})?\b(?!-)|\b\d{1,2}/\d{4}\b")
TIMES = re.compile(rf"\b\d{{1,2}}(?::\d{{2}}|{SPACE}?h(?:{SPACE}?\d{{2}})?)\b(?!\w)", re.IGNORECASE)
DAY_MONTH = re.compile(
    r"\b(?P<day>\d{1,2})(?:er|st|nd|rd|th)?(?:\s*(?:-|–|au|et|to|and|y|al|и|по|та|و)\s*\d{1,2}(?:st|nd|rd|th)?)?"
    r"(?:\s+(?:de|of))?\s+(?P<month>[^\W\d_]+)\.?"
)
MONTH_DAY = re.compile(
    r"\b(?P<month>[^\W\d_]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th|(?=,?\s+\d{4}\b|[.,;)]?(?:\s*$|\n)))"
)
ENGLISH_VERBS = frozenset({"may", "march", "mar"})
LABELLED = re.compile(
    rf"(?:(?<!\w)(?:{LABELS})\.?\s+(?:n[°ºo]s?\.?\s*|no\.?\s*|№\s*)?|(?:n[°º]s?|№|§)\s*)"
    r"\d[\d\-/.]*(?:\s*(?:,|et|and|to|à|au|&|–|-|y|и|та|و)\s*\d[\d\-/]*(?![\d%٪]))*(?!\s*[%٪])",
    re.IGNORECASE,
)
ORDINALS = re.compile(r"\b\d+(?:st|nd|rd|th|ers?|res?|ères?|es?|èmes?|emes?|nde?s?|º|ª|-?[йяею])\b", re.IGNORECASE)
GROUPED = rf"\d{{1,3}}(?:(?:{SPACE}|[.,'’٬])\d{{3}})+(?!\d)"
NUMBER = re.compile(rf"(?:{GROUPED}|\d+)(?:[.,٫]\d+)*(?P<unit>{SPACE}?[%٪‰€$£]|{SPACE}?euros?\b)?")
# A letter before the digits makes them part of a name; Arabic joins its prepositions to a number.
PART_OF_A_NAME = re.compile(r"[^\W\d_\u0600-\u06ff]-?$")


def unbound_numbers(text: str) -> list[Number]:
    """The numbers typed in this prose, in order."""
    hidden = _hide_names(text)
    found = []
    for match in NUMBER.finditer(hidden):
        if not _is_year(match) and not PART_OF_A_NAME.search(hidden[max(0, match.start() - 2) : match.start()]):
            number = match[0].removesuffix("euros").removesuffix("euro").rstrip("€$£").rstrip()
            found.append(Number(number, match.start(), _around(text, match.start(), match.end())))
    return found


def _is_year(match: re.Match[str]) -> bool:
    """Whether four plain digits without unit are a year."""
    return bool(re.fullmatch(r"\d{4}", match[0])) and int(match[0]) in YEARS


def _hide_names(text: str) -> str:
    """The text of the same length where marks, dates, times, labels and ordinals are blotted out."""
    for start, end in _name_spans(text, (MARKED,)):
        text = text[:start] + "\0" * (end - start) + text[end:]
    months = [
        match.span()
        for pattern in (DAY_MONTH, MONTH_DAY)
        for match in pattern.finditer(text)
        if int(match["day"]) <= 31
        and match["month"] not in ENGLISH_VERBS
        and fold_month(match["month"]) in month_names()
    ]
    for start, end in [*months, *_name_spans(text, (DATES, TIMES, LABELLED, ORDINALS))]:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text


def _name_spans(text: str, patterns: tuple[re.Pattern[str], ...]) -> Iterator[tuple[int, int]]:
    return (match.span() for pattern in patterns for match in pattern.finditer(text))


def _around(text: str, start: int, end: int) -> str:
    """The words on either side, on one line."""
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    if start > CONTEXT:
        before = "…" + before.partition(" ")[2]
    if end + CONTEXT < len(text):
        after = after.rpartition(" ")[0] + "…"
    return " ".join(f"{before}{text[start:end]}{after}".split())
