"""GeoJSON (RFC 7946): a feature for each service at each of its places; a remote service has no geometry."""

from collections.abc import Iterable, Iterator

from parcours.api.formats import Site, label, plain, said, to_json
from parcours.api.public import id_of, page_of, public_values
from parcours.directory.models import Service
from parcours.directory.records import Values


def features(rows: Iterable[Service], site: Site) -> Iterator[Values]:
    for service in rows:
        values = public_values(service)
        shared = _properties(service, values, site)
        for number, place in enumerate(values.get("places") or [{}]):
            has_point = "lon" in place and "lat" in place
            here = {name: place[name] for name in ("address", "postcode", "area") if name in place}
            if hours := place.get("hours") or values.get("hours"):
                here["hours"] = hours
            yield {
                "type": "Feature",
                "id": f"{id_of(service)}-{number}",
                "geometry": {"type": "Point", "coordinates": [place["lon"], place["lat"]]} if has_point else None,
                "properties": shared | here,
            }


def collection(rows: Iterable[Values], licence: str) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","license":' + to_json(licence) + b',"features":['
    for number, row in enumerate(rows):
        yield b",\n" * bool(number) + to_json(row)
    yield b"]}\n"


def _properties(service: Service, values: Values, site: Site) -> Values:
    return said(
        {
            "service": id_of(service),
            "name": plain(values, "name"),
            "summary": plain(values, "summary"),
            "organisation": service.organisation.name,
            "themes": values.get("themes"),
            "theme_labels": [label("themes", code) for code in values.get("themes", [])],
            "publics": values.get("publics"),
            "languages": sorted({row["code"] for row in values.get("languages", [])}),
            "fee": values.get("fee"),
            "phone": values.get("phone"),
            "email": values.get("email"),
            "website": values.get("website"),
            "confirmed_on": service.confirmed_on and service.confirmed_on.isoformat(),
            "url": page_of(service, site.root),
        }
    ) | {"is_invented": service.is_invented}
