from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from parcours.api import queries
from parcours.directory.actions.services import areas_by_key, put_place
from parcours.directory.choices import PublicationConsent
from parcours.directory.models import Organisation, Service, Territory
from parcours.directory.tests import factories as make
from parcours.geo.models import Area


@pytest.fixture(autouse=True)
def quiet_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """One clock, no pauses: what has just been written may be told at once."""
    monkeypatch.setattr(queries, "LAG", timedelta(0))
    cache.clear()


@pytest.fixture
def commune(db: None) -> Any:
    country = _area("country", "iso-3166-1", "FR", "France")
    county = _area("departement", "insee-departement", "94", "Val-de-Test", country)
    return _area("commune", "insee-commune", "94081", "Testville", county, lon=2.4, lat=48.78)


def _area(level: str, system: str, code: str, name: str, parent: Area | None = None, **values: Any) -> Area:
    path = f"{parent.path if parent else ''}{system}:{code}/"
    names = {"name": name, "slug": f"{system}-{code}".lower(), "sort_key": name.lower(), "search_names": [name.lower()]}
    return Area.objects.create(level=level, code_system=system, code=code, parent=parent, path=path, **names, **values)


@pytest.fixture
def territory(commune: Any) -> Territory:
    owner = make.organisation("Département de Test")
    return Territory.objects.create(pk=1, name=make.words("Val-de-Test"), area=commune.parent, owner=owner)


@pytest.fixture
def full(commune: Any) -> Service:
    """A service that says something in every field."""
    giver = make.organisation(
        "Association des Tests", acronym="ADT", area=commune, email="accueil@example.org", phone="+33145678901",
        website="https://association.example.org/", hours="Mo-Fr 09:00-17:00", networks=["cada"],
        description=make.words("Une association qui essaie tout.", "An association that tries everything."),
    )  # fmt: skip
    giver.identifiers.create(scheme="siret", value="73282932000074")
    row = {"address": "3 rue des Essais", "postcode": "94400", "area": "insee-commune:94081", "lon": 2.39, "lat": 48.79}
    put_place(giver, row, areas_by_key([row["area"]]), is_main=True)
    return full_service(giver)


def full_service(giver: Organisation, name: str = "Atelier de français", **values: Any) -> Service:
    text = lambda fr, en="": make.words(fr, en).stored()  # noqa: E731
    given = {
        "summary": text("On apprend à parler.", "One learns to speak."),
        "description": text("Un atelier deux fois par semaine, avec garde d’enfants.", "A workshop twice a week."),
        "types": ["atelier", "event"],
        "themes": ["lecture-ecriture-calcul--maitriser-le-francais"],
        "publics": ["femmes", "asylum-seekers"],
        "publics_note": text("Mères de jeunes enfants"),
        "gender": "women",
        "age_min": 18,
        "age_max": 65,
        "stay": ["any"],
        "french_min": "A0",
        "french_max": "A2",
        "conditions": text("Habiter la commune"),
        "fee": "gratuit",
        "fee_note": text("Adhésion offerte"),
        "documents": ["identity"],
        "documents_note": text("Une copie suffit"),
        "modes": ["en-presentiel"],
        "enrolment": ["telephoner", "se-presenter"],
        "enrolled_by": ["usagers"],
        "enrolment_url": "https://association.example.org/inscription",
        "enrolment_note": text("Appeler le matin"),
        "weekly_hours": "3.5",
        "weeks": 30,
        "hours": "Tu,Th 09:30-11:30",
        "hours_note": text("Sauf vacances"),
        "capacity": "waiting",
        "wait_weeks": 4,
        "full_until": "2026-12-20",
        "capacity_on": "2026-11-20",
        "catchment": ["insee-commune:94081"],
        "phone": "+33145678902",
        "email": "atelier@example.org",
        "website": "https://association.example.org/atelier",
        "languages": [
            {"code": "ar", "spoken_by": "interpreter"},
            {"code": "ti", "spoken_by": "volunteer", "days": [2]},
        ],
        "places": [
            {
                "name": "Maison des tests", "address": "1 rue des Essais", "address_more": "Escalier B",
                "postcode": "94400", "area": "insee-commune:94081", "lon": 2.39, "lat": 48.79,
                "hours": "Tu 09:30-11:30", "accessibility": ["wheelchair"],
                "accessibility_url": "https://acceslibre.beta.gouv.fr/app/erp/maison/",
            },
            {"address": "2 rue des Essais", "postcode": "94400", "area": "insee-commune:94081"},
        ],
    }  # fmt: skip
    return make.service(name, of=giver, **given | values)


SECRET = "secretissime"


@pytest.fixture
def secrets(full: Service) -> None:
    """What must never leave, wherever it can hide: contacts, proposed and withheld records."""
    for target in ({"service": full}, {"organisation": full.organisation}):
        for private in (True, False):
            Contact = full.contacts.model  # noqa: N806
            Contact.objects.create(
                name=f"{SECRET} nom", role=f"{SECRET} rôle", email=f"{SECRET}@example.org", is_private=private, **target
            )
    make.service(f"{SECRET} proposé", of=full.organisation)
    Service.objects.filter(name__texts__fr__text__startswith=SECRET).update(state="proposed")
    for consent in (PublicationConsent.ASKED, PublicationConsent.REFUSED):
        make.service(f"{SECRET} retenu", of=make.organisation(f"{SECRET} {consent}", consent=consent))
