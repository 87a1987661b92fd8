"""Programmes, their editions, and who works in them."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from parcours.accounts.models import User
from parcours.delivery.choices import StaffRole
from parcours.delivery.models import Edition, Programme, Staff, Venue
from parcours.kit.keys import free_key
from parcours.people.models import Person

# A lead goes on seeing the people of an edition for a while, to close it; nobody else does.
LEAD_STAYS = timedelta(days=60)
BEFORE = timedelta(days=90)


@transaction.atomic
def save_edition(*, edition: Edition, lead: User | None = None) -> Edition:
    """Keep an edition; a new one gets its address, and `lead` leads it. Raises ValidationError."""
    edition.full_clean(exclude=["key"])
    taken = edition.enrolments.taking_a_place().count() if edition.pk else 0
    if edition.capacity < taken:
        raise ValidationError({"capacity": [_("%(number)d people have a place already.") % {"number": taken}]})
    if not edition.key:
        edition.key = _free_key(edition)
    edition.save()
    if lead:
        name_staff(edition=edition, user=lead, role=StaffRole.LEAD)
    return edition


def _free_key(edition: Edition) -> str:
    stem = slugify(f"{edition.programme.key}-{edition.title}")[:60] or "edition"
    return free_key(stem, set(Edition.objects.filter(key__startswith=stem).values_list("key", flat=True)))


@transaction.atomic
def save_venue(*, venue: Venue, at: datetime) -> Venue:
    """Keep a place. Raises ValidationError when a session to come has more seats to book than it would take."""
    venue.full_clean()
    if venue.pk and venue.capacity is not None:
        larger = venue.sessions.upcoming(at=at).filter(capacity__gt=venue.capacity).order_by("starts_at").first()
        if larger:
            said = _("%(session)s, to come, has %(seats)d seats to book.")
            raise ValidationError({"capacity": said % {"session": larger.title, "seats": larger.capacity}})
    venue.save()
    return venue


def may_tutor(*, programme: Programme, person: Person | None, on: date) -> bool:
    """Whether somebody holds, that day, the qualification that the programme asks of its tutors."""
    if not programme.tutors_need:
        return True
    return person is not None and person.qualifications.valid(on=on).filter(kind=programme.tutors_need).exists()


@transaction.atomic
def name_staff(
    *, edition: Edition, user: User, role: StaffRole, since: date | None = None, until: date | None = None
) -> Staff:
    """Give somebody a role in an edition, or other dates in it. A tutor's ends with the edition at the latest.

    Raises ValidationError when a tutor lacks the qualification that the programme asks for.
    """
    person = Person.objects.filter(account=user).first()
    if role == StaffRole.TUTOR and not may_tutor(programme=edition.programme, person=person, on=edition.starts_on):
        raise ValidationError(_("Only somebody who was trained as a tutor of this programme can be named a tutor."))
    last = edition.ends_on if role == StaffRole.TUTOR else edition.ends_on + LEAD_STAYS
    dates = {"since": since or edition.starts_on - BEFORE, "until": min(until or last, last)}
    staff, _created = Staff.objects.update_or_create(edition=edition, user=user, role=role, defaults=dates)
    return staff


@transaction.atomic
def end_staff(*, staff: Staff, on: date) -> None:
    """The role ends the day before: from now on its holder sees nothing by it. The last lead stays."""
    others = staff.edition.staff.filter(role=StaffRole.LEAD, until__gte=on).exclude(pk=staff.pk)
    if staff.role == StaffRole.LEAD and not others.exists():
        raise ValidationError(_("An edition needs somebody who leads it: name another first."))
    staff.until = on - timedelta(days=1)
    staff.since = min(staff.since, staff.until)
    staff.save(update_fields=["since", "until"])
