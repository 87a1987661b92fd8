"""Records as the linkage engine reads them, and its reasons in words."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parcours.directory.choices import RecordKind, ServiceState
from parcours.directory.models import Identifier, Link, Organisation, Place, Service, ServicePlace
from parcours.imports.rules import Report, no_report

if TYPE_CHECKING:
    from parcours.engines import linkage

Row = dict[str, Any]
Text = str | Promise

READ_AT_ONCE = 5_000
REGISTERS = ("siret", "rna")
# From this probability on, two records are shown to people.
ALIKE = 0.5
SAME_NAME = ("same", "network", "acronym", "close", "part")


def engine() -> Any:
    """The linkage engine, loaded when it is first needed: what never compares records stays small and quick."""
    return import_module("parcours.engines.linkage")


def kept_of(kind: str) -> QuerySet[Any]:
    """The records that may have a twin: neither merged away nor closed."""
    if kind == RecordKind.ORGANISATION:
        return Organisation.objects.kept()
    return Service.objects.kept().exclude(state=ServiceState.CLOSED)


def rows_of(kind: str, *, only: Collection[int] | None = None, report: Report = no_report) -> list[Row]:
    """What the engine compares of every kept record of a kind, or of some: flat rows without what is empty."""
    found = kept_of(kind).order_by("pk")
    if only is not None:
        found = found.filter(pk__in=only)
    rows = []
    for row in (_organisation_rows if kind == RecordKind.ORGANISATION else _service_rows)(found):
        rows.append({name: value for name, value in row.items() if value not in (None, "", [])})
        report(len(rows))
    return rows


def _organisation_rows(found: QuerySet[Any]) -> Iterator[Row]:
    held = found.order_by().values("pk")
    doors = _doors(Place.objects.filter(organisation__in=held), "organisation", "-is_main")
    sites, numbers = defaultdict(list), defaultdict(dict)
    for pk, url in _read(Link.objects.filter(organisation__in=held), "organisation", "url"):
        sites[pk].append(url)
    registered = Identifier.objects.filter(organisation__in=held, scheme__in=REGISTERS)
    for pk, scheme, value in _read(registered, "organisation", "scheme", "value"):
        numbers[pk][scheme] = value
    columns = ("pk", "name", "acronym", "area__name", "phone", "email", "website")
    for pk, name, acronym, town, phone, email, website in _read(found, *columns):
        door = doors.get(pk, {})
        row = {"id": pk, "name": name, "acronym": acronym, **door, "commune": door.get("commune") or town}
        yield row | reached(phone, email, website, *sites.get(pk, ())) | numbers.get(pk, {})


def _service_rows(found: QuerySet[Any]) -> Iterator[Row]:
    held = found.order_by().values("pk")
    doors = _doors(ServicePlace.objects.filter(service__in=held), "service", "order", prefix="place__")
    columns = ("pk", "name", "organisation__name", "themes", "phone", "email", "website")
    for pk, name, organisation, themes, phone, email, website in _read(found, *columns):
        row = {"id": pk, "name": name.source_text, "organisation": organisation, "themes": themes}
        yield row | doors.get(pk, {}) | reached(phone, email, website)


def _doors(rows: QuerySet[Any], owner: str, first: str, prefix: str = "") -> dict[int, Row]:
    """The address of each owner: its first place's."""
    columns = [prefix + name for name in ("address", "postcode", "area__name", "lon", "lat")]
    found = rows.order_by(owner, first, "pk").distinct(owner)
    return {pk: dict(zip(DOOR, values, strict=True)) for pk, *values in _read(found, owner, *columns)}


DOOR = ("address", "postcode", "commune", "lon", "lat")


def _read(found: QuerySet[Any], *columns: str) -> Iterator[tuple[Any, ...]]:
    return found.values_list(*columns).iterator(chunk_size=READ_AT_ONCE)


def reached(phone: str, email: str, *websites: str) -> Row:
    """The ways to reach a record, as the engine takes them."""
    return {
        "phones": [phone] if phone else [],
        "emails": [email] if email else [],
        "websites": [*filter(None, websites)],
    }


