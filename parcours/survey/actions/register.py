"""From an answer to the register: who answered, what is taken of it, and all of it taken back."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.directory.actions.records import lock, put_record, settle
from parcours.directory.choices import OrganisationKind
from parcours.directory.cleaning import Known
from parcours.directory.models import Organisation
from parcours.survey.actions.candidates import note_candidate
from parcours.survey.actions.organisations import add_organisation, remove_organisation, take_turns
from parcours.survey.actions.ties import CANDIDATE, KNOWN, settle_ties
from parcours.survey.choices import Progress
from parcours.survey.models import Response
from parcours.survey.receivers import RECEIVERS, Told
from parcours.survey.reviewing import LEAVE, Entry, Review, entry_of, records_of, told_of
from parcours.survey.told import PARTNER, partner_values, respondent_told, respondent_values

if TYPE_CHECKING:
    from parcours.accounts.models import User


class ReviewedMeanwhile(Exception):
    """The answers, the organisation or what was decided changed since the page was read."""


@transaction.atomic
def identify(*, response: Response, organisation: Organisation | None, at: datetime) -> Response:
    """Say which organisation answered by the open link; None: a new one, of the name that it told.

    Raises ValidationError when somebody said it meanwhile, when that organisation has answered already, and where a new
    one cannot be made.
    """
    locked = _locked(response)
    if locked.organisation_id is not None:
        raise ValidationError(_("Somebody decided this already."))
    if organisation is None:
        organisation = _new_organisation(locked, at)
    others = locked.wave.responses.exclude(progress=Progress.WITHDRAWN)
    if others.filter(organisation=organisation).exists():
        raise ValidationError(_("“%(name)s” has answered this survey already.") % {"name": organisation.name})
    locked.organisation = organisation
    # it answered: it is not to be reminded of the link that it did not use
    locked.ask = locked.ask or locked.wave.asks.filter(organisation=organisation, response=None).first()
    locked.save(update_fields=["organisation", "ask"])
    return locked


@transaction.atomic
def set_free(*, response: Response) -> Response:
    """Take back which organisation answered by the open link. Raises ValidationError once something was taken of it."""
    locked = _locked(response)
    if locked.review or not locked.secret_digest:
        raise ValidationError(_("It came by the organisation’s own link, or something of it was taken in already."))
    organisation, locked.organisation, locked.ask = locked.organisation, None, None
    locked.save(update_fields=["organisation", "ask"])
    if organisation is not None and records_of(locked).filter(organisation=organisation).exists():
        remove_organisation(organisation=organisation, of=locked)
    return locked


@transaction.atomic
def accept_review(
    *,
    response: Response,
    seen: str,
    facts: Collection[str],
    things: Mapping[str, str],
    gone: Collection[str] = (),
    by: "User",
    at: datetime,
) -> Response:
    """Take into the register these facts and things of what is open, leave the other facts, and undo what is `gone`.

    `seen` is the `Review.token` that the decisions were taken beside; `things`: by subject and place
    ("partner/partners.0"), LEAVE, NEW, "known:" with an organisation's key, or a receiver's key; those it does not name
    stay open. Raises ReviewedMeanwhile and ValidationError.
    """
    locked = _locked(response)
    if locked.progress != Progress.COMPLETE or locked.organisation is None:
        raise ReviewedMeanwhile
    review = Review(locked, lock(locked.organisation))
    if review.token != seen:
        raise ReviewedMeanwhile
    with pghistory.context(reason=str(locked.wave.cited.title.text)):
        dropped = [name for key, name in review.gone.items() if key in gone and key.startswith("fact/")]
        _write_facts(review, facts, dropped)
        entries = _undone(review, gone, by)
        entries += [_made(review, subject, told, things, by, at) for subject, told in _decided(review, things)]
        locked.review = {"facts": _decisions(review, facts, dropped), "things": entries}
        settle_ties(response=locked)
    # what was left out of this round stays to be read
    if Review(locked, locked.organisation).is_done:
        locked.reviewed_at, locked.reviewed_by = at, by
    locked.save(update_fields=["review", "reviewed_at", "reviewed_by"])
    return locked


@transaction.atomic
def undo_review(*, response: Response, by: "User | None", even_used: bool = False) -> Response:
    """Take back all that was taken of a response: its facts, ties and actions.

    Raises ValidationError where something was built on an action or a candidate; with `even_used` those stay.
    """
    locked = _locked(response)
    for entry in locked.review.get("things", []):
        try:
            with transaction.atomic():
                _take_back(locked, entry, by)
        except ValidationError:
            if not even_used:
                raise
    locked.review = {}
    if locked.organisation is not None:
        settle_ties(response=locked)
    record = records_of(locked).select_related("organisation").first()
    if record is not None:
        _drop_record(record)
    locked.reviewed_at = locked.reviewed_by = None
    locked.save(update_fields=["review", "reviewed_at", "reviewed_by"])
    return locked


@transaction.atomic
def forget_response(*, response: Response, keep: bool = False) -> None:
    """Before a response is withdrawn: take back what was taken of it, or `keep` it because the coordinator says so.

    What others built on stays. An organisation that only this answer told of goes, unless it is used elsewhere. The
    response itself, as given, then holds no decision and no organisation. The caller locks and saves it afterwards:
    who waits for the wave must not hold a response.
    """
    locked = _locked(response)
    if not keep:
        undo_review(response=locked, by=None, even_used=True)
        record = records_of(locked).select_related("organisation").first()
        locked.organisation = None
        locked.save(update_fields=["organisation"])
        if record is not None:
            _forget_organisation(record.organisation, locked)
    Response.objects.filter(pk=response.pk).update(review={}, organisation=None)
    response.review, response.organisation = {}, None


def _forget_organisation(organisation: Organisation, response: Response) -> None:
    try:
        with transaction.atomic():
            remove_organisation(organisation=organisation, of=response)
    except ValidationError:
        pass  # its name is used elsewhere, and is all that is kept of it


def _locked(response: Response) -> Response:
    """The row as it stands, once it is our turn."""
    take_turns(response.wave)
    rows = Response.objects.select_for_update(of=("self",))
    return rows.select_related("wave__source", "version", "organisation").get(pk=response.pk)


def _new_organisation(response: Response, at: datetime) -> Organisation:
    values, problems = respondent_values(respondent_told(response), language=response.language, known=Known())
    if not values.get("name"):
        raise ValidationError([*map(str, problems)] or _("It told no name: choose an organisation of the directory."))
    wanted = {"name": values["name"], "kind": values.get("kind", OrganisationKind.ASSOCIATION.value)}
    return add_organisation(
        wave=response.wave, external_id=response.key, values=wanted, at=at, is_invented=response.is_invented
    )


def _write_facts(review: Review, taken: Collection[str], dropped: Collection[str]) -> None:
    """Note in the survey's name what was taken, and what the answer says again of what stands already."""
    record = review.record()
    before = record.values if record else {}
    told = {name: value for name, value in review.values.items() if name in review.same or name in taken}
    values = {name: value for name, value in before.items() if name not in dropped} | told
    if values == before:
        return
    if values:
        on = timezone.localdate(review.response.saved_at)
        put_record(
            target=review.organisation,
            source=review.response.wave.cited,
            values=values,
            external_id=review.response.key,
            observed_on=on,
        )
    elif record is not None:
        _drop_record(record)


