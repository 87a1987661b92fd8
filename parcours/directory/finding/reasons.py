"""Why a service stands where it stands, in words: from the numbers that ranked it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from parcours.directory.choices import Capacity, Gender
from parcours.directory.facts import LEVELS
from parcours.directory.finding.question import Question
from parcours.directory.finding.ranking import Match
from parcours.directory.hours import now_words
from parcours.directory.hours.words import day_name
from parcours.directory.listing import read_hours
from parcours.directory.vocabulary import DAYS, vocabulary
from parcours.kit.dates import PartialDate
from parcours.kit.figures import format_number
from parcours.kit.punctuation import listed

if TYPE_CHECKING:
    from parcours.directory.models import Listing, Service

YES, UNKNOWN, NO = "yes", "unknown", "no"
REMOTE, MOBILE = "a-distance", "mobile"


@dataclass(frozen=True)
class Reason:
    """`sign`: it speaks for the service, against it, or nobody knows; `icon` is one of the house's."""

    sign: str
    icon: str
    text: str


def reasons(listing: "Listing", match: Match, question: Question, at: datetime) -> list[Reason]:
    """What is said on a result, most important first; the listing comes with its service, languages and place."""
    told = _Teller(listing, match, question, at)
    found = (
        *told.place(),
        *told.languages(),
        *told.when(),
        *told.places(),
        *told.level(),
        *told.fee(),
        *told.people(),
        *told.access(),
        *told.freshness(),
        *told.missing(),
    )
    return [replace(reason, text=capfirst(reason.text)) for reason in found]


