"""What a phone keeps of the directory: the services of a commune or of the whole territory, searched without network.

A pack is one language. Its head says once what all its records share (labels, words that name a term, the map); a
record says what the service's page says to everyone, and the words it is found by. Nothing of it is about persons.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db.models import Count, F, Func, Max, Prefetch, Q, QuerySet
from django.utils import timezone, translation

from parcours.api.public import id_of, public_id
from parcours.api.queries import EPOCH, horizon, services
from parcours.directory.actions.services import areas_by_key
from parcours.directory.listing import FREE, forms, opening_days
from parcours.directory.models import Organisation, Service, ServiceLanguage, ServicePlace, SourceRecord, Territory
from parcours.directory.queries.services import DAYS_IN_A_MONTH
from parcours.directory.sheet.facts import ICONS, facts_of, freshness_of
from parcours.directory.sheet.words import Words
from parcours.directory.vocabulary import DAYS, entries, vocabulary
from parcours.directory.wording import label_of, shown_phone
from parcours.engines.thesaurus import FILLERS, NAME
from parcours.engines.words import STOP_WORDS, words
from parcours.geo.maps import area_map
from parcours.geo.models import Area

Values = dict[str, Any]

# Raised when the shape changes: phones then fetch their packs whole.
FORMAT = 1
MICROSECOND = timedelta(microseconds=1)
REMOTE = "a-distance"
# What one may choose from a list; the other schemes only name things.
CHOSEN = ("themes", "languages", "when")
# What a question may name, and where a record keeps its codes of it.
SCHEMES = {"themes": "t", "service_types": "k", "publics": "u", "languages": "g", "when": "w", "fees": "c"}
ID_LENGTH = 12
# Longer ago, a difference would weigh as much as the whole.
LONGEST_AGO = timedelta(days=180)
MOST_SEARCHED = 400  # words of one record
KEPT_FOR = 60 * 60  # seconds

# Compressed bytes, as measured: what all packs have, and one record.
HEAD_WEIGHS, RECORD_WEIGHS = 37_000, 300


def about_bytes(areas: Iterable[Area]) -> list[tuple[Area | None, int]]:
    """What the packs weigh, roughly, told before anything is fetched: of the whole territory, then of each commune."""
    public = Service.objects.public().order_by()
    given = ServicePlace.objects.filter(service__in=public).order_by().values("place__area")
    counts = dict(given.annotate(n=Count("service", distinct=True)).values_list("place__area", "n"))
    remote = public.filter(catchment=[], modes__contains=[REMOTE]).count()
    numbers = [(None, public.count()), *((area, counts.get(area.pk, 0) + remote) for area in areas)]
    return [(area, HEAD_WEIGHS + RECORD_WEIGHS * number) for area, number in numbers]


@dataclass(frozen=True)
class Pack:
    """The services of a place (None: of the whole territory) in one language, as of one moment."""

    area: Area | None
    language: str
    at: datetime

    def services(self) -> QuerySet[Service]:
        """Those given there, those for people who live there, and those that one reaches from anywhere."""
        if self.area is None:
            return services()
        lived_in = self.area.path.strip("/").split("/")
        return (
            services()
            .filter(
                Q(pk__in=Service.objects.given_in(self.area).values("pk"))
                | Q(catchment__overlap=lived_in)
                | Q(catchment=[], modes__contains=[REMOTE])
            )
            .order_by("key")
        )

    @cached_property
    def head(self) -> Values:
        with translation.override(self.language):
            return _head(self.language)

    @cached_property
    def mark(self) -> str:
        """What the head is known by: a phone that has another needs all anew."""
        return hashlib.sha256(_json(self.head)).hexdigest()[:16]

    def whole(self) -> bytes:
        """The whole pack, compressed; kept until something changes or an hour has passed."""
        key = f"offline:{self.area and self.area.pk}:{self.language}:{self.mark}:{_latest_change()}:{self.at.date()}"
        return cache.get_or_set(key, self._written, KEPT_FOR) or b""

    def _written(self) -> bytes:
        return _packed(self._answer(head=self.head, records=list(self._records(self.services())), gone=[], whole=True))

    def since(self, version: str) -> bytes | None:
        """What changed since that version, compressed; None for a version that only the whole pack can follow."""
        moment = self._moment(version)
        if moment is None:
            return None
        changed = Q(changed_at__gte=moment) | Q(organisation__changed_at__gte=moment)
        wanted = self.services()
        gone = Service.objects.filter(changed).exclude(pk__in=wanted.order_by().values("pk")).order_by("pk")
        keys = [*gone.values_list("key", flat=True), *_erased(moment)]
        return _packed(
            self._answer(
                records=list(self._records(wanted.filter(changed))), gone=sorted(map(_short_of_key, keys)), whole=False
            )
        )

    def _answer(self, **parts: Any) -> Values:
        moment = (horizon(at=self.at) - EPOCH) // MICROSECOND
        return {"version": f"{moment:x}.{self.mark}", "made_at": self.at.isoformat(), **parts}

    def _moment(self, version: str) -> datetime | None:
        told, _dot, mark = version.partition(".")
        try:
            moment = EPOCH + int(told, 16) * MICROSECOND
        except (ValueError, OverflowError):
            return None
        return moment if mark == self.mark and self.at - LONGEST_AGO < moment <= self.at else None

    def _records(self, found: QuerySet[Service]) -> Iterator[Values]:
        confirmed = SourceRecord.objects.only("service_id", "confirmed")
        rows = list(found.prefetch_related(Prefetch("source_records", queryset=confirmed)))
        areas = areas_by_key(sorted({key for row in rows for key in row.catchment}))
        with translation.override(self.language):
            for row in rows:
                yield {name: value for name, value in self._record(row, areas).items() if value not in ("", [], None)}

    def _record(self, service: Service, areas: Mapping[str, Area]) -> Values:
        at, language = timezone.localtime(self.at), self.language
        places = [one.place for one in service.at.all()]
        hours = [one.hours or service.hours or one.place.hours for one in service.at.all()] or [service.hours]
        said = facts_of(service, language, at=at, areas=areas)
        last = service.confirmed_on or service.observed_on
        phone = service.phone or service.organisation.phone
        return {
            "id": _short(id_of(service)),
            "key": service.key,
            "n": service.name.in_language(language).text,
            "o": service.organisation.name,
            "s": service.summary.in_language(language).text,
            "d": service.description.in_language(language).text,
            "i": service.is_invented or None,
            "f": [[fact.name, *fact.lines] for fact in said],
            "p": [[place.lon, place.lat] for place in places if place.lon is not None],
            "a": sorted({place.area.slug for place in places if place.area}),
            "tel": [phone, shown_phone(phone)] if phone else [],
            "r": freshness_of(service, service.source_records.all(), on=at.date()).words(language),
            "due": last and (last + timedelta(days=service.rhythm_months * DAYS_IN_A_MONTH)).isoformat()[:10],
            "t": service.themes,
            "k": service.types,
            "u": service.publics,
            "g": sorted({spoken.code for spoken in service.languages.all()}),
            "w": [day for day in DAYS if any(day in opening_days(text) for text in hours)],
            "c": [service.fee] if service.fee else [],
            "x": _searched(service),
        }


def _head(language: str) -> Values:
    territory = Territory.objects.select_related("area").first()
    communes = list(Area.objects.communes_of(territory.area).in_reading_order()) if territory else []
    drawn = area_map(communes, language=language)
    say, used = Words(language), _used()
    return {
        "format": FORMAT,
        "language": language,
        "labels": {scheme: {code: label_of(scheme, code, language) for code in used[scheme]} for scheme in CHOSEN},
        "facts": {name: say(name) for name in ICONS},
        "terms": _terms_used(used),
        "small": sorted(STOP_WORDS | FILLERS),
        "free": FREE,
        "areas": [[area.slug, area.name_in(language), area.name] for area in communes],
        "map": [drawn.width, drawn.height, [[place.area.slug, place.path] for place in drawn.places]],
    }


def _used() -> dict[str, list[str]]:
    """The codes of each scheme that some service of the territory has; all days."""
    found: dict[str, list[str]] = {"when": list(DAYS)}
    for scheme, column in (("themes", "themes"), ("service_types", "types"), ("publics", "publics")):
        codes = Service.objects.public().order_by().annotate(code=Func(F(column), function="unnest"))
        found[scheme] = sorted(codes.values_list("code", flat=True).distinct())
    spoken = ServiceLanguage.objects.filter(service__in=Service.objects.public().order_by())
    found["languages"] = sorted(spoken.order_by().values_list("code", flat=True).distinct())
    found["fees"] = [term.code for term in vocabulary("fees").terms]
    return found


def _terms_used(used: Mapping[str, Iterable[str]]) -> dict[str, dict[str, str]]:
    terms = _terms()
    return {scheme: {code: terms[scheme].get(code, "") for code in codes} for scheme, codes in used.items()}


@lru_cache(maxsize=1)
def _terms() -> dict[str, dict[str, str]]:
    """The words that name each term in every language: so a question in Arabic finds a record in French."""
    found: dict[str, dict[str, dict[str, None]]] = {scheme: {} for scheme in SCHEMES}
    for entry in entries():
        if entry.weight == NAME and entry.scheme in found:
            said = found[entry.scheme].setdefault(entry.code, {})
            said |= dict.fromkeys(form for word in words(entry.text) for form in forms(word, entry.language))
    return {scheme: {code: " ".join(said) for code, said in terms.items()} for scheme, terms in found.items()}


def _searched(service: Service) -> str:
    """The words that a record is found by beside those of its terms: folded, and their stems."""
    organisation = service.organisation
    texts = [
        (code, version.text)
        for text in (service.name, service.summary, service.description)
        for code, version in text.versions.items()
    ]
    texts += [("fr", organisation.name), ("fr", organisation.acronym)]
    texts += [("fr", one.place.name) for one in service.at.all()]
    said = dict.fromkeys(form for code, text in texts for word in words(text) for form in forms(word, code))
    return " ".join([form for form in said if form not in STOP_WORDS][:MOST_SEARCHED])


def _latest_change() -> str:
    """A moment that moves with every change of what packs hold."""
    moments = [model.objects.aggregate(at=Max("changed_at"))["at"] for model in (Service, Organisation)]
    erased = apps.get_model("directory", "ServiceEvent").objects.filter(pgh_label="delete")
    latest = max(filter(None, [*moments, erased.aggregate(at=Max("pgh_created_at"))["at"]]), default=EPOCH)
    return latest.astimezone(UTC).strftime("%Y%m%d%H%M%S%f")


def _erased(moment: datetime) -> list[str]:
    history = apps.get_model("directory", "ServiceEvent")._default_manager
    return list(history.filter(pgh_label="delete", pgh_created_at__gte=moment).values_list("key", flat=True))


def _short_of_key(key: str) -> str:
    return _short(public_id("service", key))


def _short(name: str) -> str:
    """Enough of a public name to tell the records of one pack apart: of 10,000 two agree once in five million packs."""
    return name.replace("-", "")[:ID_LENGTH]


def _packed(answer: Values) -> bytes:
    return gzip.compress(_json(answer), compresslevel=9, mtime=0)


def _json(values: Values) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
