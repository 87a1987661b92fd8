"""Verbs on accounts."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from parcours.accounts.choices import ERASED
from parcours.accounts.models import User
from parcours.accounts.rules import normal_email, normal_phone


@transaction.atomic
def create_user(
    *, email: str | None = None, phone: str | None = None, name: str, language: str, is_invented: bool = False
) -> User:
    """The account with this address, made when there is none; an existing account is given back as it is.

    `phone` may be national ("06 …") or international. An address is never added to an existing account: whoever invites
    could otherwise add their own. Raises ValidationError when an address is malformed, when there is none, or when the
    e-mail address and the phone belong to two persons.
    """
    wanted_email, wanted_phone = _clean_addresses(email, phone)
    found = _holders(wanted_email, wanted_phone)
    if len(found) > 1:
        raise ValidationError(_("This e-mail address and this phone number belong to two accounts."))
    if found:
        return found[0]
    user = User(email=wanted_email, phone=wanted_phone, name=name.strip(), language=language, is_invented=is_invented)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    return user


@transaction.atomic
def update_profile(*, user: User, name: str, language: str) -> User:
    """Change how a person is called and the language we write to them in."""
    user.name, user.language = name.strip(), language
    user.full_clean()
    user.save(update_fields=["name", "language"])
    return user


@transaction.atomic
def end_sessions(*, user: User) -> None:
    """Sign the person out on every device: each session is signed with this unusable value, which is drawn anew."""
    user.set_unusable_password()
    user.save(update_fields=["password"])


@transaction.atomic
def deactivate_user(*, user: User) -> User:
    """The person can no longer sign in; what they did stays in the history."""
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    return user


def _clean_addresses(email: str | None, phone: str | None) -> tuple[str | None, str | None]:
    wanted_phone = normal_phone(phone, prefix=settings.PARCOURS_PHONE_PREFIX) if phone else None
    if phone and not wanted_phone:
        raise ValidationError({"phone": _("This is not a phone number.")})
    return (normal_email(email) or None) if email else None, wanted_phone


def _holders(email: str | None, phone: str | None) -> list[User]:
    by_email = User.objects.with_email(email) if email else User.objects.none()
    by_phone = User.objects.with_phone(phone) if phone else User.objects.none()
    return list((by_email | by_phone).order_by("pk"))


@transaction.atomic
def erase_user(*, user: User) -> None:
    """Forget a person: name, addresses, second factors, roles. What they did stays, and names nobody."""
    user.memberships.all().delete()
    Authenticator.objects.filter(user=user).delete()
    user.name, user.phone = "–", None
    user.email = f"{user.pk}@{ERASED}"  # an account needs an address: this one reaches nobody
    user.is_active = False
    user.set_unusable_password()
    user.save()


@transaction.atomic
def erase_unused_accounts(*, at: datetime) -> int:
    """Erase the accounts that nobody signed in to for two years; gives their number."""
    unused = User.objects.unused(since=at - timedelta(days=2 * 365))
    for user in unused:
        erase_user(user=user)
    return len(unused)
