"""What is offered again and again (programme), once (edition), by whom, where, and for how much."""

from datetime import datetime

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parcours.delivery.choices import EditionState, Money, StaffRole
from parcours.delivery.queries.programmes import EditionQuerySet, ProgrammeQuerySet, StaffQuerySet
from parcours.directory.models import Organisation
from parcours.geo.models import Area
from parcours.kit.pii import NO_PII, Pii
from parcours.people.choices import Level
from parcours.translations.fields import TranslatedField


@pghistory.track()
class Programme(models.Model):
    """What an organisation offers again and again. `awards` and `tutors_need` are kinds of qualification.

    `finish_share`: who came to at least so many per cent of the sessions held, and did not leave, has finished.
    """

    pii = NO_PII

    key = models.SlugField(max_length=60, unique=True)
    title = TranslatedField(_("title"))
    summary = TranslatedField(_("in one sentence"), blank=True)
    description = TranslatedField(_("description"), blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="programmes", verbose_name=_("run by"))
    awards = models.SlugField(
        _("qualification awarded"), max_length=60, blank=True, help_text=_("To those who finish; empty for none.")
    )
    tutors_need = models.SlugField(_("qualification tutors need"), max_length=60, blank=True)
    finish_share = models.PositiveSmallIntegerField(
        _("finished from, % of sessions"), default=50, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_public = models.BooleanField(_("shown to the public"), default=False)
    is_invented = models.BooleanField(default=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=Q(finish_share__range=(1, 100)), name="programme_finish_share_per_cent")
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("delivery:programme", args=[self.key])


class Step(models.Model):
    """A session as the programme describes it: what for, how, with what. A series of sessions is made from these."""

    pii = NO_PII

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="steps")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField(_("order"))
    title = TranslatedField(_("title"))
    aims = TranslatedField(_("aims"), blank=True)
    activities = TranslatedField(_("activities"), blank=True)
    materials = TranslatedField(_("materials"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=120, validators=[MinValueValidator(5)])
    day = models.PositiveSmallIntegerField(_("days after the first session"), default=0)
    given_by = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="steps_given",
        verbose_name=_("given by"),
        help_text=_("A partner, where it is not the organisation that runs the programme."),
    )

    class Meta:
        ordering = ["programme", "position"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], name="step_key_once"),
            models.UniqueConstraint(fields=["programme", "position"], name="step_position_once"),
        ]

    def __str__(self) -> str:
        return str(self.title)


class Venue(models.Model):
    """A room, with how many people it takes."""

    pii = NO_PII

    name = models.CharField(_("name"), max_length=200)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="venues")
    address = models.CharField(_("address"), max_length=200, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="venues", verbose_name=_("commune")
    )
    directions = TranslatedField(_("how to get there"), blank=True)
    capacity = models.PositiveSmallIntegerField(_("people it takes"), null=True, blank=True)
    is_step_free = models.BooleanField(_("step-free access"), null=True, blank=True)
    is_invented = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Edition(models.Model):
    """A programme once: a cohort, a season, one evening. It has its people, its sessions and its money."""

    pii = NO_PII

    key = models.SlugField(max_length=80, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="editions")
    title = models.CharField(_("title"), max_length=120)
    state = models.CharField(_("state"), max_length=9, choices=EditionState.choices, default=EditionState.DRAFT)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    capacity = models.PositiveSmallIntegerField(_("places"), validators=[MinValueValidator(1)])
    french_level = models.CharField(
        _("French needed"),
        max_length=6,
        choices=Level.choices,
        blank=True,
        help_text=_("The lowest level that will do."),
    )
    languages = ArrayField(
        models.CharField(max_length=12), verbose_name=_("languages helped in"), default=list, blank=True
    )
    venue = models.ForeignKey(
        Venue, models.SET_NULL, null=True, blank=True, related_name="editions", verbose_name=_("usual place")
    )
    is_invented = models.BooleanField(default=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "key"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="edition_ends_after_start"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="edition_has_places"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("delivery:edition", args=[self.key])


@pghistory.track()
class Staff(models.Model):
    """Who works in an edition, as what, from when until when. What they may see ends with it."""

    pii = Pii(fields=("user", "role"), why="to know who may see and change what", until="the edition is deleted")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="staffings")
    role = models.CharField(_("role"), max_length=11, choices=StaffRole.choices)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))

    objects = StaffQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "role", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "user", "role"], name="staff_role_once"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="staff_until_after_since"),
        ]

    def is_at(self, at: datetime) -> bool:
        """Whether the role is held at that moment."""
        return bool(self.since <= at.date() <= self.until)


class BudgetLine(models.Model):
    """A cost or an income of an edition, foreseen and in fact, in euros."""

    pii = NO_PII

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="budget_lines")
    kind = models.CharField(_("kind"), max_length=6, choices=Money.choices)
    label = models.CharField(_("what"), max_length=200)
    foreseen = models.DecimalField(_("foreseen"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)])
    actual = models.DecimalField(
        _("in fact"), max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    funder = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("funder")
    )
    is_invented = models.BooleanField(default=False)

    class Meta:
        ordering = ["edition", "kind", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(foreseen__gte=0) & (Q(actual=None) | Q(actual__gte=0)), name="money_not_negative"
            )
        ]
