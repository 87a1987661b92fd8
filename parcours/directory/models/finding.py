"""What search reads: rows that follow from services, and what was looked for in vain."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func

from parcours.directory.models.services import Place, Service
from parcours.directory.queries.finding import ListingQuerySet
from parcours.kit.pii import NO_PII


def point() -> Func:
    """Where a listing is, for PostgreSQL's own `point <@ box`: needs no extension."""
    return Func(F("lon"), F("lat"), function="point", output_field=models.TextField())


class Listing(models.Model):
    """A service at one place (or at none), narrowed to what search filters and ranks by; made by `listing.listings_of`.

    No truth stands here: it is rebuilt whenever the service changes. `head` is what a person would call the service,
    `body` all its words; both folded and stemmed (`engines.words`). None means not known, never no.
    """

    pii = NO_PII

    service = models.ForeignKey(Service, models.CASCADE, related_name="listings")
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="listings")
    head = models.TextField()
    body = models.TextField()
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    area_path = models.CharField(max_length=500, blank=True)
    themes = ArrayField(models.CharField(max_length=120))
    types = ArrayField(models.CharField(max_length=120))
    publics = ArrayField(models.CharField(max_length=120))
    stay = ArrayField(models.CharField(max_length=120))
    languages = ArrayField(models.CharField(max_length=12))
    modes = ArrayField(models.CharField(max_length=120))
    catchment = ArrayField(models.CharField(max_length=60))
    days = ArrayField(models.PositiveSmallIntegerField(), null=True)
    hours = models.CharField(max_length=1000, blank=True)
    gender = models.CharField(max_length=6, blank=True)
    age_min = models.PositiveSmallIntegerField(null=True)
    age_max = models.PositiveSmallIntegerField(null=True)
    french_min = models.PositiveSmallIntegerField(null=True)
    french_max = models.PositiveSmallIntegerField(null=True)
    is_free = models.BooleanField(null=True)
    is_accessible = models.BooleanField(null=True)
    has_places = models.BooleanField(null=True)
    quality = models.FloatField()

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering = ["-quality", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["service", "place"], nulls_distinct=False, name="listing_once"),
        ]
        indexes = [
            GinIndex(SearchVector("head", config="simple"), name="listing_head"),
            GinIndex(SearchVector("body", config="simple"), name="listing_body"),
            GistIndex(point(), name="listing_point"),
            models.Index(fields=["-quality", "id"], name="listing_quality"),
        ]


class SearchMiss(models.Model):
    """How often, on one day, a search found nothing: what was understood of it and where, never who asked.

    `words` stay empty until the same were sought so often that they cannot be one person's.
    """

    pii = NO_PII

    on = models.DateField()
    digest = models.CharField(max_length=64)
    language = models.CharField(max_length=12)
    concepts = models.JSONField(default=dict)
    filters = models.JSONField(default=dict)
    area_code = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=100, blank=True)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-on", "-count", "pk"]
        constraints = [models.UniqueConstraint(fields=["on", "digest"], name="search_miss_once_a_day")]
