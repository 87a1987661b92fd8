"""Verbs on who belongs to an organisation or acts for the territory."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from parcours.accounts.actions import create_user
from parcours.directory.choices import Role
from parcours.directory.models import Invitation, Membership, Organisation, Territory
from parcours.kit.secret import secret_digest

if TYPE_CHECKING:
    from parcours.accounts.models import User

INVITATION_DAYS = 30


@transaction.atomic
def give_role(*, user: "User", role: Role, organisation: Organisation | None) -> Membership:
    """Let a user act in a role; a partner in an organisation, any other in the territory. Twice changes nothing."""
    membership, _created = Membership.objects.get_or_create(user=user, role=role, organisation=organisation)
    return membership


@transaction.atomic
def end_role(*, membership: Membership) -> None:
    """Take a role back."""
    membership.delete()


@transaction.atomic
def invite(
    *,
    email: str,
    phone: str,
    name: str,
    language: str,
    role: Role,
    organisation: Organisation | None,
    by: "User",
    at: datetime,
) -> tuple[Invitation, str]:
    """Offer a role to an address, for thirty days; gives the invitation and the secret of its link, which is not
    kept.
    """
    if not email and not phone:
        raise ValidationError(_("Give an e-mail address or a phone number."))
    secret = secrets.token_urlsafe(24)
    invitation = Invitation(
        email=email.strip().lower(),
        phone=phone.strip(),
        name=name.strip(),
        language=language,
        role=role,
        organisation=organisation,
        secret_digest=secret_digest(secret),
        invited_by=by,
        invited_at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )
    invitation.full_clean()
    invitation.save()
    return invitation, secret


def send_invitation(*, invitation: Invitation, link: str) -> None:
    """Write to the person invited, in their language; someone without e-mail is given the link by hand."""
    if not invitation.email:
        return
    with override(invitation.language):
        where = Territory.objects.first() or "Parcours"
        subject = _("You are invited to the plan of %(where)s") % {"where": where}
        text = _("Hello %(name)s,\n\nOpen this link within 30 days to accept:\n%(link)s\n")
        send_mail(subject, text % {"name": invitation.name, "link": link}, None, [invitation.email])


@transaction.atomic
def accept_invitation(*, secret: str, at: datetime) -> "User":
    """Make the account, if there is none, and give the role. Raises Invitation.DoesNotExist for a secret that
    opens nothing.
    """
    invitation = Invitation.objects.open(at=at).select_for_update(of=("self",)).get(secret_digest=secret_digest(secret))
    user = create_user(
        email=invitation.email or None,
        phone=invitation.phone or None,
        name=invitation.name,
        language=invitation.language,
    )
    give_role(user=user, role=Role(invitation.role), organisation=invitation.organisation)
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    return user


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, at: datetime) -> None:
    """Close an invitation that was not accepted."""
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
