"""What somebody agrees to, and takes back."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from parcours.accounts.models import User
from parcours.people import purposes
from parcours.people.choices import Way
from parcours.people.models import Consent, Person


@transaction.atomic
def give_consent(
    *,
    person: Person,
    purpose: str,
    at: datetime,
    way: Way = Way.SCREEN,
    scope: str = "",
    witness: User | None = None,
    expires_on: date | None = None,
) -> Consent:
    """Keep what the person was shown, word for word; what they agreed to already is given back.

    What was not given on the screen needs a witness. Raises ValidationError.
    """
    if way != Way.SCREEN and witness is None:
        raise ValidationError(_("Somebody must have been there when it was said or signed."))
    Person.objects.select_for_update().get(pk=person.pk)
    if found := person.consents.in_force(at=at).filter(purpose=purpose, scope=scope).first():
        return found
    person.consents.filter(purpose=purpose, scope=scope, withdrawn_at=None).update(withdrawn_at=at)  # it had expired
    text, language = purposes.PURPOSES[purpose].shown(person.language)
    return Consent.objects.create(
        person=person,
        purpose=purpose,
        scope=scope,
        text=text,
        language=language,
        way=way,
        witness=witness,
        given_at=at,
        expires_on=expires_on,
    )


@transaction.atomic
def withdraw_consent(*, consent: Consent, at: datetime) -> None:
    """The person takes it back: what rested on it stops in the same moment (`purposes.on_withdrawal`)."""
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    if consent.withdrawn_at:
        return
    consent.withdrawn_at = at
    consent.save(update_fields=["withdrawn_at"])
    purposes.tell_withdrawn(consent)
