from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Exists, Max, OuterRef

if TYPE_CHECKING:
    from parcours.directory.models import Source  # noqa: F401 (named in strings)


class SourceQuerySet(models.QuerySet["Source"]):
    def telling(self) -> Self:
        """Those that tell of a record, by rank, with `organisation_count`, `service_count` and `latest`."""
        counts = {f"{kind}_count": Count(f"records__{kind}", distinct=True) for kind in ("organisation", "service")}
        told = self.annotate(**counts, latest=Max("records__observed_on"))
        return told.filter(Exists(self.model.records.rel.related_model.objects.filter(source=OuterRef("pk")))).order_by(
            "rank", "key"
        )
