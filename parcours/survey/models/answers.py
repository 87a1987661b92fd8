"""Whom a wave asks, and what they answer."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parcours.directory.models import Organisation
from parcours.kit.pii import Pii
from parcours.survey.choices import Circle, Mode, Progress
from parcours.survey.models.forms import Version, Wave
from parcours.survey.queries.answers import AskQuerySet, ResponseQuerySet


class Ask(models.Model):
    """An organisation asked in a wave, by one link of which only a digest is kept.

    `circle` is the declared one; the one that follows from the ties is computed. `declined_at`: it said that it will
    not answer, and is written to no more.
    """

    pii = Pii(
        fields=("address", "contact_name", "note"),
        why="to write to the organisation and to know who was reached",
        until="a year after the wave has ended",
    )

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="asks")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="survey_asks")
    circle = models.PositiveSmallIntegerField(choices=Circle.choices, default=Circle.FIRST)
    address = models.EmailField(_("written to"), blank=True)
    contact_name = models.CharField(_("who is written to"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=12, default="fr")
    secret_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    note = models.CharField(_("note"), max_length=300, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    objects = AskQuerySet.as_manager()

    class Meta:
        ordering = ["circle", "organisation__sort_key", "pk"]
        constraints = [models.UniqueConstraint(fields=["wave", "organisation"], name="asked_once_a_wave")]

    def get_absolute_url(self) -> str:
        return reverse("survey:ask", args=[self.wave.key, self.pk])


@pghistory.track(fields=["progress", "revision", "mode"])
class Response(models.Model):
    """What one respondent answered, page by page; `answers` and `states` are those of `engines.questionnaire.answers`.

    `seen` are the keys of the pages that were saved; `revision` counts the saves: whoever saves over an older one is
    told. It keeps the version that it answered. Withdrawn, it keeps no answer and no organisation. `review` is what was
    decided of each thing that it tells (`reviewing`), so that a corrected answer shows only what changed.
    `respondent` is a random word by which somebody who is no organisation is the same in two waves.
    """

    pii = Pii(
        fields=("answers", "states", "review", "entered_by", "reviewed_by"),
        why="what an organisation tells of itself, and who typed it in; its texts may name people",
        until="it is withdrawn, or two years after the wave has ended; the counts remain",
    )

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="responses")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    ask = models.OneToOneField(Ask, models.SET_NULL, null=True, blank=True, related_name="response")
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="survey_responses"
    )
    respondent = models.CharField(max_length=32, blank=True)
    key = models.CharField(max_length=32, unique=True)
    secret_digest = models.CharField(max_length=64, blank=True)
    progress = models.CharField(max_length=9, choices=Progress.choices, default=Progress.STARTED)
    mode = models.CharField(max_length=5, choices=Mode.choices, default=Mode.WEB)
    language = models.CharField(max_length=12, default="fr")
    answers = models.JSONField(default=dict)
    states = models.JSONField(default=dict)
    seen = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    revision = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    review = models.JSONField(default=dict, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    is_invented = models.BooleanField(default=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "-pk"]
        indexes = [models.Index(fields=["wave", "progress"], name="response_of_wave")]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "organisation"],
                condition=Q(organisation__isnull=False) & ~Q(progress=Progress.WITHDRAWN),
                name="one_response_an_organisation",
            ),
            models.CheckConstraint(
                condition=Q(progress=Progress.COMPLETE, completed_at__isnull=False) | ~Q(progress=Progress.COMPLETE),
                name="complete_has_its_date",
            ),
            models.CheckConstraint(
                condition=~Q(progress=Progress.WITHDRAWN)
                | Q(answers={}, states={}, review={}, organisation=None, withdrawn_at__isnull=False),
                name="withdrawn_keeps_no_answer",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("survey:response", args=[self.wave.key, self.key])
