from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from parcours.survey.models import Version, Wave  # noqa: F401 (named in strings)


class VersionQuerySet(models.QuerySet["Version"]):
    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def drafts(self) -> Self:
        return self.filter(published_at=None)


class WaveQuerySet(models.QuerySet["Wave"]):
    def running(self, *, on: date) -> Self:
        return self.filter(opens_on__lte=on, closes_on__gte=on)

    def public(self) -> Self:
        """Those whose tables everyone may read."""
        return self.filter(results_are_public=True)
