"""The columns of tables: what each may hold, and which field a column of somebody's own list seems to be.

A column's field is proposed from its header (French or English) and from what its cells look like; a person decides.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.fr import siret

from parcours.directory.choices import RecordKind
from parcours.directory.records import FIELDS
from parcours.engines.hours import HoursError
from parcours.engines.hours import read as read_hours
from parcours.geo.rules import fold

CLOSE_ENOUGH = 0.84
MOST = 0.6
LANGUAGE_SUFFIX = re.compile(r"(.+)_([a-z]{2,3})")


@dataclass(frozen=True)
class Column:
    """A field as a column: `path` says where its cell goes in a record ("places.postcode", "identifiers.siret").

    `also` are other headers for it, folded.
    """

    name: str
    path: str
    label: str | Promise
    also: tuple[str, ...] = ()
    help: str | Promise = ""


SEVERAL = _("Several, separated by “|”.")
PLACE = (
    Column("place_name", "places.name", _("name of the place"), ("lieu", "nom du lieu", "site", "batiment")),
    Column("address", "places.address", _("address"), (
        "adresse", "rue", "adresse postale", "voie", "numero et rue", "adresse 1", "street", "siege",
        "adresse du siege",
    )),
    Column("address_more", "places.address_more", _("building, floor, entrance"), (
        "complement", "complement d adresse", "complement adresse", "adresse 2", "etage",
    )),
    Column("postcode", "places.postcode", _("postcode"), ("code postal", "cp", "codepostal", "zip", "postal code")),
    Column("commune", "places.area", _("commune"), (
        "ville", "localite", "city", "town", "code insee", "insee", "commune du siege",
    ), _("Its name or its INSEE code.")),
    Column("lon", "places.lon", _("longitude"), ("longitude", "long", "lng", "x")),
    Column("lat", "places.lat", _("latitude"), ("latitude", "y")),
    Column("accessibility", "places.accessibility", _("accessibility"), ("accessibilite", "pmr", "acces pmr"), SEVERAL),
    Column("accessibility_url", "places.accessibility_url", _("accessibility sheet"), ("acceslibre",)),
)  # fmt: skip
CONTACT = (
    Column("contact_name", "contacts.name", _("contact: name"), (
        "contact", "nom du contact", "responsable", "referent", "nom du responsable", "president", "interlocuteur",
    )),
    Column("contact_role", "contacts.role", _("contact: role"), ("fonction", "role", "qualite")),
    Column("contact_phone", "contacts.phone", _("contact: phone"), ("telephone du contact", "portable", "tel contact")),
    Column("contact_email", "contacts.email", _("contact: e-mail address"), ("mail du contact", "email contact")),
    Column("contact_private", "contacts.is_private", _("contact: for professionals only"), ("prive",), _("Yes or no.")),
)  # fmt: skip
ROW_ID = Column("id", "id", _("number in the list"), ("identifiant", "reference", "ref", "no", "numero", "n"), _(
    "What the list itself calls the row: it stays the same from one file to the next."
))  # fmt: skip
WRITTEN = Column("observed_on", "observed_on", _("written on"), (
    "date de mise a jour", "maj", "mis a jour le", "derniere mise a jour", "date", "last updated", "updated",
))  # fmt: skip
# How people head the fields of a record in their own lists.
ALSO: Mapping[str, tuple[str, ...]] = {
    "name": ("nom", "intitule", "titre", "denomination", "libelle", "title"),
    "acronym": ("sigle", "abreviation"),
    "kind": ("type de structure", "statut", "forme juridique", "nature", "categorie"),
    "summary": ("resume", "accroche", "en bref"),
    "description": ("presentation", "objet", "activites", "activite", "missions", "details", "contenu"),
    "types": ("type de service", "type"),
    "themes": ("thematiques", "thematique", "theme", "domaine", "domaines", "secteur"),
    "publics": ("public", "public vise", "publics cibles", "public accueilli", "beneficiaires"),
    "publics_note": ("precisions sur le public",),
    "gender": ("sexe", "genre"),
    "age_min": ("age minimum", "a partir de"),
    "age_max": ("age maximum", "jusqu a"),
    "stay": ("titre de sejour", "statut administratif", "conditions de sejour"),
    "french_min": ("niveau de francais", "niveau", "niveau minimum"),
    "french_max": ("niveau maximum",),
    "conditions": ("conditions d acces", "prerequis", "modalites"),
    "fee": ("tarif", "cout", "prix", "frais", "gratuit"),
    "fee_note": ("precisions sur le tarif", "montant"),
    "documents": ("justificatifs", "pieces a fournir", "documents a apporter"),
    "modes": ("modes d accueil", "mode d accueil"),
    "enrolment": ("inscription", "modes de mobilisation"),
    "enrolment_url": ("lien d inscription", "formulaire"),
    "hours": ("horaires", "horaires d ouverture", "jours et horaires", "permanences", "opening hours"),
    "capacity": ("places", "places disponibles", "disponibilite"),
    "catchment": ("zone", "secteur geographique", "territoire", "communes concernees"),
    "phone": ("telephone", "tel", "tel fixe", "numero de telephone", "phone number", "contact telephonique"),
    "email": ("mail", "courriel", "e mail", "adresse mail", "adresse electronique", "adresse e mail"),
    "website": ("site", "site internet", "site web", "url", "lien", "web"),
    "networks": ("reseau", "reseaux", "federation"),
    "languages": ("langues", "langue", "langues parlees", "languages spoken"),
}
# A list of organisations heads their names so; a list of services its organisations' (`_given_by`).
NAMES = ("organisation", "structure", "association", "nom de la structure", "porteur", "organisme", "organization",
         "raison sociale", "nom de l association")  # fmt: skip
OWN_LANGUAGES = Column("languages", "languages", _("languages spoken"), ALSO["languages"], _(
    "“ti:volunteer:tue|ar”: language, who speaks it (staff, volunteer, interpreter, telephone), days."
))  # fmt: skip
NUMBERS = (
    Column("siret", "identifiers.siret", "SIRET", ("no siret", "numero siret", "n siret")),
    Column("rna", "identifiers.rna", "RNA", ("no rna", "numero rna", "waldec", "n rna")),
    Column("siren", "identifiers.siren", "SIREN", ("no siren", "numero siren")),
)


def _plain(kind: str) -> list[Column]:
    """The fields of a record that one cell holds."""
    also = {**ALSO, "name": (*ALSO["name"], *NAMES)} if kind == RecordKind.ORGANISATION else ALSO
    return [
        Column(field.name, field.name, field.label, also.get(field.name, ()), SEVERAL if field.kind == "codes" else "")
        for field in FIELDS[kind]
        if (field.kind != "rows" and field.scheme != "area") or field.name == "catchment"
    ]


def _given_by() -> list[Column]:
    """The columns of a service's table that tell of its organisation."""
    own = (
        Column("organisation_id", "organisation.id", _("organisation: number in the list"), ("id structure",)),
        Column("organisation_name", "organisation.name", _("organisation: name"), NAMES),
        Column("organisation_kind", "organisation.kind", _("organisation: kind")),
    )  # fmt: skip
    numbers = (
        Column(f"organisation_{one.name}", f"organisation.{one.path}", one.label, (one.name, *one.also))
        for one in NUMBERS
    )
    return [*own, *numbers]


