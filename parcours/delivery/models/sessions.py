"""When and where people meet, and what they were told of it."""

import uuid

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parcours.delivery.choices import NoticeKind
from parcours.delivery.models.programmes import Edition, Step, Venue
from parcours.delivery.queries.sessions import SessionQuerySet
from parcours.kit.pii import NO_PII, Pii
from parcours.people.choices import Channel
from parcours.translations.fields import TranslatedField


class Span(Func):
    """From a moment to another, the latter not included."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


@pghistory.track()
class Session(models.Model):
    """One meeting of an edition. `sequence` counts the changes that people must be told of, as iCalendar asks."""

    pii = NO_PII

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sessions")
    step = models.ForeignKey(Step, models.SET_NULL, null=True, blank=True, related_name="sessions")
    title = TranslatedField(_("title"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    venue = models.ForeignKey(
        Venue, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("place")
    )
    capacity = models.PositiveSmallIntegerField(_("seats to book"), null=True, blank=True)
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    sequence = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    is_invented = models.BooleanField(default=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["edition", "starts_at"], name="session_of_edition")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            ExclusionConstraint(
                name="venue_holds_one_session",
                expressions=[
                    ("venue", RangeOperators.EQUAL),
                    (Span("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None),
                violation_error_message=_("Another session is in this place at that time."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("delivery:session", args=[self.edition.key, self.pk])


class Notice(models.Model):
    """That somebody was told something of a session, by which channel; never the words.

    `failed_at`: it could not be sent; somebody should call.
    """

    pii = Pii(
        fields=("enrolment", "booking", "channel"),
        why="to tell nobody twice and to know who must be called",
        until="two years after the session",
    )

    session = models.ForeignKey(Session, models.CASCADE, related_name="notices")
    enrolment = models.ForeignKey("Enrolment", models.CASCADE, null=True, blank=True, related_name="notices")
    booking = models.ForeignKey("Booking", models.CASCADE, null=True, blank=True, related_name="notices")
    kind = models.CharField(max_length=9, choices=NoticeKind.choices)
    sequence = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=9, choices=Channel.choices)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["session", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "enrolment", "booking", "kind", "sequence"],
                nulls_distinct=False,
                name="told_once",
            ),
            models.CheckConstraint(
                condition=Q(enrolment=None, booking__isnull=False) | Q(enrolment__isnull=False, booking=None),
                name="notice_to_one",
            ),
        ]
