"""Cards: signing in with a printed QR code and a PIN, for people without an e-mail address."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow, token_hex, token_urlsafe

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from parcours.accounts.actions import create_user, end_sessions
from parcours.accounts.models import User
from parcours.kit.secret import secret_digest
from parcours.people.models import Card, Person
from parcours.translations.languages import site_language

LASTS = timedelta(days=365)
LOCK_AFTER, LOCK_FOR = 5, timedelta(minutes=15)
REVOKE_AFTER = 20
NOWHERE = "card.invalid"  # a domain that never exists (RFC 2606)


@dataclass(frozen=True)
class Issued:
    """A card and what is printed on it, which nobody can read again."""

    card: Card
    secret: str
    pin: str


class WrongPin(ValidationError):
    """The PIN is not the card's, or it is locked for a while."""


@transaction.atomic
def issue_card(*, person: Person, by: User, at: datetime) -> Issued:
    """A new card; the one before no longer opens anything. The person gets an account if they have none."""
    person.cards.filter(revoked_at=None).update(revoked_at=at)
    if person.account is None:
        person.account = create_user(
            email=f"{token_hex(8)}@{NOWHERE}",
            name=str(person),
            language=site_language(person.language),
            is_invented=person.is_invented,
        )
        person.save(update_fields=["account"])
    secret, pin = token_urlsafe(18), f"{randbelow(10**6):06}"
    card = Card.objects.create(
        person=person,
        secret_digest=secret_digest(secret),
        pin_hash=make_password(pin),
        issued_at=at,
        issued_by=by,
        expires_at=at + LASTS,
    )
    return Issued(card, secret, pin)


@transaction.atomic
def revoke_card(*, person: Person, at: datetime) -> None:
    """Lost or shared: it opens nothing more, and whoever is signed in by it is signed out."""
    person.cards.filter(revoked_at=None).update(revoked_at=at)
    if person.account:
        end_sessions(user=person.account)


def use_card(*, secret: str, pin: str, at: datetime) -> User:
    """The account that a card opens; every other session of it ends, so that two never share one card unseen.

    Raises Card.DoesNotExist for a card that opens nothing, WrongPin otherwise. Wrong PINs are counted though refused.
    """
    with transaction.atomic():
        card = Card.objects.in_force(at=at).with_secret(secret).select_for_update(of=("self",)).get()
        right = _is_right(card, pin, at)
        card.save(update_fields=["wrong_pins", "locked_until", "revoked_at", "last_used_at"])
    if not right:
        raise WrongPin(
            _("This is not the PIN of the card. After five wrong ones it is locked for a quarter of an hour.")
        )
    account = card.person.account
    if account is None or not account.is_active:
        raise Card.DoesNotExist
    end_sessions(user=account)
    return account


def _is_right(card: Card, pin: str, at: datetime) -> bool:
    if card.locked_until and card.locked_until > at:
        return False
    if check_password(pin, card.pin_hash):
        card.wrong_pins, card.locked_until, card.last_used_at = 0, None, at
        return True
    card.wrong_pins += 1
    if card.wrong_pins % LOCK_AFTER == 0:
        card.locked_until = at + LOCK_FOR
    if card.wrong_pins >= REVOKE_AFTER:
        card.revoked_at = at
    return False
