"""A pack's services: those its sources name, and those invented for a demonstration, each with its organisation."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from parcours.directory.actions.organisations import create_organisation
from parcours.directory.actions.services import create_service
from parcours.directory.choices import PublicationConsent
from parcours.directory.models import Organisation, Place, Source, SourceRecord
from parcours.directory.records import SERVICE, Values, place_values
from parcours.packs.pack import Pack, Row

FILE = "services.yaml"
TEXTS = {field.name for field in SERVICE if field.kind == "text"}
PLAIN = {field.name for field in SERVICE} - TEXTS - {"places", "languages", "catchment"}


class ServiceLoader:
    """Adds the services that are missing; what is there stays as it is."""

    def __init__(self, pack: Pack, sources: dict[str, Source]) -> None:
        self.pack, self.sources, self.rows = pack, sources, pack.read(FILE) or {}
        self.organisations = {row.key: row for row in Organisation.objects.all()}
        told = SourceRecord.objects.values_list("source__key", "external_id")
        self.known = set(told)

    def load_cited(self) -> int:
        """What a source says that an organisation does."""
        source = self.sources[self.rows["source"]] if self.rows else None
        return sum(self.add(row, source, is_invented=False) for row in self.rows.get("cited", []) if source)

    def load_invented(self) -> int:
        """What is made up so that a demonstration is alive; each row says so."""
        if not self.rows:
            return 0
        source = self.sources[self.rows["invented_source"]]
        for row in self.rows["invented_organisations"]:
            if (source.key, row["key"]) not in self.known:
                self.organisations[row["key"]] = self.add_organisation(row, source)
        return sum(self.add(row, source, is_invented=True) for row in self.rows["invented"])

    def add_organisation(self, row: Row, source: Source) -> Organisation:
        commune = area_key(row["commune"])
        values: Values = {"name": row["name"], "kind": row["kind"], "area": commune, "phone": row["phone"]}
        values["places"] = [place_row({**row, "name": ""})]
        return create_organisation(
            source=source,
            external_id=row["key"],
            values=values,
            observed_on=self.written_on(row),
            consent=PublicationConsent.GIVEN,
            is_invented=True,
            key=row["key"],
        )

    def add(self, row: Row, source: Source, *, is_invented: bool) -> int:
        if (source.key, row["key"]) in self.known:
            return 0
        organisation = self.organisations[row["organisation"]]
        create_service(
            organisation=organisation,
            source=source,
            external_id=row["key"],
            values=self.values(row, organisation),
            observed_on=self.written_on(row),
            confirmed_on=_day(row.get("confirmed_on")),
            section=row.get("section", ""),
            is_invented=is_invented,
        )
        return 1

    def values(self, row: Row, organisation: Organisation) -> Values:
        """A row of the file as `directory.records` holds it."""
        values: Values = {name: row[name] for name in PLAIN if row.get(name) not in (None, "")}
        values |= {name: self.pack.text(row[name]).stored() for name in TEXTS if row.get(name)}
        values["languages"] = [language_row(text) for text in row.get("languages", [])]
        values["places"] = list(self.places(row, organisation))
        values["catchment"] = [area_key(code) for code in row.get("catchment", [])]
        if organisation.phone:
            values.setdefault("phone", organisation.phone)
        return {name: value for name, value in values.items() if value not in (None, "", [])}

    def places(self, row: Row, organisation: Organisation) -> Iterator[Values]:
        if "places" in row:
            yield from map(place_row, row["places"])
            return
        main = Place.objects.filter(organisation=organisation, is_main=True).select_related("area").first()
        if main is not None:
            yield place_values(main)

    def written_on(self, row: Row) -> date | None:
        return _day(row.get("observed_on") or row.get("confirmed_on") or self.rows.get("written_on"))


def place_row(row: Row) -> Values:
    """A place of the file; `at` is [longitude, latitude], `commune` an INSEE code."""
    names = ("name", "address", "postcode", "hours", "accessibility")
    values: Values = {name: row[name] for name in names if row.get(name)}
    lon, lat = row["at"]
    return values | {"area": area_key(row["commune"]), "lon": lon, "lat": lat}


def language_row(text: str) -> Values:
    """ "ti:volunteer:2,4" as a row of a record."""
    code, spoken_by, days = [*text.split(":"), "", ""][:3]
    return {"code": code, "spoken_by": spoken_by, **({"days": [int(day) for day in days.split(",")]} if days else {})}


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def area_key(code: str) -> str:
    return f"insee-commune:{code}"
