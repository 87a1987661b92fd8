"""data·inclusion v1: structures and services, checked by the schema's own package, as JSON or as a table.

What its fields become here: `STRUCTURE` and `SERVICE`; what has no place in the directory: `UNREAD`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from data_inclusion.schema import v1
from django.utils.translation import gettext_noop as _
from pydantic import ValidationError

from parcours.census.formats import Raw, Reading
from parcours.census.formats.streams import objects
from parcours.directory.choices import RecordKind
from parcours.imports.rules import Problem

STRUCTURE = {
    "nom": "name", "description": "description", "telephone": "phone", "courriel": "email", "site_web": "website",
    "horaires_accueil": "hours", "reseaux_porteurs": "networks",
}  # fmt: skip
SERVICE = {
    "nom": "name", "description": "description", "type": "types", "thematiques": "themes", "frais": "fee",
    "frais_precisions": "fee_note", "publics": "publics", "publics_precisions": "publics_note",
    "conditions_acces": "conditions", "modes_accueil": "modes", "telephone": "phone", "courriel": "email",
    "lien_mobilisation": "enrolment_url", "modes_mobilisation": "enrolment", "mobilisable_par": "enrolled_by",
    "mobilisation_precisions": "enrolment_note", "volume_horaire_hebdomadaire": "weekly_hours",
    "nombre_semaines": "weeks", "horaires_accueil": "hours",
}  # fmt: skip
PLACE = {
    "adresse": "address", "complement_adresse": "address_more", "code_postal": "postcode", "longitude": "lon",
    "latitude": "lat", "accessibilite_lieu": "accessibility_url",
}  # fmt: skip
LISTS = ("thematiques", "publics", "modes_accueil", "modes_mobilisation", "mobilisable_par", "zone_eligibilite",
         "reseaux_porteurs")  # fmt: skip
# read, but by no field of the directory
NEEDED = {"source", "id", "structure_id", "date_maj", "siret", "commune", "code_insee", "contact_nom_prenom",
          "zone_eligibilite"}  # fmt: skip
UNREAD = {"lien_source", "score_qualite"}
COLUMNS = {
    **{f"places.{ours}": theirs for theirs, ours in PLACE.items()}, "places.area": "code_insee",
    "identifiers": "siret", "contacts.name": "contact_nom_prenom", "catchment": "zone_eligibilite",
    "organisation": "structure_id", "observed_on": "date_maj",
}  # fmt: skip
STRUCTURE_COLUMNS, SERVICE_COLUMNS = (
    {ours: theirs for theirs, ours in fields.items()} | COLUMNS for fields in (STRUCTURE, SERVICE)
)
# What pydantic says, in words of ours; the rest is shown as it says it.
SAID = {
    "missing": _("This is needed."),
    "string_too_short": _("This text is too short: at least %(min_length)d characters are needed."),
    "string_too_long": _("This text is too long: at most %(max_length)d characters are allowed."),
    "string_pattern_mismatch": _("This does not have the form that data·inclusion asks for."),
    "enum": _("This is not in data·inclusion’s list."),
    "date_from_datetime_parsing": _("This is not a day: write it as 2026-11-25."),
    "date_parsing": _("This is not a day: write it as 2026-11-25."),
    "url_parsing": _("This is not an address of the web: it begins with https://."),
    "url_scheme": _("This is not an address of the web: it begins with https://."),
    "float_parsing": _("This is not a number: write digits only."),
    "int_parsing": _("This is not a number: write digits only."),
}


def is_datainclusion(headers: Iterable[str]) -> bool:
    """Whether these are the fields of a structure or a service."""
    return {"source", "id", "nom", "date_maj"} <= set(headers)


def read(file: IO[bytes], keys: Sequence[str]) -> Reading:
    """From JSON: a list of structures or of services, or an object with both. Raises UnreadableFile."""
    reading = Reading(iter(()))
    keys = sorted(keys, key=lambda key: key != "structures")

    def rows() -> Iterator[Raw]:
        for key in keys:
            for number, found in objects(file, key):
                yield read_one(number, found, reading.unread)

    reading.rows = rows()
    return reading


def read_one(number: int, found: Mapping[str, Any], unread: set[str]) -> Raw:
    """One structure or service; lists may be JSON or separated by commas, as tables write them."""
    told = {key: value for key, value in found.items() if value not in (None, "", [])}
    for key in LISTS:
        if isinstance(told.get(key), str):
            told[key] = _listed(told[key])
    is_service = "structure_id" in found
    fields = SERVICE if is_service else STRUCTURE
    unread |= told.keys() - fields.keys() - PLACE.keys() - NEEDED
    return Raw(
        number,
        RecordKind.SERVICE if is_service else RecordKind.ORGANISATION,
        str(told.get("id", "")),
        _values(told, fields, is_service),
        told.get("date_maj"),
        str(told.get("structure_id", "")),
        _problems(told, v1.Service if is_service else v1.Structure),
        SERVICE_COLUMNS if is_service else STRUCTURE_COLUMNS,
    )


def _listed(text: str) -> list[str]:
    if text.startswith("["):
        try:
            return list(json.loads(text))
        except (ValueError, TypeError):
            pass
    return [part.strip(" \"'") for part in re.split(r"[,;|]", text.strip("{}[]")) if part.strip(" \"'")]


def _problems(told: dict[str, Any], model: Any) -> list[Problem]:
    try:
        model.model_validate(told)
    except ValidationError as error:
        return [_problem(each) for each in error.errors(include_url=False)]
    return []


def _problem(error: Any) -> Problem:
    column = str(error["loc"][0]) if error["loc"] else ""
    limits = {key: value for key, value in error.get("ctx", {}).items() if key in ("min_length", "max_length")}
    if error["type"] in SAID:
        return Problem(column, SAID[error["type"]], limits)
    return Problem(column, "%(message)s", {"message": str(error["msg"]).removeprefix("Value error, ")})


def _values(told: dict[str, Any], fields: Mapping[str, str], is_service: bool) -> dict[str, Any]:
    values = {ours: told[theirs] for theirs, ours in fields.items() if theirs in told}
    area = f"insee-commune:{told['code_insee']}" if "code_insee" in told else told.get("commune")
    place = {ours: told[theirs] for theirs, ours in PLACE.items() if theirs in told}
    if place or area:
        values["places"] = [place | ({"area": area} if area else {})]
    if is_service:
        if "contact_nom_prenom" in told:
            values["contacts"] = [{"name": told["contact_nom_prenom"]}]
        if isinstance(told.get("zone_eligibilite"), list):
            values["catchment"] = [_zone(str(code)) for code in told["zone_eligibilite"]]
        return values
    if area:
        values["area"] = area
    if "siret" in told:
        values["identifiers"] = [{"scheme": "siret", "value": told["siret"]}]
    return values


def _zone(code: str) -> str:
    """The area that a code of a zone names, by its form."""
    if re.fullmatch(r"\d{9}", code):
        return f"siren:{code}"
    if re.fullmatch(r"\d[\dAB]\d?", code):
        return f"insee-departement:{code}"
    return code if code in ("france", "99100") else f"insee-commune:{code}"
