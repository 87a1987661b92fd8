"""data·inclusion v1, as its own package checks it: https://data-inclusion-schema on PyPI, Licence Ouverte 2.0.

Codes of ours go out as the nearest of the standard. Languages, conditions of stay, French level, capacity and places
beyond the first have no field there.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from data_inclusion.schema import v1
from django.utils import timezone
from pydantic import BaseModel, ValidationError

from parcours.api.formats import Report, Site, plain, said
from parcours.api.public import page_of, public_values
from parcours.directory.models import Organisation, Service
from parcours.directory.records import Values
from parcours.directory.vocabulary import vocabulary

LONGEST_NAME, LONGEST_TEXT = 150, 10_000
WHOLE_COUNTRY = "iso-3166-1:FR"
ZONES = ("insee-commune", "insee-departement", "siren")


def structures(rows: Iterable[Organisation], site: Site, report: Report) -> Iterator[Values]:
    return _fitting(v1.Structure, (_structure(row, site) for row in rows), report)


def services(rows: Iterable[Service], site: Site, report: Report) -> Iterator[Values]:
    return _fitting(v1.Service, (_service(row, site, report) for row in rows), report)


def _fitting(model: type[BaseModel], rows: Iterable[Values], report: Report) -> Iterator[Values]:
    """The rows that the standard takes, without the fields that it does not."""
    for row in rows:
        fitting = _fit(model, row, report)
        if fitting is not None:
            report.written += 1
            yield fitting


def _fit(model: type[BaseModel], row: Values, report: Report) -> Values | None:
    try:
        model.model_validate(row)
    except ValidationError as error:
        wrong = sorted({str(each["loc"][0]) for each in error.errors(include_url=False)})
        for name in wrong:
            report.note(row["id"], f"{name}: {'missing' if name not in row else 'not taken by the standard'}")
        if any(model.model_fields[name].is_required() for name in wrong):
            return None
        row = {name: value for name, value in row.items() if name not in wrong}
    return row


def _structure(organisation: Organisation, site: Site) -> Values:
    values = public_values(organisation)
    place: Values = next(iter(values.get("places", [])), {})
    numbers = {row["scheme"]: row["value"] for row in values.get("identifiers", [])}
    return said(
        _common(organisation, values, site)
        | _address(place or {"area": values.get("area", "")}, organisation)
        | {
            "description": plain(values, "description")[:LONGEST_TEXT],
            "siret": numbers.get("siret"),
            "site_web": values.get("website"),
            "accessibilite_lieu": place.get("accessibility_url"),
            "reseaux_porteurs": _codes(values, "networks", "networks"),
        }
    )


def _service(service: Service, site: Site, report: Report) -> Values:
    values = public_values(service)
    places = values.get("places", [])
    row = _common(service, values, site)
    row |= _address(next(iter(places), {}), service)
    row |= {
        "structure_id": _name(service.organisation, site),
        "description": (plain(values, "description") or plain(values, "summary"))[:LONGEST_TEXT],
        "type": next(iter(_codes(values, "types", "service_types")), None),
        "thematiques": _codes(values, "themes", "themes"),
        "frais": next(iter(_exported("fees", [values.get("fee", "")])), None),
        "publics": _publics(values),
        "modes_accueil": _codes(values, "modes", "modes"),
        "modes_mobilisation": _codes(values, "enrolment", "enrolment"),
        "mobilisable_par": _codes(values, "enrolled_by", "enrolled_by"),
        "lien_mobilisation": values.get("enrolment_url"),
        "zone_eligibilite": _zone(values.get("catchment", [])),
        "volume_horaire_hebdomadaire": float(values["weekly_hours"]) if "weekly_hours" in values else None,
        "nombre_semaines": values.get("weeks"),
    }
    row |= {theirs: plain(values, ours) for theirs, ours in TEXTS.items()}
    for name, why in (("catchment", "zone_eligibilite"), ("themes", "thematiques"), ("publics", "publics")):
        if values.get(name) and not row[why]:
            report.note(row["id"], f"{why}: no code of the standard says it")
    if len(places) > 1:
        report.note(row["id"], "places beyond the first")
    return said(row)


TEXTS = {
    "frais_precisions": "fee_note",
    "publics_precisions": "publics_note",
    "conditions_acces": "conditions",
    "mobilisation_precisions": "enrolment_note",
}


def _common(target: Organisation | Service, values: Values, site: Site) -> Values:
    name = plain(values, "name") if isinstance(target, Service) else str(values["name"])
    written = max(filter(None, [target.confirmed_on, target.observed_on]), default=target.changed_at.date())
    return {
        "source": site.source(is_invented=target.is_invented),
        "id": _name(target, site),
        "nom": (name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…").removesuffix("."),
        "date_maj": min(written, timezone.localdate()).isoformat(),
        "lien_source": page_of(target, site.root),
        "telephone": values.get("phone"),
        "courriel": values.get("email"),
        "horaires_accueil": values.get("hours"),
    }


def _name(target: Organisation | Service, site: Site) -> str:
    return f"{site.source(is_invented=target.is_invented)}--{target.key}"


def _address(place: Values, target: Organisation | Service) -> Values:
    system, _colon, code = place.get("area", "").partition(":")
    return {
        "adresse": place.get("address"),
        "complement_adresse": place.get("address_more"),
        "code_postal": place.get("postcode"),
        "code_insee": code if system == "insee-commune" else None,
        "commune": _town(target),
        "longitude": place.get("lon"),
        "latitude": place.get("lat"),
    }


def _town(target: Organisation | Service) -> str:
    if isinstance(target, Service):
        return next((at.place.town for at in target.at.all()), "")
    return next((place.town for place in target.places.all()), target.area.name if target.area else "")


def _codes(values: Values, name: str, scheme: str) -> list[str]:
    return _exported(scheme, values.get(name, []))


def _exported(scheme: str, codes: Iterable[str]) -> list[str]:
    """The codes of the standard, each once, in our order."""
    terms = filter(None, map(vocabulary(scheme).get, codes))
    return list(dict.fromkeys(term.exports_as for term in terms if term.exports_as))


def _publics(values: Values) -> list[str]:
    """The standard takes “everyone” only alone: beside others it is they who say whom the service is made for."""
    codes = _codes(values, "publics", "publics")
    return codes if len(codes) < 2 else [code for code in codes if code != "tous-publics"]


def _zone(catchment: list[str]) -> list[Any]:
    """The codes of the areas; none at all where one cannot be said, for a part would be false."""
    codes = [_zone_code(area) for area in catchment]
    return codes if all(codes) else []


def _zone_code(area: str) -> str:
    system, _colon, code = area.partition(":")
    return "france" if area == WHOLE_COUNTRY else code if system in ZONES else ""
