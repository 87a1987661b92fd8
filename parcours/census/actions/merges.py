"""One record taken into another, and taken out again: nothing is lost, nothing that a person did since is undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pghistory
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from parcours.census.choices import PairState
from parcours.census.models import Merge, Pair
from parcours.census.pointers import Snapshot, Step, change_back, changes, give_back, pass_on, repoint, snapshot
from parcours.directory.actions.records import change_by_hand, keep_what_stands, settle
from parcours.directory.actions.services import relist
from parcours.directory.choices import PublicationConsent, SourceKind
from parcours.directory.models import Organisation, Place, Service, ServicePlace, SourceRecord
from parcours.directory.records import PLACE, Values, kind_of

if TYPE_CHECKING:
    from parcours.accounts.models import User

Target = Organisation | Service
MODELS: dict[str, Any] = {"organisation": Organisation, "service": Service}

PLACE_COLUMNS = [*("area_id" if name == "area" else name for name in PLACE), "is_main"]
# Who refused once is not named because it was known under another name, too.
STRICTEST = (
    PublicationConsent.REFUSED,
    PublicationConsent.GIVEN,
    PublicationConsent.ASKED,
    PublicationConsent.PUBLIC_DOCUMENT,
)
INHERITED = {"organisation": ["consent", "is_invented"], "service": ["is_invented"]}
# What a merge made is needed while a service is given there, or while the record has other words beside it.
NEEDED: dict[Any, Callable[[Any], bool]] = {
    Place: lambda place: place.is_main or place.gives.exists(),
    SourceRecord: lambda record: (record.organisation or record.service).source_records.count() > 1,
}


class MergeRefused(Exception):
    """Two records cannot be merged, or a merge not be undone, as things stand; says why in the active language."""


@transaction.atomic
def merge(*, kept: Target, gone: Target, by: "User", at: datetime, chosen: Values | None = None) -> Merge:
    """Take one record into another: what sources say of it, and all that points at it, are the other's from now on.

    `chosen` are the values of fields that a person decided (`None`: none); elsewhere the source that wins decides.
    Raises MergeRefused, and ValidationError for a chosen value that the record cannot take.
    """
    with pghistory.context(user=by.pk, verb="merge"):
        stays, goes = _locked(kept, gone)
        if stays.merged_into_id or goes.merged_into_id:
            raise MergeRefused(_("One of the two was merged already."))
        with _noted(stays, goes) as moved:
            _take_over(stays, goes, moved, at)
            # which fields, not their values: those may name people, and stand among what the office says
            fields = dict.fromkeys(chosen or {}, True)
            done = Merge.objects.create(
                kind=kind_of(stays), kept=stays.pk, gone=goes.pk, chosen=fields, done_by=by, done_at=at
            )
            if chosen:
                word = _word_of(done)
                change_by_hand(target=stays, values=chosen, by=SourceKind.OFFICE, at=at, external_id=word)
            else:
                settle(target=stays, even_unused=True)
        done.moved = moved
        done.save(update_fields=["moved"])
        _pair_of(done).update(state=PairState.SAME, decided_by=by, decided_at=at)
    return done


@transaction.atomic
def undo_merge(*, merge: Merge, by: "User", at: datetime) -> Merge:
    """Take the merged record out again, with all that came with it and is still where the merge put it.

    Raises MergeRefused when it was undone before, or when the kept record was itself merged since: that comes first.
    """
    with pghistory.context(user=by.pk, verb="undo merge"):
        model = MODELS[merge.kind]
        kept, gone = _locked(model(pk=merge.kept), model(pk=merge.gone))
        undone = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        if undone.undone_at:
            raise MergeRefused(_("This merge was undone already."))
        if kept.merged_into:
            raise MergeRefused(
                _("“%(kept)s” was itself merged into “%(other)s” since: undo that merge first.")
                % {"kept": kept, "other": kept.merged_into}
            )
        SourceRecord.objects.filter(source__kind=SourceKind.OFFICE, external_id=_word_of(undone)).delete()
        try:
            with _noted(kept, gone) as meanwhile:
                _hand_back(kept, gone, undone.moved, at)
        except ValidationError as error:
            raise MergeRefused(" ".join(error.messages)) from error
        undone.undone_by, undone.undone_at = by, at
        undone.save(update_fields=["undone_by", "undone_at"])
        _leave_to_others(undone, meanwhile + _take_away(undone.moved))
        _pair_of(undone).update(state=PairState.OPEN, decided_by=None, decided_at=None)
    return undone


def _locked(kept: Target, gone: Target) -> tuple[Any, Any]:
    """Both as they stand now, locked in the order of their numbers, so that no two merges wait for each other."""
    if type(kept) is not type(gone):
        raise MergeRefused(_("An organisation and a service cannot be merged."))
    if kept.pk == gone.pk:
        raise MergeRefused(_("A record cannot be merged into itself."))
    both = type(kept)._default_manager.filter(pk__in=[kept.pk, gone.pk]).order_by("pk")
    found = {row.pk: row for row in both.select_for_update(of=("self",), no_key=True)}
    if len(found) < 2:
        raise MergeRefused(_("One of the two does not exist any more."))
    return found[kept.pk], found[gone.pk]


def _take_over(kept: Any, gone: Any, moved: list[Step], at: datetime) -> None:
    made = [record.pk for target in (kept, gone) if (record := keep_what_stands(target))]
    moved.append({"model": SourceRecord._meta.label_lower, "made": made})
    gone.merged_into = kept
    gone.version += 1
    gone.save(update_fields=["merged_into", "version", "changed_at"])
    kept.is_invented = kept.is_invented or gone.is_invented
    if isinstance(gone, Organisation):
        kept.consent = min(kept.consent, gone.consent, key=STRICTEST.index)
        gone.places.filter(is_main=True).update(is_main=False)
        gone.identifiers.all().delete()
    kept.save(update_fields=INHERITED[kind_of(kept)])
    moved += repoint(gone, kept, at=at)
    if isinstance(gone, Organisation):
        _bring_places_home(kept)
    else:
        relist(service=gone)


def _hand_back(kept: Any, gone: Any, moved: list[Step], at: datetime) -> None:
    gone.merged_into = None
    gone.version += 1
    gone.save(update_fields=["merged_into", "version", "changed_at"])
    give_back(moved, kept, gone.pk, at=at)
    change_back(moved)
    for target in (kept, gone):
        if isinstance(target, Organisation):
            _bring_places_home(target)
        settle(target=target, even_unused=True)


def _take_away(moved: list[Step]) -> list[Step]:
    """Removes what the merge made and nothing needs any more; gives what something needs still."""
    needed = []
    for step in moved:
        model: Any = apps.get_model(step["model"])
        for row in model._default_manager.filter(pk__in=step.get("made", [])).order_by("pk"):
            if NEEDED[model](row):
                needed.append({"model": step["model"], "made": [row.pk]})
            else:
                row.delete()
    return needed


def _leave_to_others(undone: Merge, meanwhile: list[Step]) -> None:
    """The other merges into the same record will, when they are undone, find what they left, and undo the rest."""
    others = list(Merge.objects.standing().filter(kind=undone.kind, kept=undone.kept).order_by("pk"))
    for other in others:
        pass_on(undone.moved, meanwhile, other.moved)
    if others:
        others[-1].moved += [step for step in meanwhile if "made" in step]
    Merge.objects.bulk_update(others, ["moved"])


@contextmanager
def _noted(kept: Target, gone: Target) -> Iterator[list[Step]]:
    """Gives a list of steps; what the block changes in the kept record and at the places of both is added to it."""
    moved: list[Step] = []
    before = _watched(kept, gone)
    yield moved
    for model, after in _watched(kept, gone).items():
        moved += changes(model, before[model], after)


def _watched(kept: Target, gone: Target) -> dict[Any, Snapshot]:
    homes = [one.organisation_id if isinstance(one, Service) else one.pk for one in (kept, gone)]
    at = ServicePlace.objects.filter(service__organisation__in=homes)
    watched = {
        type(kept): snapshot(type(kept)._default_manager.filter(pk=kept.pk), INHERITED[kind_of(kept)]),
        Place: snapshot(Place.objects.filter(organisation__in=homes), PLACE_COLUMNS),
    }
    # the places of a service are written anew when it settles
    return watched | ({} if isinstance(kept, Service) else {ServicePlace: snapshot(at, ["place_id", "hours"])})


def _bring_places_home(organisation: Organisation) -> None:
    """Its services stand at its own places: the one at the same address, or one like it, open when they were."""
    elsewhere = ServicePlace.objects.filter(service__organisation=organisation)
    for link in elsewhere.exclude(place__organisation=organisation).select_related("place"):
        hours = link.hours or link.place.hours
        home = organisation.places.filter(match_key=link.place.match_key).first() or _copied(link.place, organisation)
        link.place, link.hours = home, hours if hours != home.hours else ""
        link.save(update_fields=["place", "hours"])


def _copied(place: Place, organisation: Organisation) -> Place:
    place.pk, place.organisation, place.is_main = None, organisation, False
    place.save(force_insert=True)
    return place


def _word_of(merge: Merge) -> str:
    """The name under which the office's word in a merge is kept, apart from its others."""
    return f"merge-{merge.pk}"


def _pair_of(merge: Merge) -> Any:
    left, right = sorted((merge.kept, merge.gone))
    return Pair.objects.filter(kind=merge.kind, left=left, right=right)