@dataclass
class _Teller:
    listing: "Listing"
    match: Match
    question: Question
    at: datetime

    def __post_init__(self) -> None:
        self.service: Service = self.listing.service
        self.language = get_language() or "fr"

    def place(self) -> Iterator[Reason]:
        if self.match.km is not None:
            yield Reason(YES, "pin", distance_words(self.match.km))
        if self.listing.place is None:
            if REMOTE in self.service.modes:
                yield Reason(YES, "phone", gettext("by phone or online"))
            elif MOBILE in self.service.modes:
                yield Reason(YES, "arrow", gettext("comes to you"))
            else:
                yield Reason(UNKNOWN, "pin", gettext("address not known"))
        if not self.match.is_for_here:
            yield Reason(NO, "door", gettext("for people who live elsewhere"))

    def languages(self) -> Iterator[Reason]:
        wanted = vocabulary("languages").with_descendants(self.question.languages)
        spoken = [each for each in self.service.languages.all() if each.code in wanted]
        for each in spoken:
            days = [day_name(day - 1) for day in sorted(each.days)]
            more = listed([str(each.get_spoken_by_display()), *days])
            name = label("languages", each.code, self.language)
            yield Reason(YES, "languages", gettext("%(language)s: %(by)s") % {"language": name, "by": more})
        if wanted and not spoken:
            yield Reason(UNKNOWN, "languages", gettext("languages not known: call first"))

    def when(self) -> Iterator[Reason]:
        hours = read_hours(self.listing.hours)
        if hours is None:
            if self.question.when:
                yield Reason(UNKNOWN, "clock", gettext("hours not known: call first"))
            return
        if self.question.when in DAYS:
            opens = hours.opens_on(DAYS.index(self.question.when))
            day = day_name(DAYS.index(self.question.when))
            words = {True: gettext("open on %(day)s"), None: gettext("perhaps open on %(day)s: call first")}
            if opens is not False:
                yield Reason(YES if opens else UNKNOWN, "calendar", words[opens] % {"day": day})
        state = hours.state(self.at)
        if state == "open" or self.question.when == "now":
            sign = {"open": YES, "closed": NO, "unknown": UNKNOWN}[state]
            yield Reason(sign, "clock", now_words(hours, self.language, at=self.at))

    def places(self) -> Iterator[Reason]:
        if self.match.has_places is True:
            yield Reason(YES, "seat", gettext("places left"))
        elif self.match.has_places is False:
            yield Reason(NO, "seat", str(Capacity(self.service.capacity).label))
        elif self.question.has_places:
            yield Reason(UNKNOWN, "seat", gettext("places left: not known"))

    def level(self) -> Iterator[Reason]:
        low, high = self.listing.french_min, self.listing.french_max
        if low is None and high is None:
            if self.question.level:
                yield Reason(UNKNOWN, "book", gettext("level of French not said"))
        elif not low and (high is None or high <= LEVELS.index("A2")):
            yield Reason(YES, "book", gettext("French for beginners"))
        elif low is None or high is None:
            words = gettext("French: from %(level)s") if high is None else gettext("French: up to %(level)s")
            yield Reason(YES, "book", words % {"level": LEVELS[low if high is None else high]})
        else:
            yield Reason(
                YES, "book", gettext("French: %(low)s to %(high)s") % {"low": LEVELS[low], "high": LEVELS[high]}
            )

    def fee(self) -> Iterator[Reason]:
        if self.service.fee:
            sign = YES if self.listing.is_free else NO
            yield Reason(sign, "money", label("fees", self.service.fee, self.language))
        elif self.question.is_free:
            yield Reason(UNKNOWN, "money", gettext("cost not known"))

    def people(self) -> Iterator[Reason]:
        if self.service.gender:
            yield Reason(YES, "people", str(Gender(self.service.gender).label))
        for name, scheme, codes, own in (
            ("publics", "publics", self.question.publics, self.service.publics),
            ("stay", "stay", self.question.stay, self.service.stay),
        ):
            if not codes:
                continue
            if self.match.fits.get(name):
                yield Reason(YES, ICONS[name], listed(label(scheme, code, self.language) for code in own[:3]))
            else:
                yield Reason(UNKNOWN, ICONS[name], NOT_SAID[name]())

    def access(self) -> Iterator[Reason]:
        if self.question.is_accessible:
            known = bool(self.listing.is_accessible)
            words = gettext("wheelchair access") if known else gettext("accessibility not known")
            yield Reason(YES if known else UNKNOWN, "wheelchair", words)

    def freshness(self) -> Iterator[Reason]:
        last, confirmed = self.listing.said_on, self.service.confirmed_on
        if last is None:
            yield Reason(UNKNOWN, "check", gettext("never confirmed"))
        elif self.match.is_overdue:
            yield Reason(NO, "alert", gettext("not confirmed since %(month)s") % {"month": month(last)})
        elif confirmed == last:
            yield Reason(YES, "check", gettext("confirmed in %(month)s") % {"month": month(last)})
        else:
            yield Reason(YES, "check", gettext("written in %(month)s") % {"month": month(last)})

    def missing(self) -> Iterator[Reason]:
        typed = [self.question.sought[number].typed for number in self.match.missing]
        if words := " ".join(dict.fromkeys(filter(None, typed))):
            yield Reason(UNKNOWN, "search", gettext("does not say “%(words)s”") % {"words": words})


ICONS = {"publics": "people", "stay": "door"}
NOT_SAID = {
    "publics": lambda: gettext("does not say for whom"),
    "stay": lambda: gettext("does not say which conditions of stay"),
}


def month(day: date) -> str:
    return PartialDate(day, "month").formatted()


@lru_cache(maxsize=2048)
def label(scheme: str, code: str, language: str) -> str:
    """A code's label, or the code itself where the vocabulary lacks it."""
    known = vocabulary(scheme)
    return known.label(code, language).text if code in known else code


def labels(scheme: str, codes: Iterable[str]) -> str:
    return listed(label(scheme, code, get_language() or "fr") for code in codes)


def distance_words(km: float) -> str:
    """ "400 m" below a kilometre, "2.1 km" below ten, "24 km" beyond."""
    if km < 1:
        return gettext("%(n)s m") % {"n": format_number(max(50, round(km * 20) * 50))}
    return gettext("%(n)s km") % {"n": format_number(round(km, 1), 1) if km < 10 else format_number(round(km))}
