"""Vocabularies of competences: the terms to choose from. Loaded from official files, with source and licence."""

from django.db import models

from parcours.kit.pii import NO_PII
from parcours.translations.fields import TranslatedField


class Scheme(models.Model):
    """One vocabulary in one version; `checksum` is the SHA-256 of the file that it was read from."""

    pii = NO_PII

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    version = models.CharField(max_length=40, blank=True)
    licence = models.CharField(max_length=200)
    url = models.URLField(blank=True)
    checksum = models.CharField(max_length=64, blank=True)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title


class Concept(models.Model):
    """One term. A card is shown with its picture to everybody; others are found behind a sentence.

    `more` are other ways to say it, in the language of the labels' source. What a newer file lacks is retired, never
    deleted: somebody may have chosen it.
    """

    pii = NO_PII

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="concepts")
    uri = models.CharField(max_length=300)
    label = TranslatedField()
    says = models.CharField(max_length=200, blank=True)
    more = models.JSONField(default=list, blank=True)
    picture = models.SlugField(max_length=30, blank=True)
    is_card = models.BooleanField(default=False)
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["scheme", "pk"]
        constraints = [models.UniqueConstraint(fields=["scheme", "uri"], name="concept_once_a_scheme")]
        indexes = [models.Index(fields=["uri"], name="concept_uri")]

    def __str__(self) -> str:
        return str(self.label)
