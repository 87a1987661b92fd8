"""What one needs to know before going to a service, fact by fact, in one language.

The page, the sheet that one hands over and the message all tell these facts, in these words. What nobody said of the
main ones is said to be not known; of the others nothing is said.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import translation

from parcours.directory.choices import Capacity
from parcours.directory.hours import Line as HoursLine
from parcours.directory.hours import describe, now_words
from parcours.directory.hours.words import day_name
from parcours.directory.queries.services import DAYS_IN_A_MONTH
from parcours.directory.sheet.words import Words
from parcours.directory.wording import hours_read, label_of, shown_phone
from parcours.engines.hours import Hours
from parcours.kit.dates import PartialDate
from parcours.kit.figures import format_number
from parcours.kit.punctuation import colon, listed
from parcours.translations.texts import Translated

if TYPE_CHECKING:
    from parcours.directory.models import Contact, Place, Service, SourceRecord
    from parcours.geo.models import Area

# The facts in the order in which one asks, with their pictograms.
ICONS = {
    "for_whom": "people",
    "languages": "languages",
    "when": "clock",
    "where": "pin",
    "cost": "money",
    "capacity": "seat",
    "french": "book",
    "stay": "door",
    "documents": "document",
    "enrolment": "edit",
    "accessibility": "wheelchair",
    "contact": "phone",
}
# Whoever chooses a service asks these: silence must not be taken for "no matter" or for "no".
MAIN = ("languages", "when", "cost", "capacity")
PLACES_SHOWN = 6
# Labels begin with a capital letter: no comma stands between them.
BETWEEN_LABELS = " · "


@dataclass(frozen=True)
class Fact:
    """One fact: its name in `words`, its pictogram, and what is said of it in lines."""

    name: str
    icon: str
    label: str
    lines: tuple[str, ...]
    is_known: bool = True


def facts_of(
    service: "Service", language: str, *, at: datetime, areas: Mapping[str, "Area"] | None = None
) -> list[Fact]:
    """The facts of a service that comes `with_details()`; `areas` are those of its catchment, by key."""
    say, teller = Words(language), Teller(service, language, at, areas or {})
    with translation.override(language):
        told = {name: tuple(line for line in getattr(teller, name)() if line) for name in ICONS}
        return [
            Fact(name, ICONS[name], say(name), lines or (say("not_said"),), is_known=bool(lines))
            for name, lines in told.items()
            if lines or name in MAIN
        ]


@dataclass
class Teller:
    """Says each fact in one language, which must be the active one."""

    service: "Service"
    language: str
    at: datetime
    areas: Mapping[str, "Area"]

    def __post_init__(self) -> None:
        self.say = Words(self.language)

    def for_whom(self) -> Iterator[str]:
        service = self.service
        if service.gender:
            yield self.say(service.gender)
        yield self._labels("publics", service.publics)
        ages = {"low": service.age_min, "high": service.age_max}
        if any(age is not None for age in ages.values()):
            name = "age_to" if ages["low"] is None else "age_from" if ages["high"] is None else "age_between"
            yield self.say(name, **ages)
        if service.catchment:
            names = [self.areas[key].name_in(self.language) for key in service.catchment if key in self.areas]
            yield self.say("catchment", places=listed(names))
        yield self._text(service.publics_note)
        yield self._text(service.conditions)

    def languages(self) -> Iterator[str]:
        for spoken in self.service.languages.all():
            days = [day_name(day - 1) for day in sorted(spoken.days)]
            more = listed(filter(None, [self.say(spoken.spoken_by), *days, spoken.note]))
            yield f"{label_of('languages', spoken.code, self.language)} ({more})"

    def when(self) -> Iterator[str]:
        service = self.service
        held = list(self._hours())[:PLACES_SHOWN]
        for where, hours in held:
            if where:
                yield embedded(where) + colon().rstrip()
            yield from (str(line) for line in describe(hours, self.language, on=self.at.date()) if _tells(hours, line))
        if not held:
            yield self.say("hours_unknown") + (f" {self.say('call_first')}" if service.phone else "")
        yield self._text(service.hours_note)
        if service.weekly_hours:
            yield self.say("weekly_hours", n=format_number(service.weekly_hours.normalize(), _decimals(service)))
        if service.weeks:
            yield self.say("weeks", n=service.weeks)

    def where(self) -> Iterator[str]:
        at = list(self.service.at.all())
        yield from (embedded(address_of(one.place)) for one in at[:PLACES_SHOWN])
        if len(at) > PLACES_SHOWN:
            yield self.say("more_places", n=len(at) - PLACES_SHOWN)
        modes = [mode for mode in self.service.modes if mode != "en-presentiel" or not at]
        yield self._labels("modes", modes)

    def cost(self) -> Iterator[str]:
        yield self._labels("fees", filter(None, [self.service.fee]))
        yield self._text(self.service.fee_note)

    def capacity(self) -> Iterator[str]:
        service = self.service
        if not service.capacity:
            return
        yield self.say(service.capacity)
        if service.capacity == Capacity.WAITING and service.wait_weeks:
            yield self.say("wait", n=service.wait_weeks)
        if service.capacity == Capacity.FULL and service.full_until:
            yield self.say("full_until", day=in_words(service.full_until))
        if service.capacity_on:
            yield self.say("said_on", day=in_words(service.capacity_on))

    def french(self) -> Iterator[str]:
        low, high = self.service.french_min, self.service.french_max
        if low in ("", "A0") and high in ("", "C2"):
            yield self._labels("levels", filter(None, [low]))
        elif low == high:
            yield self._labels("levels", [low])
        else:
            yield self.say("french_from", low=self._labels("levels", [low])) if low not in ("", "A0") else ""
            yield self.say("french_to", high=self._labels("levels", [high])) if high not in ("", "C2") else ""

    def stay(self) -> Iterator[str]:
        yield self._labels("stay", self.service.stay)

    def documents(self) -> Iterator[str]:
        yield self._labels("documents", self.service.documents)
        yield self._text(self.service.documents_note)

    def enrolment(self) -> Iterator[str]:
        service = self.service
        yield self._labels("enrolment", service.enrolment)
        if service.enrolled_by:
            yield self.say("enrolled_by", who=self._labels("enrolled_by", service.enrolled_by))
        yield service.enrolment_url
        yield self._text(service.enrolment_note)

    def accessibility(self) -> Iterator[str]:
        at = [one.place for one in self.service.at.all() if one.place.accessibility]
        for place in at:
            labels = self._labels("accessibility", place.accessibility)
            yield f"{place.name or place.address}{colon()}{labels}" if len(at) > 1 else labels

    def contact(self) -> Iterator[str]:
        service, organisation = self.service, self.service.organisation
        if phone := service.phone or organisation.phone:
            yield f"{self.say('phone')}{colon()}{isolated(shown_phone(phone))}"
        if email := service.email or organisation.email:
            yield f"{self.say('email')}{colon()}{isolated(email)}"
        if website := service.website or organisation.website:
            yield f"{self.say('website')}{colon()}{isolated(website)}"
        yield from (contact_words(contact) for contact in service.contacts.all() if not contact.is_private)

    def open_now(self) -> str:
        """Whether somebody is there at this moment, and when next; "" where that is not known."""
        words = [
            now_words(hours, self.language, at=self.at)
            for _where, hours in self._hours()
            if hours.state(self.at) != "unknown"
        ]
        return words[0] if len(words) == 1 else ""

    def _hours(self) -> Iterator[tuple[str, Hours]]:
        """The hours at each place (of all places at once where they are the same), with the place's name."""
        yield from hours_at(self.service)

    def _labels(self, scheme: str, codes: Iterable[str]) -> str:
        return BETWEEN_LABELS.join(label_of(scheme, code, self.language) for code in codes)

    def _text(self, text: Translated) -> str:
        return text.in_language(self.language)


