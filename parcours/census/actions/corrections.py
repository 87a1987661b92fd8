"""Changes that somebody proposes and errors that readers report: written down, then decided by the coordinator."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parcours.accounts.queries import history_of
from parcours.census.choices import CorrectionOrigin, CorrectionState
from parcours.census.letters import tell_decision
from parcours.census.models import Correction, UpdateRequest
from parcours.directory.actions.records import ChangedMeanwhile, Target, change_by_hand, lock
from parcours.directory.actions.services import set_state
from parcours.directory.choices import ServiceState, SourceKind
from parcours.directory.models import Organisation, Service
from parcours.directory.records import BY_NAME, Values, kind_of, read_values

if TYPE_CHECKING:
    from parcours.accounts.models import User

STATE = "state"
EMPTY: tuple[Any, ...] = (None, "", [], {})
# In whose name an accepted change is written: what a reader reports or a check finds, the office makes its own.
HAND = {CorrectionOrigin.OWNER: SourceKind.OWNER, CorrectionOrigin.PARTNER: SourceKind.OWNER}


@transaction.atomic
def report(*, service: Service, message: str, contact: str, at: datetime) -> Correction:
    """Keep what a reader says is wrong with a service. Raises ValidationError where nothing is said."""
    return _write(service, {}, origin=CorrectionOrigin.READER, message=message.strip(), contact=contact.strip(), at=at)


@transaction.atomic
def propose(
    *,
    target: Target,
    values: Values,
    origin: CorrectionOrigin,
    at: datetime,
    by: "User | None" = None,
    request: UpdateRequest | None = None,
    message: str = "",
) -> Correction:
    """Send the coordinator those of the values that differ from what stands; "state" may be among them.

    What the same request proposed before for the same record is replaced. Raises ValidationError where nothing differs
    and nothing is said, and where a value cannot be taken: it is tried first, then rolled back.
    """
    if request is not None:
        open_of_request(request, target).delete()
    now = standing(target)
    wanted = {name: value for name, value in values.items() if not _same(value, now.get(name))}
    if not wanted and not message.strip():
        raise ValidationError(_("Nothing differs from what is there now."))
    attempt = transaction.savepoint()
    try:
        _apply(lock(target), wanted, SourceKind.OFFICE, at, None)
    finally:
        transaction.savepoint_rollback(attempt)
    return _write(target, wanted, origin=origin, message=message.strip(), at=at, proposed_by=by, request=request)


@transaction.atomic
def accept(
    *,
    correction: Correction,
    by: "User",
    at: datetime,
    fields: Collection[str] | None = None,
    reason: str = "",
    seen: int | None = None,
) -> Correction:
    """Carry a correction out, all of it or these fields; the rest becomes a correction that is refused for `reason`.

    `seen` is the record's version beside which the coordinator read it. Raises ChangedMeanwhile when the record is no
    longer at that version, or, without one, when a field taken changed since the correction was written; and
    ValidationError.
    """
    locked = _still_open(correction)
    taken = {name: value for name, value in locked.values.items() if fields is None or name in fields}
    left = {name: value for name, value in locked.values.items() if name not in taken}
    if left and not taken:
        raise ValidationError(_("Choose at least one change, or refuse them all."))
    target: Any = locked.target
    target = lock(target)
    if seen is None and clashing(locked, standing(target)).keys() & taken.keys():
        raise ChangedMeanwhile(target)
    if left:
        refuse(correction=_split(locked, left), by=by, at=at, reason=reason)
    _apply(target, taken, HAND.get(CorrectionOrigin(locked.origin), SourceKind.OFFICE), at, seen)
    return _decide(locked, CorrectionState.ACCEPTED, by, at, "" if left else reason)


@transaction.atomic
def refuse(*, correction: Correction, by: "User", at: datetime, reason: str) -> Correction:
    """Leave the record as it is, and tell whoever asked why. Raises ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": [_("Say why: whoever asked reads it.")]})
    return _decide(_still_open(correction), CorrectionState.REFUSED, by, at, reason.strip())


