"""Whom the answers name."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parcours.directory.models import Organisation
from parcours.geo.models import Area
from parcours.kit.pii import Pii
from parcours.survey.choices import CandidateState, TieKind
from parcours.survey.models.answers import Response
from parcours.survey.models.forms import Wave
from parcours.survey.queries.snowball import CandidateQuerySet, TieQuerySet


class Candidate(models.Model):
    """A partner that answers name and the directory does not know; people decide what becomes of it.

    `details` are what was said of it, in the shape of `directory.records`; under "also", other spellings that people
    joined to it (`actions.candidates`). Decided, `organisation` is what it is.
    """

    pii = Pii(
        fields=("details", "decided_by"),
        why="to reach an organisation that a partner named, and to know who decided",
        until="a year after the wave has ended",
    )

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="candidates")
    name = models.CharField(_("name"), max_length=200)
    match_key = models.CharField(max_length=200, editable=False)
    area = models.ForeignKey(Area, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("commune"))
    details = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, choices=CandidateState.choices, default=CandidateState.OPEN)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    is_invented = models.BooleanField(default=False)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "match_key"], name="candidate_once_a_wave"),
            models.CheckConstraint(
                condition=Q(state=CandidateState.OPEN, decided_at=None)
                | ~Q(state=CandidateState.OPEN) & Q(decided_at__isnull=False),
                name="candidate_decided_has_its_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=CandidateState.REFUSED) | ~Q(reason=""), name="candidate_refused_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("survey:candidate", args=[self.wave.key, self.pk])


class Tie(models.Model):
    """What one organisation says that another is to it: in an answer to a wave, or noted by hand (`noted_by`).

    `target` is known, or is still a candidate. Silence says nothing: an organisation that did not answer has no ties
    here, and that does not mean that it works alone.
    """

    pii = Pii(fields=("noted_by",), why="to know who noted a tie by hand", until="the organisations are erased")

    origin = models.ForeignKey(Organisation, models.CASCADE, related_name="ties")
    kind = models.CharField(max_length=10, choices=TieKind.choices, default=TieKind.WORKS_WITH)
    target = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="ties_in")
    candidate = models.ForeignKey(Candidate, models.CASCADE, null=True, blank=True, related_name="ties")
    wave = models.ForeignKey(Wave, models.CASCADE, null=True, blank=True, related_name="ties")
    response = models.ForeignKey(Response, models.CASCADE, null=True, blank=True, related_name="ties")
    named_as = models.CharField(max_length=200, blank=True)
    said_on = models.DateField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    is_invented = models.BooleanField(default=False)

    objects = TieQuerySet.as_manager()

    class Meta:
        ordering = ["origin__sort_key", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "kind", "target", "candidate", "wave"], nulls_distinct=False, name="tie_said_once"
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=False) | Q(candidate__isnull=False), name="tie_with_somebody"
            ),
            models.CheckConstraint(condition=Q(target=None) | ~Q(origin=F("target")), name="tie_between_two"),
        ]
