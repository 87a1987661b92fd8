from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from parcours.census.choices import CheckState, CorrectionState, Outcome, PairState
from parcours.directory.choices import RecordKind
from parcours.directory.models import Organisation, Service

if TYPE_CHECKING:
    from parcours.census.models import (  # noqa: F401 (named in strings)
        Campaign,
        Check,
        Correction,
        Merge,
        Pair,
        UpdateRequest,
    )


class PairQuerySet(models.QuerySet["Pair"]):
    def open(self) -> Self:
        """Those that wait for a decision, the surest first; none of a record that was merged or removed since."""
        return self.filter(state=PairState.OPEN).of_kept_records().order_by("-probability", "pk")

    def of_kept_records(self) -> Self:
        kept = {RecordKind.ORGANISATION: Organisation.objects.kept(), RecordKind.SERVICE: Service.objects.kept()}
        both = [
            Q(kind=kind) & Q(Exists(rows.filter(pk=OuterRef("left")))) & Q(Exists(rows.filter(pk=OuterRef("right"))))
            for kind, rows in kept.items()
        ]
        return self.filter(both[0] | both[1])

    def after(self, pair: "Pair") -> Self:
        """In the order of the queue, those that come after this one."""
        later = Q(probability__lt=pair.probability) | Q(probability=pair.probability, pk__gt=pair.pk)
        return self.filter(later, kind=pair.kind)

    def about(self, kind: str, pk: int) -> Self:
        return self.filter(Q(left=pk) | Q(right=pk), kind=kind)


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> Self:
        """Those that were not undone."""
        return self.filter(undone_at=None)


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def running(self, *, on: date) -> Self:
        return self.filter(opens_on__lte=on, closes_on__gte=on)


class UpdateRequestQuerySet(models.QuerySet["UpdateRequest"]):
    def usable(self, *, at: datetime) -> Self:
        """Those whose link still opens something."""
        return self.filter(expires_at__gt=at)

    def waiting(self) -> Self:
        return self.filter(outcome=Outcome.WAITING)


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def open(self) -> Self:
        """Those that wait for a decision, the oldest first."""
        return self.filter(state=CorrectionState.OPEN).order_by("proposed_at", "pk")


class CheckQuerySet(models.QuerySet["Check"]):
    def failing(self) -> Self:
        return self.filter(state__in=[CheckState.BROKEN, CheckState.CLOSED])
