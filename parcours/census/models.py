"""What keeps the census true: records that look alike, merges that can be undone, campaigns, corrections, checks."""

from datetime import date

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parcours.census.choices import CheckKind, CheckState, CorrectionOrigin, CorrectionState, Outcome, PairState
from parcours.census.queries import (
    CampaignQuerySet,
    CheckQuerySet,
    CorrectionQuerySet,
    MergeQuerySet,
    PairQuerySet,
    UpdateRequestQuerySet,
)
from parcours.directory.choices import RecordKind
from parcours.directory.models import Organisation, Service
from parcours.geo.models import Area
from parcours.kit.pii import NO_PII, Pii
from parcours.translations.fields import TranslatedField


class Pair(models.Model):
    """Two records of one kind that look alike, why, and what people decided; a decision is remembered.

    `left` is always the smaller number, so that two records make one pair.
    """

    pii = Pii(fields=("decided_by",), why="to know whom to ask about a decision", until="the records are erased")

    kind = models.CharField(max_length=12, choices=RecordKind.choices)
    left = models.BigIntegerField()
    right = models.BigIntegerField()
    probability = models.FloatField()
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=PairState.choices, default=PairState.OPEN)
    found_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ["-probability", "pk"]
        indexes = [models.Index(fields=["state", "kind", "-probability"], name="pair_queue")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "left", "right"], name="pair_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="pair_in_order"),
            models.CheckConstraint(condition=Q(probability__range=(0, 1)), name="pair_probability"),
        ]


class Merge(models.Model):
    """One record taken into another, and all that moved, so that it can be undone.

    `moved` lists what pointed at the record that went: [{"model": "directory.service", "field": "organisation", "ids":
    [3, 7]}, …]; `chosen` the fields whose value a person chose.
    """

    pii = Pii(fields=("done_by", "undone_by"), why="to know whom to ask about a merge", until="the records are erased")

    kind = models.CharField(max_length=12, choices=RecordKind.choices)
    kept = models.BigIntegerField()
    gone = models.BigIntegerField()
    moved = models.JSONField(default=list)
    chosen = models.JSONField(default=dict)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField()
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-done_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "gone"], condition=Q(undone_at=None), name="merged_once"),
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="merge_of_two"),
        ]


class Campaign(models.Model):
    """A round in which organisations are asked whether what is known of them is still true."""

    pii = NO_PII

    title = models.CharField(_("title"), max_length=120)
    message = TranslatedField(_("message"), blank=True)
    opens_on = models.DateField(_("begins on"))
    closes_on = models.DateField(_("ends on"))
    remind_after_days = models.PositiveSmallIntegerField(_("remind after (days)"), default=10)
    escalate_after_days = models.PositiveSmallIntegerField(_("call after (days)"), default=21)
    link_days = models.PositiveSmallIntegerField(_("the link works for (days)"), default=60)
    areas = models.ManyToManyField(Area, blank=True, related_name="+", verbose_name=_("communes"))
    is_invented = models.BooleanField(default=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="campaign_dates_in_order"),
            models.CheckConstraint(
                condition=Q(escalate_after_days__gt=F("remind_after_days")), name="campaign_reminds_before_it_calls"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("census:campaign", args=[self.pk])

    def is_running(self, *, on: date) -> bool:
        return self.opens_on <= on <= self.closes_on


class UpdateRequest(models.Model):
    """One organisation asked in one campaign, by one link; only a digest of its secret is kept.

    `called_for_at` is when it was put on the list of those to call.
    """

    pii = Pii(
        fields=("address", "note"),
        why="to write to the organisation and to know who was reached",
        until="a year after the campaign has ended",
    )

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="requests")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="update_requests")
    address = models.EmailField(_("written to"), blank=True)
    language = models.CharField(max_length=12, default="fr")
    secret_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    outcome = models.CharField(max_length=11, choices=Outcome.choices, default=Outcome.WAITING)
    note = models.CharField(_("note"), max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    called_for_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = UpdateRequestQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "organisation"], name="asked_once_a_campaign"),
            models.CheckConstraint(
                condition=Q(outcome__in=[Outcome.WAITING, Outcome.UNREACHABLE], answered_at=None)
                | Q(answered_at__isnull=False),
                name="answer_has_its_date",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("census:asked", args=[self.pk])


@pghistory.track(exclude=["contact"])
class Correction(models.Model):
    """A change that somebody proposes for a record, or an error that a reader reports; the coordinator decides.

    `values` are fields in the shape of `directory.records`, and "state" for a service that has closed; `before` is what
    stood in these fields when it was written, at `base_version`, so that the coordinator sees what changed since. A
    reader's report has only words. `language` is that of whoever wrote it: the answer is in it.
    """

    pii = Pii(
        fields=("message", "contact", "proposed_by", "decided_by"),
        why="to judge a proposal, to answer whoever made it, and to know who decided",
        until="the contact is erased when the correction is decided; the rest goes with the record",
    )

    kind = models.CharField(max_length=12, choices=RecordKind.choices)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="corrections")
    service = models.ForeignKey(Service, models.CASCADE, null=True, blank=True, related_name="corrections")
    origin = models.CharField(max_length=8, choices=CorrectionOrigin.choices)
    request = models.ForeignKey(UpdateRequest, models.SET_NULL, null=True, blank=True, related_name="corrections")
    values = models.JSONField(default=dict, blank=True)
    before = models.JSONField(default=dict, blank=True)
    base_version = models.PositiveIntegerField(default=1)
    message = models.TextField(_("what is wrong"), blank=True, max_length=2000)
    contact = models.CharField(_("how to answer you"), max_length=200, blank=True)
    language = models.CharField(max_length=12, default="fr")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CorrectionState.choices, default=CorrectionState.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        indexes = [models.Index(fields=["state", "-proposed_at"], name="correction_queue")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=RecordKind.SERVICE, service__isnull=False)
                | Q(kind=RecordKind.ORGANISATION, service=None),
                name="correction_of_one",
            ),
            models.CheckConstraint(condition=~Q(values={}, message=""), name="correction_says_something"),
            models.CheckConstraint(
                condition=Q(state=CorrectionState.OPEN, decided_at=None)
                | ~Q(state=CorrectionState.OPEN) & Q(decided_at__isnull=False),
                name="correction_decided_has_its_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=CorrectionState.REFUSED) | ~Q(reason=""), name="correction_refused_with_a_reason"
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("census:correction", args=[self.pk])

    @property
    def target(self) -> Organisation | Service:
        return self.service or self.organisation


class Check(models.Model):
    """The last answer to whether a link of ours still opens or a SIRET is still active: one row for each of them."""

    pii = NO_PII

    kind = models.CharField(max_length=5, choices=CheckKind.choices)
    value = models.CharField(max_length=500)
    state = models.CharField(max_length=7, choices=CheckState.choices)
    detail = models.CharField(max_length=200, blank=True)
    successor = models.CharField(max_length=40, blank=True)
    checked_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True, blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "value"]
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="checked_once")]