@transaction.atomic
def decide_proposed(*, service: Service, publish: bool, by: "User", at: datetime, reason: str = "") -> Correction:
    """Publish a service that a partner proposed, or close it with a reason; the decision is kept as a correction."""
    locked = lock(service)
    if locked.state != ServiceState.PROPOSED:
        raise ValidationError(_("Somebody decided this already."))
    made = history_of(locked)[-1]
    asked = _write(
        locked,
        {STATE: ServiceState.PUBLISHED.value},
        origin=CorrectionOrigin.PARTNER,
        at=made.at,
        proposed_by=made.who,
        language=made.who.language if made.who else "",
    )
    if publish:
        return accept(correction=asked, by=by, at=at, reason=reason)
    refused = refuse(correction=asked, by=by, at=at, reason=reason)
    set_state(service=locked, state=ServiceState.CLOSED)
    return refused


def standing(target: Organisation | Service) -> Values:
    """What a correction can change, as it stands now."""
    state = {STATE: target.state} if isinstance(target, Service) else {}
    return read_values(target) | state


def clashing(correction: Correction, now: Values) -> Values:
    """The proposed fields that were changed to something else since it was written, as they stand now."""
    return {
        name: now.get(name)
        for name, value in correction.values.items()
        if not _same(now.get(name), correction.before.get(name)) and not _same(now.get(name), value)
    }


def open_of_request(request: UpdateRequest, target: Organisation | Service) -> Any:
    """What a request proposed for a record and nobody decided yet."""
    return Correction.objects.open().filter(request=request, **_about(target))


def _same(one: Any, other: Any) -> bool:
    return one == other or (one in EMPTY and other in EMPTY)


def _about(target: Organisation | Service) -> dict[str, Any]:
    service = target if isinstance(target, Service) else None
    organisation = target.organisation if isinstance(target, Service) else target
    return {"kind": kind_of(target), "organisation": organisation, "service": service}


def _write(
    target: Organisation | Service, values: Values, *, at: datetime, language: str = "", **more: Any
) -> Correction:
    now = standing(target)
    correction = Correction(
        values=values,
        before={name: now[name] for name in values if name in now},
        base_version=target.version,
        proposed_at=at,
        language=language or get_language() or "fr",
        **_about(target),
        **more,
    )
    if not values and not correction.message:
        raise ValidationError({"message": [_("Say what is wrong.")]})
    correction.full_clean()
    correction.save()
    return correction


def _still_open(correction: Correction) -> Correction:
    locked = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    if locked.state != CorrectionState.OPEN:
        raise ValidationError(_("Somebody decided this already."))
    return locked


def _split(correction: Correction, left: Values) -> Correction:
    """Take these values out of a correction, into one of their own."""
    rest = Correction.objects.get(pk=correction.pk)
    rest.pk, rest.values, rest.message = None, left, ""
    rest._state.adding = True
    rest.save()
    correction.values = {name: value for name, value in correction.values.items() if name not in left}
    return rest


def _apply(target: Any, values: Values, by: SourceKind, at: datetime, seen: int | None) -> None:
    facts = {name: value for name, value in values.items() if name in BY_NAME[kind_of(target)]}
    if facts:
        target = change_by_hand(target=target, values=facts, by=by, at=at, base_version=seen)
    elif seen is not None and target.version != seen:
        raise ChangedMeanwhile(target)
    if STATE in values:
        closing = [target] if isinstance(target, Service) else target.services.filter(state=ServiceState.PUBLISHED)
        for service in closing:
            set_state(service=service, state=ServiceState(values[STATE]))


def _decide(correction: Correction, state: CorrectionState, by: "User", at: datetime, reason: str) -> Correction:
    """Close it, tell whoever asked, and forget how to reach them."""
    transaction.on_commit(partial(tell_decision, correction, to=address_of(correction)), robust=True)
    correction.state, correction.decided_by, correction.decided_at = state, by, at
    correction.reason, correction.contact = reason, ""
    correction.save()
    return correction


def address_of(correction: Correction) -> str:
    """Where whoever asked can be written to; "" when they left no e-mail address."""
    if correction.request is not None:
        return correction.request.address
    if correction.proposed_by is not None:
        return correction.proposed_by.email or ""
    return correction.contact if "@" in correction.contact else ""
