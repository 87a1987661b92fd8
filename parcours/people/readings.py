"""The log of who looked at what of whom."""

from datetime import datetime, timedelta

from parcours.accounts.models import User
from parcours.people.models import Person, Reading

# a page that is loaded again at once is one look
SAME_LOOK = timedelta(minutes=10)


def note_reading(*, person: Person, reader: User, what: str, at: datetime) -> None:
    """Note that somebody else looked; what one reads of oneself is nobody's business."""
    if person.account_id == reader.pk:
        return
    recent = person.readings.filter(reader=reader, what=what, at__gt=at - SAME_LOOK)
    if not recent.exists():
        Reading.objects.create(person=person, reader=reader, what=what, at=at)
