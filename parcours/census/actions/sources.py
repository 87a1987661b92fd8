"""Which source the territory believes: used or not, its rank, and where one field is ranked otherwise."""

from collections.abc import Mapping
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from parcours.directory.actions.many import relist_many, settle_many
from parcours.directory.choices import RecordKind
from parcours.directory.models import Organisation, Precedence, Source, SourceRecord

RECORDS_AT_ONCE = 1000


@transaction.atomic
def rank_source(*, source: Source, is_used: bool, rank: int, fields: Mapping[str, int]) -> Source:
    """Say how far a source is believed; every record that it tells of follows. `fields` have ranks of their own."""
    locked = Source.objects.select_for_update().get(pk=source.pk)
    is_switched = locked.is_used != is_used
    locked.is_used, locked.rank = is_used, rank
    locked.save(update_fields=["is_used", "rank"])
    locked.precedences.exclude(field__in=fields).delete()
    for field, own in fields.items():
        Precedence.objects.update_or_create(source=locked, field=field, defaults={"rank": own})
    for kind in RecordKind:
        told = SourceRecord.objects.filter(source=locked, kind=kind).values_list(f"{kind}_id", flat=True)
        targets = iter(told.order_by(f"{kind}_id").distinct().iterator(chunk_size=RECORDS_AT_ONCE))
        while chunk := list(islice(targets, RECORDS_AT_ONCE)):
            settle_many(kind=kind, targets=chunk)
            if is_switched:
                # those that nobody else tells of are settled by nothing, and shown or not
                _show_anew(kind, chunk)
    return locked


def _show_anew(kind: RecordKind, targets: list[int]) -> None:
    """What becomes of records that may be shown now or not any more: whoever keeps a copy is told."""
    organisations = Q(services__in=targets) if kind == RecordKind.SERVICE else Q(pk__in=targets)
    found = Organisation.objects.filter(organisations).order_by().values("pk")
    Organisation.objects.filter(pk__in=found).update(changed_at=timezone.now())
    if kind == RecordKind.SERVICE:
        relist_many(services=targets)
