"""Who signs in, in tests of the directory's pages."""

from typing import Any

from django.test import Client

from parcours.accounts.actions import create_user
from parcours.directory.actions.people import give_role
from parcours.directory.choices import Role
from parcours.directory.models import Organisation


def signed_in(role: Role, *, of: Organisation | None = None, name: str = "") -> Client:
    """A browser in which somebody of this role is signed in."""
    name = name or f"Une {role.label}"
    user = create_user(email=f"{role}-{name.split()[0].lower()}@example.org", name=name, language="fr")
    give_role(user=user, role=role, organisation=of)
    client = Client()
    client.force_login(user)
    return client


FULL: dict[str, Any] = {
    "summary": {"source": "fr", "texts": {"fr": {"text": "Parler et lire, deux fois par semaine."}}},
    "description": {"source": "fr", "texts": {"fr": {"text": "On parle de la santé.\n\nDes enfants jouent à côté."}}},
    "types": ["atelier"],
    "themes": ["lecture-ecriture-calcul--maitriser-le-francais"],
    "publics": ["femmes", "familles"],
    "age_min": 18,
    "stay": ["any"],
    "french_max": "A1",
    "fee": "gratuit",
    "documents": ["identity"],
    "modes": ["en-presentiel"],
    "enrolment": ["telephoner"],
    "hours": "Tu,Th 09:30-11:30",
    "capacity": "open",
    "capacity_on": "2026-11-02",
    "phone": "+33145678901",
    "email": "accueil@example.org",
    "website": "https://example.org/",
    "languages": [{"code": "ti", "spoken_by": "volunteer", "days": [2]}],
    "places": [
        {
            "name": "Maison des associations",
            "address": "12 avenue Verte",
            "postcode": "94400",
            "lon": 2.392,
            "lat": 48.789,
            "accessibility": ["wheelchair"],
        }
    ],
    "contacts": [
        {"name": "Accueil", "phone": "+33145678902", "is_private": False},
        {"name": "Marie Exemple", "email": "marie@example.org", "is_private": True},
    ],
}
"""A service of which all is known, in the shape of `records`."""
