"""What an organisation answers by its link: confirmed at once in its own name, changes sent to the coordinator."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from parcours.census.actions.corrections import STATE, open_of_request, propose
from parcours.census.asked import targets_of
from parcours.census.choices import CorrectionOrigin, Outcome
from parcours.census.models import UpdateRequest
from parcours.directory.actions.records import confirm
from parcours.directory.choices import ServiceState, SourceKind
from parcours.directory.records import Values, fields_of


class NoLongerAsked(Exception):
    """The link has expired, or its campaign has ended and it was answered before."""


@transaction.atomic
def confirm_rest(*, request: UpdateRequest, at: datetime) -> UpdateRequest:
    """All is still true but for what the organisation sent changes of. Raises NoLongerAsked."""
    locked = _locked(request, at)
    for target in targets_of(locked.organisation):
        if not open_of_request(locked, target).exists():
            confirm_shown(target=target, by=SourceKind.OWNER, at=at)
    return _note(locked, at)


@transaction.atomic
def confirm_one(*, request: UpdateRequest, target: Any, at: datetime) -> UpdateRequest:
    """One record is still true: what was sent of it and not decided yet is taken back. Raises NoLongerAsked."""
    locked = _locked(request, at)
    open_of_request(locked, target).delete()
    confirm_shown(target=target, by=SourceKind.OWNER, at=at)
    return _note(locked, at)


@transaction.atomic
def send_change(
    *, request: UpdateRequest, target: Any, values: Values, at: datetime, message: str = ""
) -> UpdateRequest:
    """Send the coordinator what has changed in one record. Raises NoLongerAsked, and what `propose` raises."""
    locked = _locked(request, at)
    propose(target=target, values=values, origin=CorrectionOrigin.OWNER, request=locked, message=message, at=at)
    return _note(locked, at)


@transaction.atomic
def send_closed(*, request: UpdateRequest, target: Any, at: datetime) -> UpdateRequest:
    """Tell the coordinator that a service, or the organisation with all its services, is no longer there."""
    return send_change(request=request, target=target, values={STATE: ServiceState.CLOSED.value}, at=at)


def may_answer(request: UpdateRequest, *, at: datetime) -> bool:
    """Once as long as the link works, even late; again as long as the campaign runs."""
    if request.expires_at <= at:
        return False
    return request.answered_at is None or timezone.localdate(at) <= request.campaign.closes_on


def confirm_shown(*, target: Any, by: SourceKind, at: datetime) -> None:
    """Confirm what an owner is shown: all but the contacts, which may be for professionals only."""
    names = [field.name for field in fields_of(target) if field.name != "contacts"]
    confirm(target=target, by=by, at=at, fields=names)


def _locked(request: UpdateRequest, at: datetime) -> UpdateRequest:
    rows = UpdateRequest.objects.select_for_update(of=("self",)).select_related("campaign", "organisation")
    locked = rows.get(pk=request.pk)
    if not may_answer(locked, at=at):
        raise NoLongerAsked
    return locked


def _note(request: UpdateRequest, at: datetime) -> UpdateRequest:
    sent = list(request.corrections.all())
    is_closed = any(one.service_id is None and one.values.get(STATE) == ServiceState.CLOSED for one in sent)
    request.outcome = Outcome.CLOSED if is_closed else Outcome.CHANGED if sent else Outcome.CONFIRMED
    request.opened_at, request.answered_at = request.opened_at or at, at
    request.save()
    return request
