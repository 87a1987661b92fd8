"""Whom a campaign asks, where each is written to, and what each is asked about."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q

from parcours.census.models import Campaign
from parcours.directory.models import Organisation, Service
from parcours.directory.queries.organisations import OrganisationQuerySet

OWN_FACTS = ("phone", "email", "website", "hours")


@dataclass(frozen=True)
class Asked:
    """An organisation, where it is written to ("" for nowhere: it is called), in which language, on how much."""

    organisation: Organisation
    address: str
    language: str
    services: int


def asked_by(campaign: Campaign) -> list[Asked]:
    """The organisations of the campaign's communes that have something public to confirm; a fixed number of queries."""
    services = Service.objects.public()
    own_facts = reduce(or_, (~Q(**{name: ""}) for name in OWN_FACTS))
    found = Organisation.objects.public().filter(is_generic=False)
    found = found.filter(Exists(services.filter(organisation=OuterRef("pk"))) | own_facts)
    if campaign.pk and (areas := list(campaign.areas.all())):
        found = found.filter(_in(areas))
    return reach(found)


def reach(found: OrganisationQuerySet) -> list[Asked]:
    """Where each of them is written to; a fixed number of queries."""
    services = Service.objects.public().prefetch_related("contacts").order_by("pk")
    organisations = found.defer("search_text").prefetch_related(
        "contacts", "memberships__user", Prefetch("services", queryset=services, to_attr="public_services")
    )
    return [_asked(organisation) for organisation in organisations]


def targets_of(organisation: Organisation) -> list[Any]:
    """What an organisation confirms: itself, then its public services."""
    services = Service.objects.public().with_details().filter(organisation=organisation)
    return [organisation, *services.order_by("pk")]


def _in(areas: Iterable[Any]) -> Q:
    """Seated in one of these areas, or giving a public service there."""
    within = reduce(or_, (Q(path__startswith=area.path) if area.path else Q(pk=area.pk) for area in areas))
    inside = type(next(iter(areas)))._default_manager.filter(within).values("pk")
    places = Service.objects.public().filter(organisation=OuterRef("pk"), places__area__in=inside)
    return Q(area__in=inside) | Q(Exists(places))


def _asked(organisation: Any) -> Asked:
    partners = [membership.user for membership in organisation.memberships.all()]
    services = organisation.public_services
    addresses = [
        organisation.email,
        *(contact.email for contact in organisation.contacts.all()),
        *(service.email for service in services),
        *(contact.email for service in services for contact in service.contacts.all()),
        *(partner.email or "" for partner in partners),
    ]
    language = partners[0].language if partners else settings.LANGUAGE_CODE
    return Asked(organisation, next(filter(None, addresses), ""), language, len(services))
