"""Tables, a line for each record, in the columns of the import's own template: what goes out can come in again."""

from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings

from parcours.api.public import public_values
from parcours.directory.models import Organisation, Service
from parcours.directory.records import FIELDS, PLACE, Values, kind_of
from parcours.translations.texts import Translated

BETWEEN = " | "
OTHER_LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
REGISTERS = ("siret", "rna", "siren")
PLACE_COLUMNS = {"name": "place_name", "area": "commune"}
GIVEN_BY = ("organisation_id", "organisation_name", "organisation_kind")


def columns(kind: str) -> list[str]:
    """What heads the table; a text has a column for each language of the site."""
    found = ["id", *(GIVEN_BY if kind == "service" else REGISTERS)]
    for field in FIELDS[kind]:
        if field.kind != "rows" and (field.scheme != "area" or field.name == "catchment"):
            found.append(field.name)
        if field.kind == "text":
            found += [f"{field.name}_{code}" for code in OTHER_LANGUAGES]
    found += ["languages"] if kind == "service" else []
    return [*found, *(PLACE_COLUMNS.get(name, name) for name in PLACE if name != "hours"), "observed_on", "is_invented"]


def lines(rows: Iterable[Service | Organisation]) -> Iterator[Sequence[object]]:
    for row in rows:
        cells = _cells(row)
        yield [cells.get(name, "") for name in columns(kind_of(row))]


def _cells(row: Service | Organisation) -> Values:
    values = public_values(row)
    cells: Values = {"id": row.key, "observed_on": row.observed_on, "is_invented": "yes" if row.is_invented else ""}
    if isinstance(row, Service):
        giver = row.organisation
        cells |= dict(zip(GIVEN_BY, (giver.key, giver.name, giver.kind), strict=True))
    for field in FIELDS[kind_of(row)]:
        if field.name not in values or field.kind == "rows":
            continue
        value = values[field.name]
        if field.kind == "text":
            text = Translated.parse(value)
            cells |= {field.name: text.text_in(settings.LANGUAGE_CODE)}
            cells |= {f"{field.name}_{code}": text.text_in(code) for code in OTHER_LANGUAGES}
        else:
            cells[field.name] = BETWEEN.join(value) if field.kind == "codes" else value
    cells |= {number["scheme"]: number["value"] for number in values.get("identifiers", [])}
    cells["languages"] = BETWEEN.join(_language(row) for row in values.get("languages", []))
    return cells | _place(next(iter(values.get("places", [])), {}))


def _language(row: Values) -> str:
    """ "ti:volunteer:2,4:by telephone first": what the import reads; the parts at the end are left out when empty."""
    days = ",".join(str(day) for day in row.get("days", []))
    return ":".join([row["code"], row["spoken_by"], days, row.get("note", "")]).rstrip(":")


def _place(place: Values) -> Values:
    found = {PLACE_COLUMNS.get(name, name): value for name, value in place.items() if name != "hours"}
    return found | {"accessibility": BETWEEN.join(place.get("accessibility", []))}
