"""What each source says of a record, and which source wins where they differ."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parcours.directory.choices import RecordKind
from parcours.directory.models.organisations import Organisation, Source
from parcours.directory.models.services import Service
from parcours.kit.pii import NO_PII, Pii


@pghistory.track(exclude=["values"])
class SourceRecord(models.Model):
    """One record as one source tells it: its fields in the shape of `records`, and when they were written there.

    The columns of `Organisation` and `Service` follow from these. Merging two records moves theirs; nothing is lost.
    `confirmed` says of each field who confirmed it and when: {"phone": {"on": "2026-10-01", "by": "owner"}}.
    `external_id` is the source's own identifier: the same file twice finds the same rows.
    """

    pii = Pii(
        fields=("values",),
        why="contacts as the source gives them, so that a better source can win and a wrong import can be undone",
        until="the source is withdrawn, or the record is erased",
    )

    source = models.ForeignKey(Source, models.PROTECT, related_name="records")
    kind = models.CharField(max_length=12, choices=RecordKind.choices)
    external_id = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="source_records")
    service = models.ForeignKey(Service, models.CASCADE, null=True, blank=True, related_name="source_records")
    values = models.JSONField(default=dict)
    confirmed = models.JSONField(default=dict, blank=True)
    observed_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["source", "external_id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "external_id"], name="source_record_once"),
            models.CheckConstraint(
                condition=Q(kind=RecordKind.ORGANISATION, organisation__isnull=False, service=None)
                | Q(kind=RecordKind.SERVICE, organisation=None, service__isnull=False),
                name="source_record_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.external_id}"


@pghistory.track()
class Precedence(models.Model):
    """For one field the territory ranks a source otherwise than `Source.rank`; the lowest rank wins."""

    pii = NO_PII

    source = models.ForeignKey(Source, models.CASCADE, related_name="precedences")
    field = models.CharField(_("field"), max_length=40)
    rank = models.PositiveSmallIntegerField(_("rank"))

    class Meta:
        ordering = ["field", "rank", "source"]
        constraints = [models.UniqueConstraint(fields=["source", "field"], name="precedence_once")]
