"""HSDS 3.x (Open Referral): organisations and services with their locations, nested or apart, as JSON.

Services may hold their organisation, organisations their services; in a file of separate lists they point at one
another by identifier. What has no place in the directory is told as unread.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from django.utils.translation import gettext_noop as _

from parcours.census.formats import Raw, Reading
from parcours.census.formats.schedules import opening_hours
from parcours.census.formats.streams import objects
from parcours.directory.choices import Capacity, Gender, RecordKind, ServiceState, SpokenBy
from parcours.directory.records import BY_NAME
from parcours.directory.vocabulary import vocabulary
from parcours.engines.hours import Hours, HoursError
from parcours.engines.hours.week import DAYS
from parcours.imports.rules import Problem

Found = Mapping[str, Any]

# What the lists of a file with separate lists are read for, in this order.
ORDER = ("locations", "service_at_locations", "organizations", "organisations", "services", "contents", "", "*")
ORGANISATION = {"name": "name", "description": "description", "email": "email", "website": "website"}
SERVICE = {
    "name": "name", "description": "description", "email": "email", "url": "website",
    "application_process": "enrolment_note", "fees_description": "fee_note", "eligibility_description": "conditions",
    "minimum_age": "age_min", "maximum_age": "age_max",
}  # fmt: skip
ADDRESS = {"address_1": "address", "address_2": "address_more", "postal_code": "postcode", "city": "area"}
LOCATION = {"name": "name", "longitude": "lon", "latitude": "lat"}
STATES = {
    "inactive": ServiceState.CLOSED, "defunct": ServiceState.CLOSED, "temporarily closed": ServiceState.SUSPENDED,
}  # fmt: skip
# Fields of a service whose vocabularies an attribute's term may belong to.
SCHEMES = {
    "themes": "themes", "publics": "publics", "service_types": "types", "stay": "stay", "modes": "modes",
    "enrolment": "enrolment", "enrolled_by": "enrolled_by", "documents": "documents",
}  # fmt: skip
# Choices without a vocabulary, which an attribute may name as well.
CHOICES = {"gender": Gender.values, "capacity": Capacity.values}
READ = {
    RecordKind.ORGANISATION: {"id", "alternate_name", "parent_organization_id", "phones", "contacts", "locations",
                              "organization_identifiers", "services", "attributes", *ORGANISATION},
    RecordKind.SERVICE: {"id", "organization_id", "organization", "status", "assured_date", "last_modified", "phones",
                         "contacts", "languages", "schedules", "service_at_locations", "service_areas", "cost_options",
                         "required_documents", "capacities", "attributes", "additional_urls", *SERVICE},
}  # fmt: skip
COLUMNS = {
    "places.address": "address_1", "places.address_more": "address_2", "places.postcode": "postal_code",
    "places.area": "city", "places.lon": "longitude", "places.lat": "latitude", "places.hours": "schedules",
    "hours": "schedules", "phone": "phones", "identifiers": "organization_identifiers",
    "observed_on": "last_modified", "organisation": "organization_id", "parent": "parent_organization_id",
}  # fmt: skip
AREA_KEY = re.compile(r"[a-z0-9][a-z0-9-]+:[A-Za-z0-9-]+")
OTHER_FORM = _("This item does not have the form of HSDS 3: a list or an object stands where the other is expected.")
NO_ID = _("An “id” is needed.")
HOURS_LEFT_OUT = _("A schedule repeats in a way that cannot be written here: its hours are left out.")


def read(file: IO[bytes], keys: Sequence[str]) -> Reading:
    """The lists under these keys. Raises UnreadableFile."""
    reader = _Reader()
    return Reading(reader.rows(file, keys), reader.unread)


class _Reader:
    """One file: locations and organisations that were met, and what nobody reads."""

    def __init__(self) -> None:
        self.unread: set[str] = set()
        self.locations: dict[str, Found] = {}
        self.given_at: dict[str, list[Found]] = {}
        self.met: set[str] = set()

    def rows(self, file: IO[bytes], keys: Sequence[str]) -> Iterator[Raw]:
        for key in sorted((key for key in keys if key in ORDER), key=ORDER.index):
            for number, found in objects(file, key):
                if key == "locations":
                    self.locations[str(found.get("id", ""))] = found
                elif key == "service_at_locations":
                    self.given_at.setdefault(str(found.get("service_id", "")), []).append(found)
                else:
                    yield from self._records(number, found)

    def _records(self, number: int, found: Found) -> Iterator[Raw]:
        """The organisations and services that an object holds; one problem for an object of another form."""
        is_service = "status" in found or "organization" in found or "organization_id" in found
        try:
            yield from list(self._service(number, found) if is_service else self._organisation(number, found))
        except (AttributeError, KeyError, TypeError, ValueError):
            kind = RecordKind.SERVICE if is_service else RecordKind.ORGANISATION
            yield Raw(number, kind, str(found.get("id") or ""), {}, problems=[Problem("", OTHER_FORM)])

    def _organisation(self, number: int, found: Found) -> Iterator[Raw]:
        own = str(found.get("id") or "")
        if own not in self.met or not own:
            self.met.add(own)
            yield self._organisation_itself(number, own, found)
        for service in found.get("services") or []:
            yield from self._service(number, {"organization_id": own, **service})

    def _organisation_itself(self, number: int, own: str, found: Found) -> Raw:
        raw = self._raw(number, RecordKind.ORGANISATION, own, found, ORGANISATION)
        raw.parent = str(found.get("parent_organization_id") or "")
        if 0 < len(found.get("alternate_name") or "") <= 40:
            raw.values["acronym"] = found["alternate_name"]
        numbers = [
            {"scheme": _register(one), "value": one.get("identifier", "")}
            for one in found.get("organization_identifiers") or []
        ]
        if numbers:
            raw.values["identifiers"] = numbers
        self._terms(raw, found.get("attributes") or [])
        if places := [self._place(raw, location, []) for location in found.get("locations") or []][:1]:
            raw.values["places"] = places
            if "area" in places[0]:
                raw.values["area"] = places[0]["area"]
        return raw

    def _service(self, number: int, found: Found) -> Iterator[Raw]:
        organisation = found.get("organization") or {}
        giver = str(found.get("organization_id") or organisation.get("id") or "")
        if organisation.get("name") and giver not in self.met:
            yield from self._organisation(number, {**organisation, "id": giver, "services": []})
        raw = self._raw(number, RecordKind.SERVICE, str(found.get("id") or ""), found, SERVICE)
        raw.parent = giver
        raw.observed_on = str(found.get("assured_date") or found.get("last_modified") or "")[:10]
        raw.state = STATES.get(str(found.get("status")), ServiceState.PUBLISHED)
        self._describe(raw, found)
        at = [*(found.get("service_at_locations") or []), *self.given_at.get(raw.external_id, [])]
        places = [
            self._place(raw, one.get("location") or self.locations.get(str(one.get("location_id")), {}),
                        one.get("schedules") or [])
            for one in at
        ]  # fmt: skip
        if places := [place for place in places if place]:
            raw.values["places"] = places
        yield raw

    def _raw(self, number: int, kind: RecordKind, own: str, found: Found, fields: Mapping[str, str]) -> Raw:
        values = {ours: found[theirs] for theirs, ours in fields.items() if found.get(theirs) not in (None, "")}
        self.unread |= {key for key, value in found.items() if value not in (None, "", [])} - READ[kind]
        raw = Raw(number, kind, own, values, columns={ours: theirs for theirs, ours in fields.items()} | COLUMNS)
        if not own:
            raw.problems.append(Problem("id", NO_ID))
        first, *others = [one["number"] for one in found.get("phones") or [] if one.get("number")] or [""]
        contacts = [_contact(one) for one in found.get("contacts") or []]
        contacts += [{"phone": other, "is_private": False} for other in others]
        values |= ({"phone": first} if first else {}) | ({"contacts": contacts} if contacts else {})
        return raw

    def _describe(self, raw: Raw, found: Found) -> None:
        """What a service says in rows of its own."""
        values = raw.values
        if languages := [_language(one) for one in found.get("languages") or [] if one.get("code") or one.get("name")]:
            values["languages"] = languages
        self._hours(raw, values, schedules := found.get("schedules") or [])
        if notes := sorted({one["notes"] for one in schedules if one.get("notes")}):
            values["hours_note"] = "\n".join(notes)
        terms = {
            name for one in found.get("attributes") or [] if (name := (one.get("taxonomy_term") or {}).get("name"))
        }
        documents = [one["document"] for one in found.get("required_documents") or [] if one.get("document")]
        if documents := [document for document in documents if document not in terms]:
            values["documents_note"] = "\n".join(documents)
        for one in found.get("additional_urls") or []:
            if one.get("label") == "enrolment" and one.get("url"):
                values["enrolment_url"] = one["url"]
            else:
                self.unread.add("additional_urls")
        amounts = [one["amount"] for one in found.get("cost_options") or [] if one.get("amount") is not None]
        if amounts:
            values["fee"] = "payant" if any(float(amount) > 0 for amount in amounts) else "gratuit"
        areas = [
            str(one.get("extent") or one.get("uri") or one.get("name") or "")
            for one in found.get("service_areas") or []
        ]
        if areas and all(AREA_KEY.fullmatch(area) for area in areas):
            values["catchment"] = areas
        elif areas:
            self.unread.add("service_areas")
        for capacity in (found.get("capacities") or [])[:1]:
            values["capacity"] = Capacity.OPEN if (capacity.get("available") or 0) > 0 else Capacity.FULL
            values["capacity_on"] = str(capacity.get("updated") or "")[:10]
        self._terms(raw, found.get("attributes") or [])

    def _terms(self, raw: Raw, attributes: Iterable[Found]) -> None:
        """Codes, for the field of ours that an attribute names, else for the one whose vocabulary knows them."""
        for attribute in attributes:
            code = str((attribute.get("taxonomy_term") or {}).get("code") or attribute.get("value") or "")
            named = BY_NAME[raw.kind].get(str(attribute.get("link_type")))
            if named and code in CHOICES.get(named.name, _vocabulary(named.scheme)):
                field = named.name
            elif raw.kind == RecordKind.SERVICE:
                field = next((field for scheme, field in SCHEMES.items() if code in vocabulary(scheme)), "")
            else:
                field = ""
            if not field:
                self.unread.add("attributes")
            elif BY_NAME[raw.kind][field].kind == "codes":
                raw.values.setdefault(field, []).append(code)
            else:
                raw.values[field] = code

    def _place(self, raw: Raw, location: Found, schedules: list[Found]) -> dict[str, Any]:
        if location.get("location_type") == "virtual":
            raw.values.setdefault("modes", []).append("a-distance")
            return {}
        place = {ours: location[theirs] for theirs, ours in LOCATION.items() if location.get(theirs) not in (None, "")}
        for address in (location.get("addresses") or [])[:1]:
            place |= {ours: address[theirs] for theirs, ours in ADDRESS.items() if address.get(theirs)}
        for one in location.get("accessibility") or []:
            if one.get("url"):
                place["accessibility_url"] = one["url"]
            else:
                self.unread.add("accessibility")
        self._hours(raw, place, schedules or location.get("schedules") or [])
        return place

    def _hours(self, raw: Raw, values: dict[str, Any], schedules: list[Found]) -> None:
        hours = opening_hours(schedules)
        if hours is None and len(said := {str(one.get("description") or "") for one in schedules}) == 1:
            hours = _as_written(*said)
        if hours is None:
            raw.warnings.append(Problem("schedules", HOURS_LEFT_OUT))
        elif hours:
            values["hours"] = hours


def _as_written(description: str) -> str | None:
    """Hours that a description says in OpenStreetMap's syntax, as our own export does."""
    try:
        return Hours(description).text if description else None
    except HoursError:
        return None


