from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from parcours.directory.choices import WITHHELD
from parcours.directory.search import SearchableQuerySet

if TYPE_CHECKING:
    from parcours.directory.models import Invitation, Membership, Organisation  # noqa: F401 (named in strings)


class OrganisationQuerySet(SearchableQuerySet["Organisation"]):
    def public(self) -> Self:
        """Those that may be named to everyone."""
        return self.filter(merged_into=None).exclude(consent__in=WITHHELD)

    def kept(self) -> Self:
        """Those that were not merged into another."""
        return self.filter(merged_into=None)

    def named(self, text: str) -> Self:
        """Those whose name, acronym or key is exactly this, case aside: what an import looks up."""
        return self.filter(Q(name__iexact=text) | Q(acronym__iexact=text) | Q(key__iexact=text))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, *, at: datetime) -> Self:
        """Those that can still be accepted at this moment."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)
