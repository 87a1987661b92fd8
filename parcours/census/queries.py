from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.expressions import Combinable
from django.utils import timezone

from parcours.census.choices import CheckKind, CheckState, CorrectionState, Outcome, PairState
from parcours.directory.choices import RecordKind
from parcours.directory.models import Organisation, Service
from parcours.kit.secret import secret_digest

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
    def with_secret(self, secret: str) -> Self:
        """The one that a link opens, expired or not."""
        return self.filter(secret_digest=secret_digest(secret))

    def waiting(self) -> Self:
        return self.filter(outcome=Outcome.WAITING)

    def to_ask(self, *, on: date) -> Self:
        """Those to be written to for the first time."""
        return self._running(on).exclude(address="").filter(sent_at=None)

    def to_remind(self, *, on: date) -> Self:
        """Those that were asked long enough ago, did not answer, and were not reminded yet."""
        asked = Q(sent_at__lt=_days_before("campaign__remind_after_days", on))
        return self._running(on).exclude(address="").filter(asked, reminded_at=None)

    def to_call(self, *, on: date) -> Self:
        """Those that no message reached, or moved to answer."""
        asked = Q(sent_at__lt=_days_before("campaign__escalate_after_days", on))
        return self._running(on).filter(asked | Q(address=""), called_for_at=None)

    def _running(self, on: date) -> Self:
        return self.waiting().filter(campaign__opens_on__lte=on, campaign__closes_on__gte=on)


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def open(self) -> Self:
        """Those that wait for a decision, the oldest first."""
        return self.filter(state=CorrectionState.OPEN).order_by("proposed_at", "pk")


class CheckQuerySet(models.QuerySet["Check"]):
    def failing(self) -> Self:
        return self.filter(state__in=[CheckState.BROKEN, CheckState.CLOSED])

    def count_by_state(self) -> Any:
        """How many are in each state."""
        return self.order_by("state").values_list("state").annotate(Count("pk"))

    def of_links(self, urls: Iterable[str]) -> Self:
        return self.filter(kind=CheckKind.LINK, value__in=list(urls))

    def of_record(self, record: Organisation | Service) -> Self:
        """Those of what this record holds itself."""
        links = [record.website]
        if isinstance(record, Service):
            return self.of_links([*links, record.enrolment_url])
        links += record.links.values_list("url", flat=True)
        sirets = record.identifiers.filter(scheme__iexact=CheckKind.SIRET).values("value")
        return self.of_links(links) | self.filter(kind=CheckKind.SIRET, value__in=sirets)


def _days_before(field: str, on: date) -> Combinable:
    """The end of the day that lies so many days, in a column, before this one."""
    end = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    days = F(field) * Value(timedelta(days=1), output_field=models.DurationField())
    return ExpressionWrapper(Value(end) - days, output_field=DateTimeField())