def _drop_record(record: Any) -> None:
    """The survey says nothing of the organisation any more; of one that only the survey told of, its name stays."""
    others = record.organisation.source_records.exclude(pk=record.pk)
    if others.exists():
        record.delete()
    else:
        record.values = {name: value for name, value in record.values.items() if name in ("name", "kind")}
        record.save()
    settle(target=record.organisation)


def _decisions(review: Review, taken: Collection[str], dropped: Collection[str]) -> dict[str, Entry]:
    decided = {name: entry for name, entry in review.decided.items() if name not in dropped}
    for name in review.gone.values():
        if isinstance(name, str) and name in decided:
            decided[name] = decided[name] | {"kept": True}
    new = {
        name: {"told": review.told[name], "taken": name in review.same or name in taken}
        for name in (*review.same, *review.open)
    }
    return decided | new


def _decided(review: Review, things: Mapping[str, str]) -> list[tuple[str, Told]]:
    return [(subject, told) for subject, told in review.things if f"{subject}/{told.place}" in things]


def _made(review: Review, subject: str, told: Told, things: Mapping[str, str], by: "User", at: datetime) -> Entry:
    """Carry one decision out, as it is kept."""
    key = things[f"{subject}/{told.place}"]
    if key == LEAVE:
        made = ""
    elif subject == PARTNER:
        made = _partner(review, told, key, at)
    else:
        made = RECEIVERS[subject].accept(told, key=key, response=review.response, by=by, at=at)
    return entry_of(subject, told, key, made)


def _partner(review: Review, told: Told, key: str, at: datetime) -> str:
    """What finds the partner again: "known:" with its key, or "candidate:" with its spelling."""
    if key.startswith(KNOWN):
        organisation = Organisation.objects.kept().filter(key=key.removeprefix(KNOWN)).first()
        if organisation is None:
            raise ValidationError(
                _("“%(key)s” is no organisation of the directory.") % {"key": key.removeprefix(KNOWN)}
            )
        if organisation == review.organisation:
            raise ValidationError(_("“%(name)s” is no partner of itself: leave it.") % {"name": organisation.name})
        return f"{KNOWN}{organisation.key}"
    values, _problems = partner_values(told, known=review.known)
    wave, is_invented = review.response.wave, review.response.is_invented
    candidate = note_candidate(wave=wave, values=values, at=at, is_invented=is_invented)
    return f"{CANDIDATE}{candidate.match_key}"


def _undone(review: Review, gone: Collection[str], by: "User") -> list[Entry]:
    """The decisions that stand, once those on what is no longer told were taken back as far as wished."""
    wished = [entry for key, entry in review.gone.items() if key in gone and key.startswith("thing/")]
    for entry in wished:
        _take_back(review.response, entry, by)
    kept = [entry for key, entry in review.gone.items() if key not in gone and key.startswith("thing/")]
    for entry in kept:
        entry["kept"] = True
    return [entry for entry in review.entries if not any(entry is one for one in wished)]


def _take_back(response: Response, entry: Entry, by: "User | None") -> None:
    """Undo what was made of one thing; its tie goes when ties are settled. Raises ValidationError: it is built on."""
    if entry["made"].startswith(CANDIDATE):
        candidate = response.wave.candidates.spelt(entry["made"].removeprefix(CANDIDATE)).first()
        if candidate and candidate.decided_at and not candidate.ties.exclude(response=response).exists():
            raise ValidationError(_("“%(name)s” was decided since: open it again first.") % {"name": candidate.name})
    receiver = RECEIVERS.get(entry["subject"])
    if receiver is not None and entry["key"] != LEAVE:
        receiver.take_back(entry["made"], told_of(entry), key=entry["key"], response=response, by=by)
