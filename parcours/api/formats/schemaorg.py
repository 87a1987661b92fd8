"""schema.org in pages: what search engines and assistants read of a service or an organisation."""

from collections.abc import Iterator

from django.utils.translation import get_language

from parcours.api.formats import label, plain, said
from parcours.api.public import page_of, public_values
from parcours.directory.choices import OrganisationKind
from parcours.directory.models import Organisation, Place, Service
from parcours.directory.records import Values
from parcours.engines.hours import Hours, HoursError

CONTEXT = "https://schema.org"
PUBLIC = (
    OrganisationKind.MUNICIPALITY, OrganisationKind.DEPARTEMENT, OrganisationKind.DIVISION, OrganisationKind.STATE,
    OrganisationKind.PUBLIC_BODY, OrganisationKind.SOCIAL_SECURITY,
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def service(row: Service, root: str) -> Values:
    values, language = public_values(row), get_language() or "fr"
    is_public = row.organisation.kind in PUBLIC
    return said(
        {
            "@context": CONTEXT,
            "@type": "GovernmentService" if is_public else "Service",
            "@id": page_of(row, root, language),
            "url": page_of(row, root, language),
            "name": plain(values, "name", language),
            "description": plain(values, "description", language) or plain(values, "summary", language),
            "serviceType": [label("themes", code, language) for code in values.get("themes", [])],
            "provider": _named(row.organisation, root, language),
            "areaServed": [_area(key) for key in values.get("catchment", [])],
            "audience": [
                {"@type": "Audience", "audienceType": label("publics", code, language)}
                for code in values.get("publics", [])
            ],
            "isAccessibleForFree": True if values.get("fee") == "gratuit" else None,
            "hoursAvailable": hours(values.get("hours", "")),
            "availableChannel": [_channel(values, place, own) for place, own in _doors(row)],
        }
    )


def organisation(row: Organisation, root: str) -> Values:
    values, language = public_values(row), get_language() or "fr"
    main = next((place for place in row.places.all() if place.is_main), None)
    return said(
        {
            "@context": CONTEXT,
            "@id": page_of(row, root, language),
            **_named(row, root, language),
            "alternateName": row.acronym,
            "description": plain(values, "description", language),
            "telephone": values.get("phone"),
            "email": values.get("email"),
            "sameAs": values.get("website"),
            "identifier": [
                {"@type": "PropertyValue", "propertyID": number["scheme"].upper(), "value": number["value"]}
                for number in values.get("identifiers", [])
            ],
            "address": _address(main) if main else None,
        }
    )


def hours(text: str) -> list[Values]:
    """A specification for each range of an ordinary week; nothing where the hours say more than a week can."""
    try:
        week = Hours(text).weekly()
    except HoursError:
        return []
    if week is None:
        return []
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [f"{CONTEXT}/{name}" for name, day in zip(WEEKDAYS, week.days, strict=True) if one in day],
            "opens": f"{one.opens:%H:%M}",
            "closes": f"{one.closes:%H:%M}" if f"{one.closes:%H:%M}" != "00:00" else "23:59",
        }
        for one in sorted({one for day in week.days for one in day})
    ]


def _named(row: Organisation, root: str, language: str) -> Values:
    kind = "GovernmentOrganization" if row.kind in PUBLIC else "Organization"
    return {"@type": kind, "name": row.name, "url": page_of(row, root, language)}


def _doors(row: Service) -> Iterator[tuple[Place | None, str]]:
    """Each place with the hours that are its own; none for a service without place."""
    at = list(row.at.all())
    yield from ((each.place, each.hours or each.place.hours) for each in at)
    if not at:
        yield None, ""


def _channel(values: Values, place: Place | None, own: str) -> Values:
    phone = values.get("phone")
    return said(
        {
            "@type": "ServiceChannel",
            "availableLanguage": sorted({row["code"] for row in values.get("languages", [])}),
            "serviceUrl": values.get("enrolment_url") or values.get("website"),
            "servicePhone": {"@type": "ContactPoint", "telephone": phone} if phone else None,
            "serviceLocation": _location(place, own) if place else None,
        }
    )


def _location(place: Place, own: str) -> Values:
    has_point = place.lon is not None
    return said(
        {
            "@type": "Place",
            "name": place.name,
            "address": _address(place),
            "geo": {"@type": "GeoCoordinates", "latitude": place.lat, "longitude": place.lon} if has_point else None,
            "openingHoursSpecification": hours(own),
        }
    )


def _address(place: Place) -> Values:
    parts = {"streetAddress": place.address, "postalCode": place.postcode, "addressLocality": place.town}
    return {"@type": "PostalAddress", **said(parts)}


def _area(key: str) -> Values:
    system, _colon, code = key.partition(":")
    number = {"@type": "PropertyValue", "propertyID": system, "value": code}
    return {"@type": "AdministrativeArea", "identifier": number}
