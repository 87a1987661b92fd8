"""A pack's services: those its sources name, and those invented for a demonstration, each with its organisation."""

from datetime import date
from typing import Any

from parcours.directory.actions.organisations import create_organisation
from parcours.directory.actions.services import create_service
from parcours.directory.choices import PublicationConsent
from parcours.directory.models import Organisation, Source, SourceRecord
from parcours.directory.records import SERVICE, Values
from parcours.packs.pack import Pack, Row

FILES = ("services.yaml", "list.yaml")
TEXTS = {field.name for field in SERVICE if field.kind == "text"}
PLAIN = {field.name for field in SERVICE} - TEXTS - {"places", "languages", "catchment"}


class ServiceLoader:
    """Adds the services of one of the pack's FILES that are missing; what is there stays as it is."""

    def __init__(self, pack: Pack, sources: dict[str, Source], file: str) -> None:
        self.pack, self.sources, self.rows = pack, sources, pack.read(file) or {}
        self.addresses = {row["key"]: [address_row(row)] for row in self.rows.get("invented_organisations", [])}
        told = SourceRecord.objects.all()
        self.known = set(told.values_list("source__key", "external_id"))
        # one that was merged into another is found as that other
        merged = told.filter(organisation__isnull=False, external_id__in=self.addresses).select_related("organisation")
        self.organisations = {row.key: row for row in Organisation.objects.all()}
        self.organisations |= {record.external_id: record.organisation for record in merged}

    def load_cited(self) -> int:
        """What a source says that an organisation does."""
        return sum(self.add(row, self.rows["source"], is_invented=False) for row in self.rows.get("cited", []))

    def load_invented(self) -> int:
        """What is made up so that a demonstration is alive, all of it labelled so."""
        for row in self.rows.get("invented_organisations", []):
            if (self.rows["invented_source"], row["key"]) not in self.known:
                self.organisations[row["key"]] = self.add_organisation(row)
        told = self.rows.get("invented", [])
        return sum(self.add(row, self.rows["invented_source"], is_invented=True) for row in told)

    def add_organisation(self, row: Row) -> Organisation:
        values: Values = {name: row[name] for name in ("name", "kind", "phone", "email") if row.get(name)}
        return create_organisation(
            source=self.sources[self.rows["invented_source"]],
            external_id=row["key"],
            values=values | {"area": area_key(row["commune"]), "places": self.addresses[row["key"]]},
            observed_on=self.written_on(row),
            consent=PublicationConsent.GIVEN,
            is_invented=True,
            key=row["key"],
        )

    def add(self, row: Row, source: str, *, is_invented: bool) -> int:
        if (source, row["key"]) in self.known:
            return 0
        create_service(
            organisation=self.organisations[row["organisation"]],
            source=self.sources[source],
            external_id=row["key"],
            values=self.values(row),
            observed_on=self.written_on(row),
            confirmed_on=_day(row.get("confirmed_on")),
            section=row.get("section", ""),
            is_invented=is_invented,
        )
        return 1

    def values(self, row: Row) -> Values:
        """A row of the file as `directory.records` holds it; what it lacks of contact is its organisation's."""
        organisation, address = self.organisations[row["organisation"]], self.addresses.get(row["organisation"], [])
        values: Values = {"phone": organisation.phone, "email": organisation.email}
        values |= {name: row[name] for name in PLAIN if name in row}
        values |= {name: self.pack.text(row[name]).stored() for name in TEXTS if name in row}
        values["languages"] = [language_row(text) for text in row.get("languages", [])]
        values["places"] = [place_row(place) for place in row["places"]] if "places" in row else address
        values["catchment"] = [area_key(code) for code in row.get("catchment", [])]
        return {name: value for name, value in values.items() if value not in (None, "", [])}

    def written_on(self, row: Row) -> date | None:
        return _day(row.get("observed_on") or row.get("confirmed_on") or self.rows.get("written_on"))


def place_row(row: Row) -> Values:
    """A place of the file; `at` is [longitude, latitude], `commune` an INSEE code."""
    names = ("name", "address", "postcode", "hours", "accessibility")
    values: Values = {name: row[name] for name in names if row.get(name)}
    lon, lat = row["at"]
    return values | {"area": area_key(row["commune"]), "lon": lon, "lat": lat}


def address_row(row: Row) -> Values:
    """An organisation's own address, which has no name."""
    return place_row({**row, "name": ""})


def language_row(text: str) -> Values:
    """ "ti:volunteer:2,4" as a row of a record."""
    code, spoken_by, days = [*text.split(":"), "", ""][:3]
    return {"code": code, "spoken_by": spoken_by, **({"days": [int(day) for day in days.split(",")]} if days else {})}


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def area_key(code: str) -> str:
    return f"insee-commune:{code}"
