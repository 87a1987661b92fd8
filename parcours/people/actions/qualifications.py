"""What somebody was trained for."""

from datetime import date

from django.db import transaction

from parcours.people.models import Person, Qualification


@transaction.atomic
def award(
    *, person: Person, kind: str, by: str, on: date, valid_until: date | None = None, earned_in: str = ""
) -> Qualification:
    """Note a qualification; the same one of the same edition is awarded once. Raises ValidationError."""
    found = person.qualifications.filter(kind=kind, earned_in=earned_in).exclude(earned_in="").first()
    if found:
        return found
    awarded = Qualification(
        person=person,
        kind=kind,
        awarded_by=by,
        awarded_on=on,
        valid_until=valid_until,
        earned_in=earned_in,
        is_invented=person.is_invented,
    )
    awarded.full_clean()
    awarded.save()
    return awarded


@transaction.atomic
def revoke(*, qualification: Qualification, on: date) -> None:
    """From this day on it no longer counts."""
    qualification.revoked_on = on
    qualification.save(update_fields=["revoked_on"])
