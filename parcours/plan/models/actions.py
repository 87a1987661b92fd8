"""Actions, from idea to balance sheet, and what hangs on them."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from parcours.directory.models import Cited, Organisation
from parcours.directory.search import Searchable, search_index
from parcours.geo.models import Area
from parcours.kit.pii import NO_PII, Pii
from parcours.plan.choices import Cause, DatePrecision, LineKind, LinkKind, PartnerRole, Stage, Status
from parcours.plan.models.frame import Axis, Challenge, FundingSource, Plan, Public, Theme
from parcours.plan.queries import ActionQuerySet, ChangeQuerySet, UpdateQuerySet
from parcours.translations.fields import TranslatedField


@pghistory.track(exclude=["search_text"])
class Action(Searchable, Cited):
    """Something that is done, will be done or might be done; an idea is an action at its first stage.

    `code` never changes. A date known to the month or year is kept as the first day (start) or last day (end) of it.
    `version` counts the changes: an edit of an older version is a conflict. `invented_fields` names the fields of a
    real action whose value was made up for the demonstration.
    """

    pii = NO_PII

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="actions")
    code = models.CharField(max_length=20)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.IDEA)
    title = TranslatedField()
    what = TranslatedField(blank=True)
    why = TranslatedField(blank=True)
    nature = TranslatedField(blank=True)
    axis = models.ForeignKey(Axis, models.PROTECT, null=True, blank=True, related_name="actions")
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, blank=True, related_name="actions")
    challenges = models.ManyToManyField(Challenge, blank=True, related_name="actions")
    publics = models.ManyToManyField(Public, blank=True, related_name="actions")
    areas = models.ManyToManyField(Area, blank=True, related_name="actions")
    funding_sources = models.ManyToManyField(FundingSource, blank=True, related_name="actions")
    lead = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="led_actions")
    starts_on = models.DateField(null=True, blank=True)
    starts_precision = models.CharField(max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY)
    ends_on = models.DateField(null=True, blank=True)
    ends_precision = models.CharField(max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY)
    recorded_on = models.DateField()
    blocked_reason = TranslatedField(blank=True)
    stop_reason = TranslatedField(blank=True)
    status_override = models.CharField(max_length=10, choices=Status.choices, blank=True)
    override_reason = models.CharField(max_length=300, blank=True)
    is_public = models.BooleanField(default=False)
    remarks = TranslatedField(blank=True)
    invented_fields = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        indexes = [
            search_index("action_search"),
            models.Index(fields=["plan", "is_public", "code"], name="action_list"),
            # what the pages count is read from this alone
            models.Index(
                fields=["plan", "is_public", "stage"],
                include=["axis", "theme", "lead", "invented_fields"],
                name="action_counts",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="action_code_once"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="action_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(status_override="") | ~Q(override_reason=""), name="override_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title.text}"

    def get_absolute_url(self) -> str:
        return reverse("plan:action", args=[self.code])

    @property
    def axis_key(self) -> str:
        """The key of its axis; empty while it has none."""
        return self.axis.key if self.axis else ""

    @property
    def is_idea(self) -> bool:
        return self.stage == Stage.IDEA

    def search_sources(self) -> list:
        return [self.code, self.title, self.what, self.why, self.nature]


class ActionPartner(Cited):
    """An organisation that takes part in an action."""

    pii = NO_PII

    action = models.ForeignKey(Action, models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="partnerships")
    role = models.CharField(max_length=12, choices=PartnerRole.choices, default=PartnerRole.PARTNER)

    class Meta:
        ordering = ["role", "organisation__sort_key", "pk"]
        constraints = [models.UniqueConstraint(fields=["action", "organisation", "role"], name="action_partner_once")]


class BudgetLine(Cited):
    """A cost of an action or money that pays for it, in `currency`, for a year or as printed."""

    pii = NO_PII

    action = models.ForeignKey(Action, models.CASCADE, related_name="budget_lines")
    kind = models.CharField(max_length=12, choices=LineKind.choices)
    label = TranslatedField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3, default="EUR")
    period = models.CharField(max_length=20, blank=True)
    funding_source = models.ForeignKey(FundingSource, models.PROTECT, null=True, blank=True, related_name="lines")
    is_secured = models.BooleanField(default=False)
    note = TranslatedField(blank=True)

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="amount_is_not_negative"),
            models.CheckConstraint(
                condition=Q(kind=LineKind.FUNDING) | Q(funding_source__isnull=True), name="only_funding_has_a_source"
            ),
        ]


class Milestone(Cited):
    """A step of an action, due on a day; done once it has its date."""

    pii = NO_PII

    action = models.ForeignKey(Action, models.CASCADE, related_name="milestones")
    title = TranslatedField()
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]


class Indicator(Cited):
    """What an action is measured by: a unit, where it starts and what it aims at. Its values come with the
    evaluation.
    """

    pii = NO_PII

    action = models.ForeignKey(Action, models.CASCADE, related_name="indicators")
    name = TranslatedField()
    unit = models.CharField(max_length=40)
    baseline = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    baseline_on = models.DateField(null=True, blank=True)
    target = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    target_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]


class Change(models.Model):
    """What one edit did to an action: `before` and `after` hold the changed fields in the shape of
    `records.read_record`.

    Never changed and never deleted, but with an action whose import is undone.
    """

    pii = Pii(
        fields=("changed_by",), why="everyone sees who changed what in a public plan", until="the plan is archived"
    )

    action = models.ForeignKey(Action, models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    cause = models.CharField(max_length=10, choices=Cause.choices)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="plan_changes"
    )
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["-changed_at", "-id"], name="change_latest")]
        constraints = [models.UniqueConstraint(fields=["action", "version"], name="one_change_a_version")]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="unaltered",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("action", "version", "cause", "changed_at", "before", "after"),
            ),
        ]


@pghistory.track()
class Update(Cited):
    """News of an action: what happened, on a day."""

    pii = Pii(fields=("author",), why="to know whom to ask about the news", until="the action leaves the plan")

    action = models.ForeignKey(Action, models.CASCADE, related_name="updates")
    happened_on = models.DateField()
    text = TranslatedField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = UpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-pk"]
        indexes = [models.Index(fields=["-happened_on", "-id"], name="update_latest")]


class ActionLink(Cited):
    """What one action has to do with another: `origin` grew from, was merged into, is superseded by `target`."""

    pii = NO_PII

    origin = models.ForeignKey(Action, models.CASCADE, related_name="links")
    kind = models.CharField(max_length=14, choices=LinkKind.choices)
    target = models.ForeignKey(Action, models.CASCADE, related_name="links_in")

    class Meta:
        ordering = ["kind", "target__code"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "kind", "target"], name="action_link_once"),
            models.CheckConstraint(condition=~Q(origin=F("target")), name="action_link_between_two"),
        ]
