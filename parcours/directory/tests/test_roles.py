"""Roles are offered by invitation, held in an organisation or the territory, and taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.directory.actions.organisations import save_organisation
from parcours.directory.actions.people import accept_invitation, give_role, invite, withdraw_invitation
from parcours.directory.choices import OrganisationKind, Role
from parcours.directory.models import Invitation, Membership, Organisation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def coordinator() -> User:
    user = create_user(email="coordinator@example.org", name="Coordinator", language="fr")
    give_role(user=user, role=Role.COORDINATOR, organisation=None)
    return user


@pytest.fixture
def association() -> Organisation:
    return save_organisation(
        organisation=Organisation(key="asso", name="Association", kind=OrganisationKind.ASSOCIATION)
    )


def offer(by: User, **values) -> tuple[Invitation, str]:
    defaults = {"email": "new@example.org", "phone": "", "name": "New", "language": "en", "role": Role.TRANSLATOR}
    return invite(**{**defaults, "organisation": None, **values}, by=by, at=NOW)


def test_an_accepted_invitation_makes_the_account_and_gives_the_role(coordinator, association):
    _invitation, secret = offer(coordinator, role=Role.PARTNER, organisation=association)
    user = accept_invitation(secret=secret, at=NOW)
    assert list(user.memberships.values_list("role", "organisation")) == [("partner", association.pk)]


def test_an_invitation_opens_once(coordinator):
    _invitation, secret = offer(coordinator)
    accept_invitation(secret=secret, at=NOW)
    with pytest.raises(Invitation.DoesNotExist):
        accept_invitation(secret=secret, at=NOW)


def test_an_invitation_ends_after_thirty_days(coordinator):
    _invitation, secret = offer(coordinator)
    with pytest.raises(Invitation.DoesNotExist):
        accept_invitation(secret=secret, at=NOW + timedelta(days=31))


def test_a_withdrawn_invitation_opens_nothing(coordinator):
    invitation, secret = offer(coordinator)
    withdraw_invitation(invitation=invitation, at=NOW)
    with pytest.raises(Invitation.DoesNotExist):
        accept_invitation(secret=secret, at=NOW)


def test_the_secret_is_not_kept(coordinator):
    invitation, secret = offer(coordinator)
    assert secret not in str(Invitation.objects.filter(pk=invitation.pk).values())


def test_an_invitation_needs_an_address(coordinator):
    with pytest.raises(ValidationError):
        offer(coordinator, email="", phone="")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.TRANSLATOR])
def test_only_a_partner_belongs_to_an_organisation(coordinator, association, role):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=coordinator, role=role, organisation=association)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=coordinator, role=Role.PARTNER, organisation=None)


def test_the_coordinator_invites_by_the_page_and_the_person_is_written_to(coordinator, client: Client, settings):
    settings.PARCOURS_STAFF_MFA = False
    client.force_login(coordinator)
    form = {"name": "Sara", "email": "sara@example.org", "phone": "", "language": "fr", "role": "translator"}
    response = client.post("/fr/organisations/people/", form)
    assert response.status_code == 200
    assert [message.to for message in mail.outbox] == [["sara@example.org"]]
    link = next(word for word in mail.outbox[0].body.split() if "/invitation/" in word)
    assert Client().post(link).status_code == 302
    assert User.objects.get(email="sara@example.org").has_role("translator")
