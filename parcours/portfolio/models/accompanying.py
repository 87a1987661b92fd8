"""Who accompanies whom, what is shared with them, and which part of the portfolio a workshop opens."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parcours.delivery.models import Enrolment, Session, Step
from parcours.kit.pii import NO_PII, Pii
from parcours.kit.sealed import SealedField
from parcours.people.choices import Gender
from parcours.people.models import KEPT, Consent, Person
from parcours.portfolio.choices import Part
from parcours.portfolio.models.portfolios import Portfolio
from parcours.portfolio.queries.portfolios import ShareQuerySet, TutoringQuerySet


class Opening(models.Model):
    """The parts of the portfolio that a step of a programme works on."""

    pii = NO_PII

    step = models.OneToOneField(Step, models.CASCADE, related_name="opening")
    parts = ArrayField(models.CharField(max_length=12, choices=Part.choices), default=list, blank=True)

    class Meta:
        ordering = ["step"]


@pghistory.track(fields=["since", "until", "decided_at", "ended_at"])
class Tutoring(models.Model):
    """A trained person accompanies a participant: proposed by the program, decided by people.

    It ends with the cohort at the latest; from then on the tutor sees nothing.
    """

    pii = Pii(fields=("enrolment", "tutor", "decided_by"), why="to know who accompanies whom", until=KEPT)

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="tutorings")
    tutor = models.ForeignKey(Person, models.CASCADE, related_name="tutorings")
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    is_invented = models.BooleanField(default=False)

    objects = TutoringQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment"], condition=Q(ended_at=None), name="one_tutor_at_a_time"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="tutoring_until_after_since"),
        ]


@pghistory.track(fields=["part", "given_at", "revoked_at"])
class Share(models.Model):
    """A part of a portfolio that its owner lets their tutor read and comment, until they take it back."""

    pii = Pii(fields=("portfolio", "part", "tutoring"), why="nobody reads more than was shared", until=KEPT)

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="shares")
    part = models.CharField(max_length=12, choices=Part.choices)
    tutoring = models.ForeignKey(Tutoring, models.CASCADE, related_name="shares")
    consent = models.ForeignKey(Consent, models.SET_NULL, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["portfolio", "part", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "tutoring"], condition=Q(revoked_at=None), name="part_shared_once_with_a_tutor"
            )
        ]


class Wish(models.Model):
    """What a participant said they would like of a tutor; asked, never guessed."""

    pii = Pii(fields=("enrolment", "gender"), why="to be accompanied by somebody one can talk to", until=KEPT)

    enrolment = models.OneToOneField(Enrolment, models.CASCADE, related_name="wish")
    gender = models.CharField(_("would rather have"), max_length=5, choices=Gender.choices, blank=True)

    class Meta:
        ordering = ["enrolment"]


class TutorNote(models.Model):
    """What a tutor notes after a meeting, for the participant and themselves; the participant reads it."""

    pii = Pii(fields=("tutoring", "text", "met_on"), why="to go on where one stopped", until=KEPT)

    tutoring = models.ForeignKey(Tutoring, models.CASCADE, related_name="notes")
    session = models.ForeignKey(Session, models.SET_NULL, null=True, blank=True, related_name="+")
    met_on = models.DateField(_("met on"))
    text = SealedField(_("what we did, what comes next"))
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-met_on", "-pk"]