def are_beside_each_other(pair: "linkage.Pair") -> bool:
    """Two services of one organisation share its door and its phone: only their names can tell that they are one."""
    shown = {reason.field: reason.level for reason in pair.reasons}
    return shown.get("owner") == "same" and shown["name"] not in SAME_NAME


# Reasons in words

SAID = {"field": "source", "level": "said", "weight": 3.0}
REASONS: Mapping[tuple[str, str], Text] = {
    ("source", "said"): _("a source says that they may be the same"),
    ("name", "same"): _("same name"),
    ("name", "network"): _("same name, which many places bear"),
    ("name", "acronym"): _("one name is the initials of the other"),
    ("name", "close"): _("almost the same name"),
    ("name", "part"): _("one name is part of the other"),
    ("name", "rare_word"): _("a rare word in both names"),
    ("name", "branch"): _("the same network in both names"),
    ("name", "similar"): _("names that look a little alike"),
    ("name", "different"): _("different names"),
    ("address", "same"): _("same address"),
    ("address", "elsewhere"): _("same street and number, in another commune"),
    ("address", "close"): _("same number in a street of almost the same name"),
    ("address", "street"): _("same street, another number"),
    ("address", "different"): _("different streets"),
    ("place", "here"): _("less than 100 metres apart"),
    ("place", "near"): _("less than a kilometre apart"),
    ("place", "same"): _("same commune"),
    ("place", "area"): _("less than ten kilometres apart"),
    ("place", "different"): _("far apart"),
    ("commune", "same"): _("same commune"),
    ("commune", "postcode"): _("same postcode, another commune"),
    ("commune", "different"): _("different communes"),
    ("phone", "same"): _("same phone number"),
    ("phone", "switchboard"): _("same phone number, which many places share"),
    ("phone", "different"): _("different phone numbers"),
    ("online", "same"): _("same e-mail address"),
    ("online", "domain"): _("same website or mail domain"),
    ("online", "network"): _("same website or mail domain, which many places share"),
    ("online", "different"): _("different websites and e-mail addresses"),
    ("register", "same"): _("same number in a register"),
    ("register", "unit"): _("two establishments of one legal body"),
    ("register", "different"): _("different numbers in the registers"),
    ("owner", "same"): _("same organisation"),
    ("owner", "similar"): _("organisations of a similar name"),
    ("owner", "different"): _("different organisations"),
    ("themes", "same"): _("same themes"),
    ("themes", "overlap"): _("some themes in common"),
    ("themes", "different"): _("different themes"),
}
# From this weight on (log2 of how much likelier): what it is worth.
STRENGTHS: tuple[tuple[float, Text], ...] = (
    (7, _("strongly for")),
    (1.5, _("for")),
    (-1.5, _("hardly counts")),
    (-4, _("against")),
)
STRONGLY_AGAINST: Text = _("strongly against")
SURE: tuple[tuple[float, Text], ...] = ((0.95, _("almost certain")), (0.8, _("likely")))
POSSIBLE: Text = _("possible")


@dataclass(frozen=True)
class Told:
    """A reason in words, and what it is worth; `is_for` says which way it pulls."""

    text: Text
    strength: Text
    is_for: bool


def told(reasons: Iterable[Mapping[str, Any]]) -> list[Told]:
    """The reasons that say something, the weightiest first; what a record does not tell counts neither way."""
    known = [reason for reason in reasons if (reason["field"], reason["level"]) in REASONS]
    known.sort(key=lambda reason: -abs(reason["weight"]))
    return [
        Told(REASONS[one["field"], one["level"]], _above(STRENGTHS, one["weight"], STRONGLY_AGAINST), one["weight"] > 0)
        for one in known
    ]


def how_sure(probability: float) -> Text:
    """A probability in a word: nobody can count on its decimals."""
    return _above(SURE, probability, POSSIBLE)


def _above(steps: Sequence[tuple[float, Text]], value: float, lowest: Text) -> Text:
    return next((text for least, text in steps if value >= least), lowest)