def hours_at(service: "Service") -> Iterator[tuple[str, Hours]]:
    """The hours of a service where they are known: once for all its places when they agree, else place by place."""
    told = {one: one.hours or service.hours or one.place.hours for one in service.at.all()}
    texts = set(told.values()) or {service.hours}
    if len(texts) == 1:
        hours = hours_read(texts.pop())
        if hours:
            yield "", hours
        return
    for one, text in told.items():
        hours = hours_read(text)
        if hours:
            yield one.place.name or one.place.address, hours


def address_of(place: "Place") -> str:
    """The whole address in one line."""
    town = f"{place.postcode} {place.town}".strip()
    return ", ".join(filter(None, [place.name, place.address, place.address_more, town]))


def contact_words(contact: "Contact") -> str:
    """A person or desk in one line."""
    phone = isolated(shown_phone(contact.phone)) if contact.phone else ""
    email = isolated(contact.email) if contact.email else ""
    return embedded(", ".join(filter(None, [contact.name, contact.role, phone, email])))


def isolated(text: str) -> str:
    """A number or an address that reads from left to right whatever stands around it."""
    return f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def embedded(text: str) -> str:
    """A text in its own direction, whatever stands around it."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def in_words(day: date) -> str:
    """A day in the active language."""
    return PartialDate(day).formatted()


def _tells(hours: Hours, line: HoursLine) -> bool:
    """Whether a line of an ordinary week says more than that these days are not among those named."""
    week = hours.weekly()
    return not (week and any(week.days) and line.days) or any(letter.isdigit() for letter in line.hours)


def _decimals(service: "Service") -> int:
    return 0 if service.weekly_hours == int(service.weekly_hours or 0) else 2


@dataclass(frozen=True)
class Freshness:
    """How sure one may be that a record still holds: who said so last, and when. `kind` is a name in `words`."""

    kind: str
    on: date | None

    @property
    def is_doubtful(self) -> bool:
        return self.kind in ("overdue", "undated")

    def words(self, language: str) -> str:
        say = Words(language)
        with translation.override(language):
            return say(self.kind, day=in_words(self.on)) if self.on else say(self.kind)


def freshness_of(service: "Service", records: Iterable["SourceRecord"], *, on: date) -> Freshness:
    """When the service was last confirmed or written, by whom, and whether its rhythm has passed since."""
    last = service.confirmed_on or service.observed_on
    if last is None:
        return Freshness("undated", None)
    if last + timedelta(days=service.rhythm_months * DAYS_IN_A_MONTH) < on:
        return Freshness("overdue", last)
    if service.confirmed_on is None:
        return Freshness("written", last)
    words = [word for record in records for word in record.confirmed.values()]
    by = max(words, key=lambda word: word["on"])["by"] if words else "office"
    return Freshness("confirmed_owner" if by == "owner" else "confirmed_office", last)
