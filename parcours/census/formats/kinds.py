"""What kind of organisation a record seems to be of, by its networks or else its name, where its file does not say it.

It is a beginning for a new organisation, never what a source says.
"""

import re
from collections.abc import Mapping
from typing import Any

from parcours.directory.choices import OrganisationKind
from parcours.geo.rules import fold

KINDS = {
    "ccas-cias": OrganisationKind.MUNICIPALITY, "departements": OrganisationKind.DEPARTEMENT,
    "caf": OrganisationKind.SOCIAL_SECURITY,
    "cpam": OrganisationKind.SOCIAL_SECURITY, "france-travail": OrganisationKind.PUBLIC_BODY,
}  # fmt: skip
NAMES = (
    (re.compile(r"\b(mairie|ville|commune|ccas|cias)\b"), OrganisationKind.MUNICIPALITY),
    (re.compile(r"\b(departement|conseil departemental)\b"), OrganisationKind.DEPARTEMENT),
    (re.compile(r"\b(caf|cpam|assurance maladie|allocations familiales)\b"), OrganisationKind.SOCIAL_SECURITY),
    (re.compile(r"\b(prefecture|sous prefecture|ofii|ministere)\b"), OrganisationKind.STATE),
    (re.compile(r"\b(mediatheque|bibliotheque)\b"), OrganisationKind.LIBRARY),
    (re.compile(r"\buniversite\b"), OrganisationKind.UNIVERSITY),
)


def kind_of(values: Mapping[str, Any]) -> OrganisationKind:
    """What kind of organisation this seems to be, where a file cannot say it."""
    for network in values.get("networks") or []:
        if network in KINDS:
            return KINDS[network]
    name = fold(str(values.get("name", "")))
    return next((kind for pattern, kind in NAMES if pattern.search(name)), OrganisationKind.ASSOCIATION)
