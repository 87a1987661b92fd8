"""Partners that answers name and the directory does not know: noted, joined, decided, and all of it taken back.

Two spellings that people join are one candidate; what the other one was is kept in `details["also"]`, for the day
somebody separates them:
[{"name", "match_key", "area", "details", "found_at", "ties": [pk], "twice": [[pk, named_as]]}].
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from parcours.directory.actions.services import areas_by_key
from parcours.directory.choices import OrganisationKind
from parcours.directory.models import Organisation
from parcours.directory.records import Values
from parcours.survey.actions.organisations import add_organisation, remove_organisation, take_turns
from parcours.survey.actions.snowball import ask_in_turn
from parcours.survey.choices import CandidateState
from parcours.survey.models import Ask, Candidate, Tie, Wave
from parcours.survey.spellings import ALSO, match_key, named_alike, spellings

if TYPE_CHECKING:
    from parcours.accounts.models import User


@transaction.atomic
def note_candidate(*, wave: Wave, values: Values, at: datetime, is_invented: bool = False) -> Candidate:
    """The wave's candidate of this name and commune, made or completed by what is said of it now.

    The caller holds the wave (`take_turns`). Raises ValidationError without a name.
    """
    if not values.get("name"):
        raise ValidationError(_("A partner without a name cannot become a candidate."))
    candidate = named_alike(values, spellings(wave.candidates.select_related("area")))
    if candidate is None:
        candidate = Candidate(wave=wave, match_key=match_key(values), name=values["name"], found_at=at)
        candidate.is_invented = is_invented
    candidate.area = candidate.area or areas_by_key([values.get("area") or ""]).get(values.get("area") or "")
    candidate.details = values | candidate.details
    candidate.save()
    return candidate


@transaction.atomic
def know(*, candidate: Candidate, organisation: Organisation, by: "User", at: datetime) -> Candidate:
    """Say that it is an organisation of the directory. Raises ValidationError when it was decided meanwhile."""
    return _decide(_still_open(candidate), CandidateState.KNOWN, by, at, organisation=organisation)


@transaction.atomic
def take_in(*, candidate: Candidate, values: Values, by: "User", at: datetime) -> tuple[Candidate, Ask | None]:
    """Add it to the directory, in the survey's words and not public until it agrees, and ask it in its turn.

    `values`: at least its name; without a kind it is an association. Gives the candidate, and the Ask unless the wave
    goes no further. Raises ValidationError.
    """
    locked = _still_open(candidate)
    organisation = add_organisation(
        wave=locked.wave,
        external_id=_external_id(locked),
        values={"kind": OrganisationKind.ASSOCIATION.value, **values},
        at=at,
        is_invented=locked.is_invented,
    )
    decided = _decide(locked, CandidateState.ACCEPTED, by, at, organisation=organisation)
    return decided, ask_in_turn(wave=locked.wave, organisation=organisation, at=at)


@transaction.atomic
def leave_out(*, candidate: Candidate, reason: str, by: "User", at: datetime) -> Candidate:
    """Leave it out, and say why. Raises ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": [_("Say why it is left out.")]})
    return _decide(_still_open(candidate), CandidateState.REFUSED, by, at, reason=reason.strip())


@transaction.atomic
def reopen(*, candidate: Candidate) -> Candidate:
    """Take a decision back. An organisation that it added is taken away, with the invitation that has not left.

    Raises ValidationError when something stands on it since.
    """
    locked = _locked(candidate)
    if locked.state == CandidateState.ACCEPTED and locked.organisation is not None:
        remove_organisation(organisation=locked.organisation, of=locked)
    locked.state, locked.organisation, locked.reason = CandidateState.OPEN, None, ""
    locked.decided_at = locked.decided_by = None
    locked.save()
    return locked


@transaction.atomic
def join(*, candidate: Candidate, into: Candidate) -> Candidate:
    """Make one candidate of two spellings of one thing; gives the one that stays. Raises ValidationError."""
    gone, kept = _still_open(candidate), _locked(into)
    if gone.pk == kept.pk or gone.wave_id != kept.wave_id:
        raise ValidationError(_("Choose another candidate of the same survey."))
    said = {(tie.origin_id, tie.kind): tie for tie in kept.ties.all()}
    twice = [(said[tie.origin_id, tie.kind], tie) for tie in gone.ties.all() if (tie.origin_id, tie.kind) in said]
    moved = gone.ties.exclude(pk__in=[tie.pk for _kept, tie in twice])
    other = {
        "name": gone.name,
        "match_key": gone.match_key,
        "area": gone.area_id,
        "details": _own(gone.details),
        "found_at": gone.found_at.isoformat(),
        "ties": sorted(moved.values_list("pk", flat=True)),
        "twice": [[tie.pk, again.named_as] for tie, again in twice],
    }
    moved.update(candidate=kept)
    kept.details = _own(gone.details) | kept.details
    kept.details[ALSO] = [*kept.details.get(ALSO, []), *gone.details.get(ALSO, []), other]
    gone.delete()
    kept.save()
    return kept


@transaction.atomic
def separate(*, candidate: Candidate, spelling: str) -> Candidate:
    """Make a spelling (its `match_key`) that was joined to this one a candidate of its own again; gives it.

    Raises ValidationError when nothing of that spelling is joined to it.
    """
    kept = _locked(candidate)
    found = [other for other in kept.details.get(ALSO, []) if other["match_key"] == spelling]
    if not found:
        raise ValidationError(_("Somebody separated them already."))
    other = found[0]
    back = Candidate.objects.create(
        wave=kept.wave,
        name=other["name"],
        match_key=spelling,
        area_id=other["area"],
        details=other["details"],
        found_at=datetime.fromisoformat(other["found_at"]),
        is_invented=kept.is_invented,
    )
    kept.ties.filter(pk__in=other["ties"]).update(candidate=back)
    standing = kept.ties.in_bulk([pk for pk, _name in other["twice"]])
    Tie.objects.bulk_create(_again(standing[pk], back, name) for pk, name in other["twice"] if pk in standing)
    kept.details[ALSO] = [one for one in kept.details[ALSO] if one is not other]
    kept.save()
    return back


def _again(tie: Tie, candidate: Candidate, named_as: str) -> Tie:
    """The same tie, said of the other spelling."""
    return Tie(
        origin_id=tie.origin_id,
        kind=tie.kind,
        candidate=candidate,
        wave_id=tie.wave_id,
        response_id=tie.response_id,
        named_as=named_as,
        said_on=tie.said_on,
        is_invented=tie.is_invented,
    )


def _own(details: dict[str, Any]) -> Values:
    return {name: value for name, value in details.items() if name != ALSO}


def _external_id(candidate: Candidate) -> str:
    return f"candidate-{candidate.pk}"


def _locked(candidate: Candidate) -> Candidate:
    """The row as it stands, once it is our turn. Raises ValidationError when it is gone."""
    take_turns(candidate.wave)
    found = Candidate.objects.select_related("wave__source", "organisation", "area").filter(pk=candidate.pk).first()
    if found is None:
        raise ValidationError(_("Somebody joined or removed this candidate meanwhile."))
    return found


def _still_open(candidate: Candidate) -> Candidate:
    locked = _locked(candidate)
    if locked.state != CandidateState.OPEN:
        raise ValidationError(_("Somebody decided this already."))
    return locked


def _decide(candidate: Candidate, state: CandidateState, by: "User", at: datetime, **more: Any) -> Candidate:
    candidate.state, candidate.decided_by, candidate.decided_at = state, by, at
    for name, value in more.items():
        setattr(candidate, name, value)
    candidate.save()
    return candidate
