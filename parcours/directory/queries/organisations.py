from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from parcours.directory.choices import WITHHELD
from parcours.directory.search import SearchableQuerySet

if TYPE_CHECKING:
    from parcours.directory.models import Invitation, Membership, Organisation  # noqa: F401 (named in strings)


class OrganisationQuerySet(SearchableQuerySet["Organisation"]):
    def public(self) -> Self:
        """Those that may be named to everyone."""
        return self._that_may_be_named().told()

    def visible_to(self, user: Any) -> Self:
        """Public ones, and for whoever may change them those that no source in use tells of any more."""
        found = self._that_may_be_named()
        if user.has_perm("directory.moderate"):
            return found
        if not user.is_authenticated:
            return found.told()
        return found.told() | found.filter(pk__in=user.memberships.values("organisation"))

    def _that_may_be_named(self) -> Self:
        return self.filter(merged_into=None).exclude(consent__in=WITHHELD)

    def told(self) -> Self:
        """All but those that only sources which are not used tell of, them or what they do."""
        record = self.model.source_records.rel.related_model
        records, sources = record.objects, record.source.field.related_model.objects
        services = records.filter(service__organisation=OuterRef("organisation"), source__is_used=True)
        used = records.filter(organisation=OuterRef("organisation"), source__is_used=True)
        unused = records.filter(organisation=OuterRef("pk"), source__is_used=False)
        # looked at once and first: where every source is used, as is usual, no record is read at all
        all_are_used = ~Exists(sources.filter(is_used=False))
        return self.filter(all_are_used | ~Exists(unused.filter(~Exists(used), ~Exists(services))))

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
