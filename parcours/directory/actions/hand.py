"""Verbs of those who write in the directory by hand: the office, and each organisation on its own.

In whose name, which fields and why are noted in the history (`sheet.history` reads them).
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

import pghistory
from django.db import transaction
from django.utils import timezone

from parcours.directory.actions.records import Target, change_by_hand, confirm, hand_source
from parcours.directory.actions.services import create_service, set_state
from parcours.directory.choices import ServiceState, SourceKind
from parcours.directory.models import Organisation, Service
from parcours.directory.records import Values

PLACES_LEFT = frozenset({"capacity", "wait_weeks", "full_until"})


@transaction.atomic
def add_service(*, organisation: Organisation, values: Values, by: SourceKind, at: datetime, reason: str) -> Service:
    """Add a service in the words of the office, or of its organisation: then it waits for the coordinator.

    Raises ValidationError.
    """
    state = ServiceState.PUBLISHED if by == SourceKind.OFFICE else ServiceState.PROPOSED
    with noted(by, reason):
        service = create_service(
            organisation=organisation,
            source=hand_source(by),
            external_id=uuid4().hex,
            values=_with_day(values, at),
            observed_on=timezone.localdate(at),
            state=state,
        )
        # a hand's words on a record stand under the record's own key, where the next change finds them
        service.source_records.update(external_id=service.key)
        return confirm(target=service, by=by, at=at)


@transaction.atomic
def edit_record(
    *, target: Target, values: Values, by: SourceKind, at: datetime, base_version: int, reason: str
) -> Target:
    """Change these fields; at once, also when an organisation speaks of itself. Raises ChangedMeanwhile and
    ValidationError.
    """
    with noted(by, reason, values):
        return change_by_hand(target=target, values=_with_day(values, at), by=by, at=at, base_version=base_version)


@transaction.atomic
def move_service(*, service: Service, state: ServiceState, by: SourceKind, reason: str) -> Service:
    """Publish, suspend or close a service."""
    with noted(by, reason):
        return set_state(service=service, state=state)


def noted(by: SourceKind, reason: str, fields: Iterable[str] = ()) -> pghistory.context:
    """While it stands, every row of the history says in whose name, why, and which fields were meant."""
    return pghistory.context(hand=by.value, reason=reason, fields=sorted(fields))


def _with_day(values: Values, at: datetime) -> Values:
    """Whoever speaks of the places left speaks of today."""
    return {**values, "capacity_on": timezone.localdate(at).isoformat()} if PLACES_LEFT & values.keys() else values
