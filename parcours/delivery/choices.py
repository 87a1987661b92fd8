from django.db import models
from django.utils.translation import gettext_lazy as _


class EditionState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    OPEN = "open", _("open to enrolment")
    RUNNING = "running", _("running")
    ENDED = "ended", _("ended")
    CANCELLED = "cancelled", _("cancelled")


class StaffRole(models.TextChoices):
    """What somebody does in an edition. A lead manages it; the others see what their work needs."""

    LEAD = "lead", _("lead")
    FACILITATOR = "facilitator", _("facilitator")
    TUTOR = "tutor", _("tutor")
    INTERPRETER = "interpreter", _("interpreter")


# Who sees everybody in an edition; a tutor sees those whom they accompany only.
SEE_PEOPLE = (StaffRole.LEAD, StaffRole.FACILITATOR)


class EnrolmentState(models.TextChoices):
    """How far somebody's commitment went. Who finished is no state: it follows from attendance (`queries.rates`)."""

    APPLIED = "applied", _("applied")
    WAITING = "waiting", _("on the waiting list")
    ENROLLED = "enrolled", _("enrolled")
    NOT_TAKEN = "not-taken", _("did not enrol")
    LEFT = "left", _("left before the end")


class EndReason(models.TextChoices):
    """Why somebody left, or did not come: coarse on purpose, and never a text."""

    WORK = "work", _("work or training")
    HEALTH = "health", _("health")
    HOUSING = "housing", _("housing or a move")
    FAMILY = "family", _("family")
    LOST_CONTACT = "lost-contact", _("contact was lost")
    OTHER = "other", _("another reason")
    NOT_ASKED = "not-asked", _("not asked")


class Referral(models.TextChoices):
    """What brought somebody."""

    FRIEND_TOOK_PART = "friend-took-part", _("a friend who took part")
    FRIEND = "friend", _("another friend or relative")
    ORGANISATION = "organisation", _("an organisation")
    OUTREACH = "outreach", _("met where people live or wait")
    PUBLIC = "public", _("a poster, a website, social media")
    OTHER = "other", _("something else")
    NOT_ASKED = "not-asked", _("not asked")


class Motivation(models.TextChoices):
    WANTS = "wants", _("wants to take part")
    HESITATES = "hesitates", _("hesitates")
    NOT_NOW = "not-now", _("not now")


class Presence(models.TextChoices):
    """What was seen; why somebody was not there is never noted."""

    PRESENT = "present", _("present")
    LATE = "late", _("late")
    EXCUSED = "excused", _("excused")
    ABSENT = "absent", _("absent")


CAME = (Presence.PRESENT, Presence.LATE)


class BookingState(models.TextChoices):
    """How a party stands. Seats offered to one who waits are held for them until the offer ends."""

    BOOKED = "booked", _("booked")
    WAITING = "waiting", _("on the waiting list")
    OFFERED = "offered", _("seats are offered")
    LAPSED = "lapsed", _("the offer has ended")
    CANCELLED = "cancelled", _("cancelled")


# Whom a move or a cancellation concerns.
CONCERNED = (BookingState.BOOKED, BookingState.WAITING, BookingState.OFFERED)


class NoticeKind(models.TextChoices):
    REMINDER = "reminder", _("reminder")
    MOVED = "moved", _("moved")
    CANCELLED = "cancelled", _("cancelled")
    PLACE = "place", _("a place is free")
    BOOKED = "booked", _("seats are booked")
    WAITING = "waiting", _("on the waiting list")


class Money(models.TextChoices):
    COST = "cost", _("cost")
    INCOME = "income", _("income")
