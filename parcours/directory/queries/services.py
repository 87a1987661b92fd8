from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Coalesce

from parcours.directory.choices import WITHHELD, ServiceState

if TYPE_CHECKING:
    from parcours.directory.models import Service  # noqa: F401 (named in strings)

DAYS_IN_A_MONTH = 30.44


class ServiceQuerySet(models.QuerySet["Service"]):
    def public(self) -> Self:
        """What everyone may read: published services of organisations that may be named, told by a source in use."""
        told = self.model.source_records.rel.related_model.objects.filter(service=OuterRef("pk"))
        is_told = ~Exists(told.filter(source__is_used=False)) | Exists(told.filter(source__is_used=True))
        kept = self.filter(state=ServiceState.PUBLISHED, merged_into=None, organisation__merged_into=None)
        return kept.exclude(organisation__consent__in=WITHHELD).filter(is_told)

    def kept(self) -> Self:
        """Those that were not merged into another."""
        return self.filter(merged_into=None)

    def given_in(self, area: Any) -> Self:
        """Those with a place in this area or below it."""
        at = self.model.at.rel.related_model.objects.filter(place__area__path__startswith=area.path)
        return self.filter(pk__in=at.values("service"))

    def visible_to(self, user: Any) -> Self:
        """Public ones, and for whoever may change them those of their own organisations or all."""
        if user.has_perm("directory.moderate"):
            return self.kept()
        if not user.is_authenticated:
            return self.public()
        own = user.memberships.values("organisation")
        public = self.model._default_manager.public().values("pk")
        return self.kept().filter(Q(pk__in=public) | Q(organisation__in=own))

    def with_details(self) -> Self:
        """With all that a page or an export prints, in a number of queries that does not grow."""
        at = self.model.at.rel.related_model.objects.select_related("place__area")
        return self.select_related("organisation", "organisation__area", "source").prefetch_related(
            Prefetch("at", queryset=at), "languages", "contacts"
        )

    def overdue(self, *, on: date) -> Self:
        """Those whose rhythm of confirmation has passed, and those that nobody ever dated."""
        last = Coalesce("confirmed_on", "observed_on")
        rhythm = F("rhythm_months") * Value(timedelta(days=DAYS_IN_A_MONTH), output_field=models.DurationField())
        due = ExpressionWrapper(last + rhythm, output_field=models.DateTimeField())
        return self.alias(last=last, due=due).filter(Q(last=None) | Q(due__date__lt=on))
