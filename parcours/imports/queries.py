from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Count, Q, Value, When

from parcours.imports.choices import JobState, Op
from parcours.imports.rules import SILENCE

if TYPE_CHECKING:
    from parcours.imports.models import Batch, BatchRow, Job  # noqa: F401 (named in strings)


class BatchQuerySet(models.QuerySet["Batch"]):
    def of_kinds(self, kinds: Iterable[str]) -> Self:
        return self.filter(kind__in=list(kinds))

    def with_counts(self) -> Self:
        """Latest first, with `create_count`, `change_count`, `same_count`, `error_count`: rows by what they do."""
        counts = {f"{op}_count": Count("rows", filter=Q(rows__op=op)) for op in Op.values}
        return self.annotate(**counts).order_by("-uploaded_at", "-pk")

    def read_like(self, *, kind: str, options: dict[str, Any]) -> Self:
        """Earlier files of the same format and headers that somebody said how to read, the latest first."""
        same = {"options__format": options["format"], "options__headers": options["headers"]}
        return self.filter(kind=kind, options__has_key="source", **same).order_by("-uploaded_at", "-pk")

    def applied_before(self, *, sha256: str, kind: str) -> Self:
        """Earlier imports of the very same file that still stand."""
        return self.filter(sha256=sha256, kind=kind, applied_at__isnull=False, undone_at__isnull=True)


class BatchRowQuerySet(models.QuerySet["BatchRow"]):
    def doing(self, op: Op | str) -> Self:
        return self.filter(op=op)

    def that_write(self) -> Self:
        """Rows that change something, in the file's order."""
        return self.filter(op__in=[Op.CREATE, Op.CHANGE]).order_by("number", "pk")

    def in_chunks(self, size: int) -> Iterator[list["BatchRow"]]:
        """All that the rows do, some rows at a time: however many there are, memory holds `size` of them."""
        rows = self.defer("shown", "problems", "warnings").iterator(chunk_size=size)
        while chunk := list(islice(rows, size)):
            yield chunk

    def in_preview_order(self) -> Self:
        """Errors first, what changes nothing last."""
        rank = Case(When(op=Op.ERROR, then=Value(0)), When(op=Op.SAME, then=Value(2)), default=Value(1))
        return self.alias(rank=rank).order_by("rank", "number", "pk")


class JobQuerySet(models.QuerySet["Job"]):
    def running(self, *, at: datetime) -> Self:
        """Jobs at work; those whose server stopped are not among them."""
        return self.filter(state=JobState.RUNNING, beat_at__gte=at - SILENCE)

    def interrupted(self, *, at: datetime) -> Self:
        """Jobs whose server stopped; nothing of what they did was saved."""
        return self.filter(state=JobState.RUNNING, beat_at__lt=at - SILENCE)
