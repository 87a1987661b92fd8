from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Exists, Max, OuterRef

if TYPE_CHECKING:
    from parcours.directory.models import Source, SourceRecord  # noqa: F401 (named in strings)


class SourceQuerySet(models.QuerySet["Source"]):
    def telling(self) -> Self:
        """Those that tell of a record, by rank, with `organisation_count`, `service_count` and `latest`."""
        counts = {f"{kind}_count": Count(f"records__{kind}", distinct=True) for kind in ("organisation", "service")}
        told = self.annotate(**counts, latest=Max("records__observed_on"))
        return told.filter(Exists(self.model.records.rel.related_model.objects.filter(source=OuterRef("pk")))).order_by(
            "rank", "key"
        )


class SourceRecordQuerySet(models.QuerySet["SourceRecord"]):
    def used(self) -> Self:
        """Those of sources that the territory uses."""
        return self.filter(source__is_used=True)

    def in_order(self) -> Self:
        """As pages list them: by rank of their source, latest first."""
        return self.select_related("source").order_by("source__rank", "-observed_on", "pk")
