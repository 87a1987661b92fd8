"""Ties: those that a response says follow from what was decided of it; others are noted by hand."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.directory.models import Organisation
from parcours.survey.choices import TieKind
from parcours.survey.models import Response, Tie
from parcours.survey.reviewing import told_of
from parcours.survey.spellings import spellings
from parcours.survey.told import PARTNER, ties_told

if TYPE_CHECKING:
    from parcours.accounts.models import User

CANDIDATE, KNOWN = "candidate:", "known:"
Said = dict[tuple[str, int | None, int | None], str]


@transaction.atomic
def settle_ties(*, response: Response) -> None:
    """Let the response's ties be those that its decisions say; a candidate that nobody names any more goes.

    The caller holds the wave (`take_turns`): no two reviews count on the same candidate at once.
    """
    said = _said(response)
    for tie in response.ties.all():
        if said.pop((tie.kind, tie.target_id, tie.candidate_id), None) is None:
            tie.delete()
    for (kind, target, candidate), named_as in said.items():
        partner: dict[str, Any] = {"kind": kind, "target_id": target, "candidate_id": candidate}
        Tie.objects.get_or_create(
            origin=response.organisation,
            wave=response.wave,
            **partner,
            defaults={
                "response": response,
                "named_as": named_as[:200],
                "said_on": timezone.localdate(response.saved_at),
                "is_invented": response.is_invented,
            },
        )
    response.wave.candidates.open().filter(ties=None).delete()


@transaction.atomic
def note_tie(*, origin: Organisation, target: Organisation, kind: TieKind, by: "User", on: date) -> Tie:
    """Note by hand what one organisation is to another; twice changes nothing. Raises ValidationError."""
    if origin == target:
        raise ValidationError({"target": [_("An organisation is no partner of itself: choose another one.")]})
    tie, _created = Tie.objects.get_or_create(
        origin=origin, kind=kind, target=target, candidate=None, wave=None, defaults={"said_on": on, "noted_by": by}
    )
    return tie


@transaction.atomic
def remove_tie(*, tie: Tie) -> None:
    """Take away a tie that was noted by hand. Raises ValidationError for one that a response says."""
    if tie.wave_id is not None:
        raise ValidationError(_("A response says so: decide anew on that response."))
    tie.delete()


def _said(response: Response) -> Said:
    """By kind and partner, how the response named it; none with itself, and each but once."""
    partners = [entry for entry in response.review.get("things", []) if entry["subject"] == PARTNER]
    keys = {entry["made"].removeprefix(KNOWN) for entry in partners if entry["made"].startswith(KNOWN)}
    known = {one.key: one.merged_into_id or one.pk for one in Organisation.objects.filter(key__in=keys).order_by("pk")}
    spelt = {key: one.pk for key, one in spellings(response.wave.candidates.all()).items()}
    said: Said = {}
    for entry in partners:
        target = known.get(entry["made"].removeprefix(KNOWN))
        candidate = spelt.get(entry["made"].removeprefix(CANDIDATE)) if target is None else None
        if target == response.organisation_id or target is candidate is None:
            continue
        for kind in ties_told(told_of(entry)):
            said.setdefault((kind.value, target, candidate), entry["words"].get("name", ""))
    return said
