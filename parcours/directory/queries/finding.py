"""Which listings answer a question: few enough to be ranked one by one, whatever their number."""

from typing import TYPE_CHECKING, Self

from django.db import models

from parcours.directory.choices import WITHHELD, ServiceState

if TYPE_CHECKING:
    from parcours.directory.models import Listing  # noqa: F401 (named in strings)


class ListingQuerySet(models.QuerySet["Listing"]):
    def public(self) -> Self:
        """Of services that everyone may read; only these are listed, so this is for tests and repairs."""
        return self.filter(service__state=ServiceState.PUBLISHED, service__merged_into=None).exclude(
            service__organisation__consent__in=WITHHELD
        )