COLUMNS: dict[str, list[Column]] = {
    RecordKind.ORGANISATION: [
        ROW_ID, *_plain(RecordKind.ORGANISATION), *NUMBERS, *PLACE, *CONTACT, WRITTEN,
    ],
    RecordKind.SERVICE: [
        ROW_ID, *_given_by(), *_plain(RecordKind.SERVICE), OWN_LANGUAGES, *PLACE, *CONTACT, WRITTEN,
    ],
}  # fmt: skip


def column_named(kind: str, name: str) -> Column | None:
    """The column of this name; "description_en" is the English version of a text."""
    for column in COLUMNS[kind]:
        if column.name == name:
            return column
    versions = {field.name for field in FIELDS[kind] if field.kind == "text"}
    if (found := LANGUAGE_SUFFIX.fullmatch(name)) and found[1] in versions:
        base = column_named(kind, found[1])
        return base and Column(name, f"{base.path}@{found[2]}", f"{base.label} ({found[2]})")
    return None


def propose(kind: str, headers: Sequence[str], samples: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """For each header the name of the column that it seems to be, each once; "" for none."""
    scored = sorted(
        ((_likeness(header, column, samples.get(header, ())), -at, header, column.name)
         for at, header in enumerate(headers) for column in _candidates(kind, header)),
        reverse=True,
    )  # fmt: skip
    found: dict[str, str] = {}
    for score, _at, header, name in scored:
        if score >= MOST and header not in found and name not in found.values():
            found[header] = name
    return {header: found.get(header, "") for header in headers}


def _candidates(kind: str, header: str) -> Iterable[Column]:
    yield from COLUMNS[kind]
    if (version := column_named(kind, header.lower())) and version not in COLUMNS[kind]:
        yield version


def _likeness(header: str, column: Column, cells: Sequence[Any]) -> float:
    """Between 0 and 1; the header's word counts more than what the cells look like."""
    written = fold(header.replace("_", " "))
    names = (fold(column.name.replace("_", " ")), fold(str(column.label)), *column.also)
    if header == column.name:
        named = 1.0
    elif written in names:
        named = 0.95
    else:
        closest = max((SequenceMatcher(None, written, name).ratio() for name in names if name), default=0.0)
        named = closest * 0.9 if closest >= CLOSE_ENOUGH else 0.0
    looks = LOOKS.get(column.name.removeprefix("organisation_"))
    if looks is None or not cells:
        return named
    share = sum(looks(str(cell).strip()) for cell in cells) / len(cells)
    if named:
        # cells that are plainly something else speak against the word
        return named if share >= MOST else named * 0.7
    return MOST + 0.1 * share if share >= 0.9 else 0.0


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: bool(re.fullmatch(pattern, text, re.IGNORECASE))


def _are_hours(text: str) -> bool:
    try:
        return bool(re.search(r"\d", text)) and bool(read_hours(text))
    except HoursError:
        return False


LOOKS: dict[str, Callable[[str], bool]] = {
    "phone": _matches(r"(\+33|0033|0)?[\s.-]?[1-9]([\s.-]?\d\d){4}"),
    "email": _matches(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "website": _matches(r"(https?://|www\.)\S+"),
    "postcode": _matches(r"\d{5}"),
    "siret": siret.is_valid,
    "rna": _matches(r"W\d[0-9A-Z]\d{7}"),
    "hours": _are_hours,
    "lon": _matches(r"-?\d{1,3}[.,]\d+"),
    "lat": _matches(r"-?\d{1,2}[.,]\d+"),
}
