"""Frozen, numbered copies of the plan. The database refuses to change them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse

from parcours.directory.models import Cited
from parcours.kit.pii import NO_PII, Pii
from parcours.plan.models.frame import Plan
from parcours.translations.fields import TranslatedField

FROZEN = pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)


class Release(Cited):
    """The plan as it stood on a day."""

    pii = Pii(fields=("published_by",), why="a publication has an author", until="the plan is archived")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    title = TranslatedField()
    summary = TranslatedField(blank=True)
    published_on = models.DateField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="release_number_once")]
        triggers = [FROZEN]

    def __str__(self) -> str:
        return self.title.text

    def get_absolute_url(self) -> str:
        return reverse("plan:release", args=[self.number])


class ReleaseItem(models.Model):
    """One part of the plan in a release. `data` has the shape of `records.read_record` for an action,
    of `snapshot.KINDS` for the rest; `position` keeps the reading order. `digest` changes with what a reader reads.
    `axis`, `stage` and `version` repeat what `data` holds of an action, so that a chapter or a difference is found
    without reading it."""

    pii = NO_PII

    release = models.ForeignKey(Release, models.PROTECT, related_name="items")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    data = models.JSONField()
    digest = models.CharField(max_length=16)
    axis = models.CharField(max_length=80, blank=True)
    stage = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "kind", "key"],
                name="release_item_once",
                include=["digest", "version", "axis", "stage"],
            )
        ]
        triggers = [FROZEN]
