from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from parcours.directory.models import SourceRecord  # noqa: F401 (named in strings)


class SourceRecordQuerySet(models.QuerySet["SourceRecord"]):
    def used(self) -> Self:
        """Those of sources that the territory uses."""
        return self.filter(source__is_used=True)

    def in_order(self) -> Self:
        """As pages list them: by rank of their source, latest first."""
        return self.select_related("source").order_by("source__rank", "-observed_on", "pk")
