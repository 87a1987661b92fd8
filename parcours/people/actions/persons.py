"""Who a person says they are."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.accounts.rules import normal_email, normal_phone
from parcours.engines.words import fold
from parcours.kit.dates import UnreadableDate, written
from parcours.people.models import Household, Member, Person, SpokenLanguage
from parcours.translations.languages import site_language


@transaction.atomic
def save_person(*, person: Person, languages: Mapping[str, tuple[str, bool]] | None = None) -> Person:
    """Keep a person: `born` and `phone` may be written as people write them.

    `languages` maps codes to level and whether it is read; without it they stay. Raises ValidationError.
    """
    person.name = " ".join(person.name.split())
    person.email = normal_email(person.email)
    person.sort_key = fold(person.latin_name or person.name)[:200]
    faults = {}
    if person.phone:
        phone = normal_phone(person.phone, prefix=settings.PARCOURS_PHONE_PREFIX)
        if phone is None:
            faults["phone"] = [_("This is not a phone number.")]
        person.phone = phone or person.phone
    try:
        person.born = written(person.born)
    except UnreadableDate as error:
        faults["born"] = [str(error)]
    if faults:
        raise ValidationError(faults)
    person.full_clean()
    person.save()
    if languages is not None:
        person.languages.exclude(language__in=languages).delete()
        for code, (level, reads) in languages.items():
            SpokenLanguage.objects.update_or_create(
                person=person, language=code, defaults={"level": level, "reads": reads}
            )
    return person


@transaction.atomic
def note_contact(*, person: Person, on: date) -> None:
    """Somebody was in touch with the person: what is kept of them is kept from this day on."""
    Person.objects.filter(pk=person.pk, last_contact_on__lt=on).update(last_contact_on=on)


@transaction.atomic
def open_account(*, person: Person) -> User:
    """Let the person sign in by a code sent to their own address. Raises ValidationError when they have none.

    An account that is somebody else's already is never taken over.
    """
    if person.account:
        return person.account
    if not (person.email or person.phone):
        raise ValidationError(_("Without an e-mail address or a telephone, a card lets the person sign in."))
    user = create_user(
        email=person.email or None,
        phone=person.phone or None,
        name=str(person),
        language=site_language(person.language),
        is_invented=person.is_invented,
    )
    if Person.objects.filter(account=user).exclude(pk=person.pk).exists():
        raise ValidationError(_("Somebody else signs in with this address."))
    person.account = user
    person.save(update_fields=["account"])
    return user


@transaction.atomic
def join_household(*, person: Person, other: Person, relation: str) -> Household:
    """The person lives with another; both are then in one household. Raises ValidationError."""
    if person.pk == other.pk:
        raise ValidationError(_("These are the same person."))
    held = Member.objects.filter(person=other).select_related("household").first()
    household = held.household if held else Household.objects.create(is_invented=other.is_invented)
    if held is None:
        Member.objects.create(household=household, person=other, relation="adult")
    leave_household(person=person)
    Member.objects.create(household=household, person=person, relation=relation)
    return household


@transaction.atomic
def leave_household(*, person: Person) -> None:
    """The person lives alone, or elsewhere; a household of one is none."""
    for member in Member.objects.filter(person=person).select_related("household"):
        household = member.household
        member.delete()
        if household.members.count() <= 1:
            household.delete()