def _vocabulary(scheme: str) -> Container[str]:
    return vocabulary(scheme) if scheme not in ("", "area") else ()


def _register(one: Found) -> str:
    """Which register a number is of: "FR-SIRET" and "Numéro SIRET" are SIRET's."""
    written = f"{one.get('identifier_scheme') or ''} {one.get('identifier_type') or ''}".lower()
    return next((name for name in ("siret", "siren", "rna") if name in written), written.strip()[:20] or "other")


def _contact(one: Found) -> dict[str, Any]:
    phones = [phone["number"] for phone in one.get("phones") or [] if phone.get("number")]
    return {
        "name": one.get("name") or "", "role": one.get("title") or "", "email": one.get("email") or "",
        "phone": phones[0] if phones else "",
    }  # fmt: skip


def _language(one: Found) -> dict[str, Any]:
    """By its code, else by its name; codes of three letters are cut to what the vocabulary has."""
    code = str(one.get("code") or "").lower()
    known = vocabulary("languages")
    found = code if code in known else code.partition("-")[0]
    note = {"note": one.get("note") or ""}
    if (said := note["note"].split(" · "))[0] in SpokenBy.values:
        note = {"spoken_by": said.pop(0)}
        if said and set(names := said[0].split(",")) <= set(DAYS):
            note["days"] = [DAYS.index(name) + 1 for name in names]
            said.pop(0)
        note["note"] = " · ".join(said)
    return {"code": found if found in known else one.get("name") or code, **note}
