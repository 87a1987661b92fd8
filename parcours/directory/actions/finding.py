"""Verbs of the search: note what was sought in vain, and make the listings anew."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import F, Sum

from parcours.directory.listing import listings_of
from parcours.directory.models import Listing, SearchMiss, Service

# Words that so few have sought may be one person's: they are not kept.
KEPT_FROM = 3
AT_ONCE = 500


@dataclass(frozen=True)
class Miss:
    """A search that found nothing: what was understood of it, where, and the words that were left. Nobody's name."""

    language: str
    concepts: dict[str, list[str]] = field(default_factory=dict)
    filters: dict[str, object] = field(default_factory=dict)
    area_code: str = ""
    words: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The same for the same things sought in whatever order."""
        told = {**asdict(self), "words": sorted(self.words)}
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def note_miss(*, miss: Miss, on: date) -> SearchMiss:
    """Count a search without result. Its words are kept once the same was sought three times."""
    row, is_new = SearchMiss.objects.get_or_create(
        on=on,
        digest=miss.digest,
        defaults={
            "language": miss.language,
            "concepts": miss.concepts,
            "filters": miss.filters,
            "area_code": miss.area_code,
        },
    )
    same = SearchMiss.objects.filter(digest=miss.digest)
    if not is_new:
        same.filter(pk=row.pk).update(count=F("count") + 1)
    times = same.aggregate(times=Sum("count"))["times"]
    if times >= KEPT_FROM:
        same.filter(words="").update(words=" ".join(miss.words)[:100])
    row.refresh_from_db()
    return row


@transaction.atomic
def relist_many(*, services: Iterable[Service]) -> int:
    """Make the listings of these services anew, in a number of queries that does not grow; how many services."""
    keys = [service.pk for service in services]
    Listing.objects.filter(service__in=keys).delete()
    shown = Service.objects.public().with_details().filter(pk__in=keys).order_by("pk")
    made = [listing for service in shown for listing in listings_of(service)]
    Listing.objects.bulk_create(made, batch_size=AT_ONCE)
    return len(keys)
