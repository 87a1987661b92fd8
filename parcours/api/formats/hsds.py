"""Human Services Data Specification 3.x, as JSON: services with the organisation that gives them and their places.

Codes go out as attributes with a taxonomy term; each is named by its vocabulary in `link_type`. Opening hours are RRULE
schedules where they are an ordinary week; the same hours stand in OpenStreetMap's words in `description`.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time

from django.conf import settings
from django.utils import timezone

from parcours.api.formats import INVENTED, Site, label, plain, said
from parcours.api.public import id_of, page_of, public_id, public_values
from parcours.directory.models import Organisation, Place, Service
from parcours.directory.records import SERVICE, Values
from parcours.engines.hours import Hours, HoursError
from parcours.engines.hours.week import DAYS

CODES = tuple((field.name, field.scheme) for field in SERVICE if field.scheme not in ("", "area"))
# choices without a vocabulary of their own
CHOICES = ("gender", "capacity")


def services(rows: Iterable[Service], site: Site) -> Iterator[Values]:
    return (service(row, site) for row in rows)


def organisations(rows: Iterable[Organisation], site: Site) -> Iterator[Values]:
    return (organisation(row, site) for row in rows)


def service(row: Service, site: Site) -> Values:
    values, me = public_values(row), id_of(row)
    giver = row.organisation
    given_by = {
        "id": id_of(giver),
        "name": giver.name,
        "description": giver.description.in_language(settings.LANGUAGE_CODE).text,
    }
    return said(
        {
            "id": me,
            "organization_id": given_by["id"],
            "name": plain(values, "name"),
            "description": plain(values, "description") or plain(values, "summary"),
            "url": values.get("website") or page_of(row, site.root),
            "email": values.get("email"),
            "status": "active",
            "interpretation_services": _interpreters(values),
            "application_process": plain(values, "enrolment_note"),
            "additional_urls": _urls(me, values.get("enrolment_url")),
            "fees_description": plain(values, "fee_note"),
            "eligibility_description": plain(values, "conditions"),
            "minimum_age": values.get("age_min"),
            "maximum_age": values.get("age_max"),
            "assured_date": row.confirmed_on and row.confirmed_on.isoformat(),
            "alert": INVENTED if row.is_invented else "",
            "last_modified": row.changed_at.isoformat(),
            "phones": _phones(me, values),
            "schedules": schedules(me, values.get("hours", ""), plain(values, "hours_note")),
            "service_areas": [
                {"id": public_id("area", me, area), "service_id": me, "name": area}
                for area in values.get("catchment", [])
            ],
            "service_at_locations": [_at(me, at.place, at.hours, site) for at in row.at.all()],
            "languages": [_language(me, language) for language in values.get("languages", [])],
            "cost_options": _costs(me, values),
            "required_documents": [
                {"id": public_id("document", me, code), "service_id": me, "document": label("documents", code)}
                for code in values.get("documents", [])
            ],
            "attributes": list(_attributes(me, values)),
        }
    ) | {"organization": given_by}


def organisation(row: Organisation, site: Site) -> Values:
    """`description` is asked for: it is empty where nobody has written one."""
    values, me = public_values(row), id_of(row)
    found = {
        "id": me,
        "name": row.name,
        "alternate_name": row.acronym,
        "email": values.get("email"),
        "website": values.get("website") or page_of(row, site.root),
        "phones": _phones(me, values, "organization_id"),
        "locations": [_location(place, site) for place in row.places.all()],
        "organization_identifiers": [
            {
                "id": public_id("identifier", me, number["scheme"], number["value"]),
                "organization_id": me,
                "identifier_type": number["scheme"].upper(),
                "identifier": number["value"],
            }
            for number in values.get("identifiers", [])
        ],
        "attributes": [
            _attribute(me, "organization", "networks", "networks", code) for code in values.get("networks", [])
        ],
    }
    description = plain(values, "description")
    if row.is_invented:
        found["metadata"] = [_made_up(me, row.changed_at)]
    return said(found) | {"description": description}


def schedules(owner: str, text: str, note: str = "") -> list[Values]:
    """A rule for each range of an ordinary week; otherwise the text alone."""
    if not text:
        return []
    told = said({"description": text, "notes": note})
    try:
        week = Hours(text).weekly()
    except HoursError:
        week = None
    ranges = sorted({one for day in week.days for one in day}) if week else []
    if not week or not ranges:
        return [{"id": public_id("schedule", owner), **told}]
    return [
        {
            "id": public_id("schedule", owner, str(one)),
            "freq": "WEEKLY",
            "wkst": "MO",
            "byday": ",".join(name.upper() for name, day in zip(DAYS, week.days, strict=True) if one in day),
            "opens_at": _clock(one.opens),
            "closes_at": _clock(one.closes) if one.closes != time(0) else "24:00",
            **told,
        }
        for one in ranges
    ]


def _clock(moment: time) -> str:
    """Local time: what the clock beside the door shows all year round."""
    return f"{moment:%H:%M}"


def _at(owner: str, place: Place, hours: str, site: Site) -> Values:
    location = _location(place, site)
    me = public_id("service-at-location", owner, location["id"])
    return said(
        {
            "id": me,
            "service_id": owner,
            "location_id": location["id"],
            "schedules": schedules(me, hours),
            "location": location,
        }
    )


def _location(place: Place, site: Site) -> Values:
    me = public_id("place", str(place.pk))
    accessible = ", ".join(label("accessibility", code) for code in place.accessibility)
    return said(
        {
            "id": me,
            "location_type": "physical",
            "name": place.name,
            "transportation": place.directions.in_language(settings.LANGUAGE_CODE).text,
            "latitude": place.lat,
            "longitude": place.lon,
            "addresses": [_address(me, place)],
            "accessibility": [
                said({"id": public_id("access", me), "description": accessible, "url": place.accessibility_url})
            ]
            if accessible or place.accessibility_url
            else [],
            "schedules": schedules(me, place.hours),
        }
    )


def _address(owner: str, place: Place) -> Values:
    """Each part is asked for by the standard: what is not known is empty."""
    area = place.area
    return {
        "id": public_id("address", owner),
        "location_id": owner,
        "address_1": place.address,
        "address_2": place.address_more,
        "city": place.town,
        "state_province": area.parent.name if area and area.parent else "",
        "postal_code": place.postcode,
        "country": area.path.partition("/")[0].removeprefix("iso-3166-1:") if area else "",
        "address_type": "physical",
    }


def _phones(owner: str, values: Values, link: str = "service_id") -> list[Values]:
    number = values.get("phone")
    return [{"id": public_id("phone", owner, number), link: owner, "number": number}] if number else []


def _urls(owner: str, url: str | None) -> list[Values]:
    return [{"id": public_id("url", owner), "service_id": owner, "label": "enrolment", "url": url}] if url else []


def _language(owner: str, row: Values) -> Values:
    days = ",".join(DAYS[day - 1] for day in row.get("days", []))
    note = " · ".join(filter(None, [row["spoken_by"], days, row.get("note", "")]))
    me = public_id("language", owner, row["code"], row["spoken_by"])
    return {"id": me, "service_id": owner, "name": label("languages", row["code"]), "code": row["code"], "note": note}


def _interpreters(values: Values) -> str:
    rows = [row for row in values.get("languages", []) if row["spoken_by"] in ("interpreter", "telephone")]
    return ", ".join(label("languages", row["code"]) for row in rows)


def _costs(owner: str, values: Values) -> list[Values]:
    if values.get("fee") != "gratuit":
        return []
    return [{"id": public_id("cost", owner), "service_id": owner, "amount": 0, "currency": "EUR"}]


def _attributes(owner: str, values: Values) -> Iterator[Values]:
    for name, scheme in CODES:
        found = values.get(name, [])
        for code in [found] if isinstance(found, str) else found:
            yield _attribute(owner, "service", name, scheme, code)
    for name in CHOICES:
        if code := values.get(name):
            yield _attribute(owner, "service", name, name, code)


def _attribute(owner: str, entity: str, name: str, scheme: str, code: str) -> Values:
    written = code if scheme in CHOICES else label(scheme, code)
    term = {
        "id": public_id("term", scheme, code),
        "code": code,
        "name": written,
        "description": written,
        "taxonomy": scheme,
        "language": settings.LANGUAGE_CODE,
    }
    me = public_id("attribute", owner, name, code)
    return {"id": me, "link_id": owner, "link_entity": entity, "link_type": name, "taxonomy_term": term}


def _made_up(owner: str, at: datetime) -> Values:
    return {
        "id": public_id("metadata", owner),
        "resource_id": owner,
        "resource_type": "organization",
        "last_action_date": timezone.localdate(at).isoformat(),
        "last_action_type": "create",
        "field_name": "id",
        "previous_value": "",
        "replacement_value": INVENTED,
        "updated_by": "parcours",
    }
