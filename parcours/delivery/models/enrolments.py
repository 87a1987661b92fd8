"""Who commits, who books, who came: three facts, three tables (decision 5)."""

import pghistory
from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from parcours.accounts.choices import E164
from parcours.delivery.choices import BookingState, EndReason, EnrolmentState, Motivation, Presence, Referral
from parcours.delivery.models.programmes import Edition
from parcours.delivery.models.sessions import Session
from parcours.delivery.queries.enrolments import AttendanceQuerySet, BookingQuerySet, EnrolmentQuerySet
from parcours.directory.models import Organisation
from parcours.kit.pii import Pii
from parcours.people.choices import Level
from parcours.people.models import Person, new_key

COUNTED = "the person is erased; the row stays to be counted, and names nobody"


@pghistory.track(fields=["edition", "state", "enrolled_at", "ended_on", "end_reason"])
class Enrolment(models.Model):
    """A person commits to an edition. When the person is erased the row stays, without them, to be counted.

    Those who wait are taken in the order of `applied_at`.
    """

    outlives_person = True

    pii = Pii(
        fields=("person", "state", "ended_on", "end_reason", "referral", "referred_by"),
        why="to run the edition and to count honestly",
        until=COUNTED,
    )

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="enrolments")
    state = models.CharField(_("state"), max_length=9, choices=EnrolmentState.choices, default=EnrolmentState.APPLIED)
    applied_at = models.DateTimeField(_("applied"))
    enrolled_at = models.DateTimeField(_("enrolled"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=12, choices=EndReason.choices, blank=True)
    referral = models.CharField(_("came by"), max_length=16, choices=Referral.choices, default=Referral.NOT_ASKED)
    referred_by = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    is_invented = models.BooleanField(default=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["applied_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "person"], condition=Q(person__isnull=False), name="enrolled_once_an_edition"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[EnrolmentState.ENROLLED, EnrolmentState.LEFT]) | Q(enrolled_at__isnull=False),
                name="enrolled_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[EnrolmentState.LEFT, EnrolmentState.NOT_TAKEN], ended_on__isnull=False)
                & ~Q(end_reason="")
                | ~Q(state__in=[EnrolmentState.LEFT, EnrolmentState.NOT_TAKEN])
                & Q(ended_on__isnull=True, end_reason=""),
                name="ended_has_day_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or _("somebody erased"))

    def get_absolute_url(self) -> str:
        return reverse("delivery:enrolment", args=[self.edition.key, self.key])


class Interview(models.Model):
    """The preparatory interview: the aims are explained, and the person says whether they want them."""

    outlives_person = True

    pii = Pii(
        fields=("enrolment", "by", "french_level", "motivation"),
        why="to enrol people for whom it is meant",
        until=COUNTED,
    )

    enrolment = models.OneToOneField(Enrolment, models.CASCADE, related_name="interview")
    held_on = models.DateField(_("held on"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=45)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    language = models.CharField(_("held in"), max_length=12, default="fr")
    aims_explained = models.BooleanField(_("the aims were explained"))
    understood = models.BooleanField(_("the person said them again in their own words"))
    is_available = models.BooleanField(_("is free for all sessions"))
    motivation = models.CharField(_("motivation"), max_length=9, choices=Motivation.choices)
    french_level = models.CharField(_("French"), max_length=6, choices=Level.choices)


class Booking(models.Model):
    """A party takes seats at one session, without an account; a secret link made from `key` opens it (`links`).

    A name is not asked for. Those who wait are taken in the order of `booked_at`, as seats for all of a party are free.
    """

    pii = Pii(
        fields=("name", "email", "phone", "language"),
        why="to know who comes and to tell them of changes",
        until="it is cancelled, or ninety days after the session",
    )

    session = models.ForeignKey(Session, models.PROTECT, related_name="bookings")
    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="+")
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True, validators=[RegexValidator(E164)])
    language = models.CharField(_("language"), max_length=12, default="fr")
    seats = models.PositiveSmallIntegerField(_("seats"), default=1, validators=[MinValueValidator(1)])
    state = models.CharField(_("state"), max_length=9, choices=BookingState.choices, default=BookingState.BOOKED)
    offer_ends_at = models.DateTimeField(null=True, blank=True)
    booked_at = models.DateTimeField()
    is_invented = models.BooleanField(default=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["booked_at", "pk"]
        indexes = [models.Index(fields=["session", "state"], name="booking_of_session")]
        constraints = [
            models.CheckConstraint(condition=Q(seats__gte=1), name="booking_takes_a_seat"),
            models.CheckConstraint(
                condition=~Q(state=BookingState.OFFERED) | Q(offer_ends_at__isnull=False), name="offer_has_its_end"
            ),
        ]

    def __str__(self) -> str:
        party = ngettext("%(n)d person", "%(n)d people", self.seats) % {"n": self.seats}
        return f"{self.name} ({party})" if self.name else party


@pghistory.track(fields=["session", "presence", "seats", "revision"])
class Attendance(models.Model):
    """What was seen of one person, or of one party (`seats` of it came), at one session. Corrections leave a trace.

    `revision` counts the changes: whoever writes over a newer one is told.
    """

    outlives_person = True

    pii = Pii(
        fields=("enrolment", "booking", "presence", "noted_by"), why="to know who came, and to attest it", until=COUNTED
    )

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, null=True, blank=True, related_name="attendances")
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, blank=True, related_name="attendances")
    presence = models.CharField(_("presence"), max_length=7, choices=Presence.choices)
    seats = models.PositiveSmallIntegerField(_("came"), default=1)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    revision = models.PositiveSmallIntegerField(default=1)
    is_invented = models.BooleanField(default=False)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["session", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "enrolment", "booking"], nulls_distinct=False, name="seen_once_a_session"
            ),
            models.CheckConstraint(
                condition=Q(enrolment=None, booking__isnull=False) | Q(enrolment__isnull=False, booking=None),
                name="attendance_of_one",
            ),
        ]
