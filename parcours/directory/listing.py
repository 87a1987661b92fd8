"""The rows that search reads, made from a service and all that hangs on it; nothing is asked of the database here."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from parcours.directory.models import Listing
from parcours.engines.words import index_text
from parcours.translations.texts import Translated

if TYPE_CHECKING:
    from parcours.directory.models import Service, ServicePlace


def listings_of(service: "Service") -> list[Listing]:
    """One listing a place, or one without a place; the service comes `with_details()`."""
    at = list(service.at.all()) or [None]
    return [Listing(**_shared(service), **_placed(service, each)) for each in at]


def _shared(service: "Service") -> dict[str, Any]:
    return {
        "service": service,
        "themes": service.themes,
        "types": service.types,
        "publics": service.publics,
        "stay": service.stay,
        "languages": sorted({language.code for language in service.languages.all()}),
        "modes": service.modes,
        "catchment": service.catchment,
        "gender": service.gender,
        "age_min": service.age_min,
        "age_max": service.age_max,
        "quality": 0.0,
    }


def _placed(service: "Service", at: "ServicePlace | None") -> dict[str, Any]:
    place = at.place if at else None
    area = place.area if place else None
    return {
        "place": place,
        "lon": place.lon if place else None,
        "lat": place.lat if place else None,
        "area_path": area.path if area else "",
        "hours": (at.hours if at else "") or service.hours or (place.hours if place else ""),
        "head": _indexed([service.name, service.summary, service.organisation.name]),
        "body": _indexed(_texts(service, place)),
    }


def _texts(service: "Service", place: Any) -> Iterator[Translated | str]:
    yield from (service.name, service.summary, service.description, service.publics_note, service.conditions)
    yield from (service.organisation.name, service.organisation.acronym)
    if place is not None:
        yield from (place.name, place.address, place.town)


def _indexed(texts: Iterable[Translated | str]) -> str:
    by_language: dict[str, list[str]] = {}
    for text in texts:
        text = text if isinstance(text, Translated) else Translated.of({"fr": text})
        for code, version in text.versions.items():
            by_language.setdefault(code, []).append(version.text)
    return index_text({code: " ".join(parts) for code, parts in by_language.items()})
