"""Who plays in the tests of the census: a coordinator, an organisation with services, a campaign that asks it."""

from datetime import UTC, date, datetime
from typing import Any

from django.test import Client

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.census.actions.campaigns import open_campaign, save_campaign, send_due
from parcours.census.links import answer_url
from parcours.census.models import Campaign, UpdateRequest
from parcours.directory.actions.people import give_role
from parcours.directory.choices import Role
from parcours.directory.models import Organisation
from parcours.directory.tests import factories as make

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SITE = "https://parcours.example.org"


def coordinator() -> User:
    user = create_user(email="office@example.org", name="Coordinator", language="fr")
    give_role(user=user, role=Role.COORDINATOR, organisation=None)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def association(name: str = "Les Voisins", *, services: int = 1, **values: Any) -> Organisation:
    """One that has an address, a phone and so many services, as its sources say."""
    organisation = make.organisation(name, **{"email": f"{name.lower().replace(' ', '.')}@example.org", **values})
    for number in range(services):
        make.service(f"Service {number + 1}", of=organisation, phone="+33140000001")
    return organisation


def campaign(**values: Any) -> Campaign:
    days = {"opens_on": date(2026, 11, 1), "closes_on": date(2026, 12, 31)}
    return save_campaign(campaign=Campaign(**{"title": "Automne 2026", **days, **values}), areas=[])


def asked(organisation: Organisation | None = None, *, at: datetime = NOON, **values: Any) -> UpdateRequest:
    """What stands once the message has left, and was read by nobody yet."""
    organisation = organisation or association()
    shown = campaign(**values)
    open_campaign(campaign=shown, at=at)
    send_due(at=at, site=SITE)
    return shown.requests.get(organisation=organisation)


def link(request: UpdateRequest) -> str:
    """The path of its page."""
    return answer_url(request, site="")
