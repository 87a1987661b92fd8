"""Files of every format, made here; the coordinator who sends them."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.directory.choices import Role
from parcours.directory.models import Membership
from parcours.directory.tests import factories as make
from parcours.geo.rules import fold
from parcours.imports import actions
from parcours.imports.models import Batch

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SOURCE = {"key": "list", "title": "Liste", "kind": "list"}
OPTIONS = {"source": SOURCE, "observed_on": "2026-11-01"}


@pytest.fixture(autouse=True)
def _territory(db: None, settings: Any) -> Iterator[None]:
    settings.PARCOURS_STAFF_MFA = False
    for name, code, lon, lat in (("Vitry-sur-Seine", "94081", 2.3936, 48.7877), ("Créteil", "94028", 2.4549, 48.7837)):
        make.area(name, code=code, lon=lon, lat=lat, search_names=[fold(name)], sort_key=fold(name))
    with translation.override("en"):
        yield


@pytest.fixture
def coordinator(db: None) -> User:
    user = create_user(email="coordinator@example.org", name="Coordinator", language="en")
    Membership.objects.create(user=user, role=Role.COORDINATOR)
    return user


def previewed(
    coordinator: User, content: Any, kind: str = "services", name: str = "file.json", **options: Any
) -> Batch:
    """The preview of a file: text, bytes, or what JSON writes."""
    if not isinstance(content, str | bytes):
        content = json.dumps(content)
    data = content.encode() if isinstance(content, str) else content
    return actions.preview(
        kind=kind, file=io.BytesIO(data), filename=name, by=coordinator, at=NOON, options=OPTIONS | options
    )


def imported(coordinator: User, content: Any, kind: str = "services", **options: Any) -> Batch:
    return actions.apply(batch=previewed(coordinator, content, kind, **options), by=coordinator, at=NOON)


def told(batch: Batch) -> list[tuple[int, str, list[tuple[str, str]]]]:
    """Each row: its number, what it does, what is wrong with it."""
    return [
        (row.number, row.op, [(one.column, str(one)) for one in row.found_problems])
        for row in batch.rows.order_by("pk")
    ]


def problems(batch: Batch) -> list[tuple[int, str, str]]:
    return [(number, column, text) for number, _op, found in told(batch) for column, text in found]


def structure(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "source": "dora", "id": f"dora--o{number}", "nom": f"Association {number}", "date_maj": "2026-06-30",
        "description": "Accueil et accompagnement.", "adresse": f"{number} rue Verte", "code_postal": "94400",
        "code_insee": "94081", "longitude": 2.39, "latitude": 48.79, "telephone": "01 45 67 89 01",
        "site_web": "https://example.org/", "lien_source": "https://dora.example.org/1", "reseaux_porteurs": ["cada"],
        "accessibilite_lieu": "https://acceslibre.example.org/1/",
    } | more  # fmt: skip


def service(number: int = 1, of: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "source": "dora", "id": f"dora--s{number}", "structure_id": f"dora--o{of}",
        "nom": f"Cours de français {number}",
        "description": "Cours de français pour débutants.", "date_maj": "2026-07-01", "type": "atelier",
        "thematiques": ["lecture-ecriture-calcul--maitriser-le-francais"], "frais": "gratuit",
        "publics": ["personnes-exilees"], "modes_accueil": ["en-presentiel"], "modes_mobilisation": ["telephoner"],
        "mobilisable_par": ["usagers"], "zone_eligibilite": ["94081", "94", "200054781", "france"],
        "adresse": "1 rue Verte", "code_postal": "94400", "code_insee": "94081", "contact_nom_prenom": "Ana Ruiz",
        "volume_horaire_hebdomadaire": 3.5, "nombre_semaines": 12, "horaires_accueil": "Tu 14:00-16:00",
    } | more  # fmt: skip
