"""What frames the actions: the plan, its words, its axes, the challenges it answers and the publics it serves."""

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse

from parcours.directory.models import Cited, Organisation
from parcours.directory.search import Searchable, SearchableQuerySet, search_index
from parcours.geo.models import Area
from parcours.kit.pii import NO_PII
from parcours.plan.choices import CommunicationScope, Criterion, DatePrecision, FundingLevel
from parcours.plan.queries import PlanQuerySet
from parcours.translations.fields import TranslatedField


@pghistory.track()
class Plan(Cited):
    """A territory's Local Integrated Action Plan, as it stands today; its releases are frozen copies."""

    pii = NO_PII

    slug = models.SlugField(max_length=60, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="plans")
    title = TranslatedField()
    short_title = TranslatedField(blank=True)
    summary = TranslatedField(blank=True)
    introduction = TranslatedField(blank=True)
    adopted_on = models.DateField(null=True, blank=True)
    adopted_precision = models.CharField(max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY)
    silent_after_months = models.PositiveSmallIntegerField(default=6)
    is_current = models.BooleanField(default=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-adopted_on", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="one_current_plan"),
        ]

    def __str__(self) -> str:
        return self.title.text

    def get_absolute_url(self) -> str:
        return reverse("plan:plan")


class Part(Cited):
    """A numbered part of a plan, known by a key that never changes."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="%(class)ss")
    key = models.SlugField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["order", "key"]
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="%(class)s_key_once")]


@pghistory.track()
class Principle(Part):
    """A value that guides every action."""

    pii = NO_PII
    text = TranslatedField()


@pghistory.track()
class Objective(Part):
    """What the plan as a whole is for."""

    pii = NO_PII
    text = TranslatedField()


@pghistory.track()
class Definition(Part):
    """A word of the plan as an authority defines it."""

    pii = NO_PII
    term = TranslatedField()
    text = TranslatedField()
    authority = models.CharField(max_length=200, blank=True)
    remark = TranslatedField(blank=True)


@pghistory.track()
class Axis(Part):
    """A line of work. Its key or its order picks a colour and a stop shape."""

    pii = NO_PII
    title = TranslatedField()
    short_title = TranslatedField(blank=True)
    description = TranslatedField(blank=True)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="axes")

    def __str__(self) -> str:
        return self.title.text

    def get_absolute_url(self) -> str:
        return reverse("plan:axis", args=[self.key])


@pghistory.track()
class Theme(Part):
    """A group of action ideas."""

    pii = NO_PII
    letter = models.CharField(max_length=2, blank=True)
    title = TranslatedField()
    text = TranslatedField(blank=True)

    def __str__(self) -> str:
        return self.title.text


@pghistory.track(exclude=["search_text"])
class Challenge(Searchable, Part):
    """A difficulty of the territory that actions answer."""

    pii = NO_PII
    letter = models.CharField(max_length=2, blank=True)
    title = TranslatedField()
    text = TranslatedField(blank=True)

    objects = SearchableQuerySet.as_manager()

    class Meta(Part.Meta):
        indexes = [search_index("challenge_search")]

    def __str__(self) -> str:
        return self.title.text

    def get_absolute_url(self) -> str:
        return f"{reverse('plan:challenges')}#{self.key}"

    def search_sources(self) -> list:
        return [self.title, self.text]


@pghistory.track()
class Public(Part):
    """A group of people that actions are for; those of priority are named by the plan."""

    pii = NO_PII
    name = TranslatedField()
    is_priority = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name.text


@pghistory.track()
class FundingSource(Part):
    """Money that actions may ask for. `ceiling_percent`: the highest share of an action's cost it may pay."""

    pii = NO_PII
    name = TranslatedField()
    level = models.CharField(max_length=20, choices=FundingLevel.choices)
    funder = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    ceiling_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    text = TranslatedField(blank=True)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="funding_sources")

    class Meta(Part.Meta):
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ceiling_percent__isnull=True) | Q(ceiling_percent__range=(1, 100)),
                name="ceiling_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return self.name.text


@pghistory.track(exclude=["search_text"])
class Risk(Searchable, Part):
    """What may keep the plan from working. Likelihood and impact go from 1 (low) to 4 (high); null: not rated."""

    pii = NO_PII
    title = TranslatedField()
    text = TranslatedField(blank=True)
    mitigation = TranslatedField(blank=True)
    likelihood = models.PositiveSmallIntegerField(null=True, blank=True)
    impact = models.PositiveSmallIntegerField(null=True, blank=True)
    is_rating_invented = models.BooleanField(default=False)
    owner = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")

    objects = SearchableQuerySet.as_manager()

    class Meta(Part.Meta):
        indexes = [search_index("risk_search")]
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                condition=Q(likelihood__isnull=True, impact__isnull=True)
                | Q(likelihood__range=(1, 4), impact__range=(1, 4)),
                name="risk_rated_whole_or_not",
            ),
        ]

    @property
    def score(self) -> int | None:
        """Likelihood times impact, 1 to 16."""
        if self.likelihood is None or self.impact is None:
            return None
        return self.likelihood * self.impact

    def get_absolute_url(self) -> str:
        return f"{reverse('plan:follow-up')}#{self.key}"

    def __str__(self) -> str:
        return self.title.text

    def search_sources(self) -> list:
        return [self.title, self.text, self.mitigation]


@pghistory.track()
class Communication(Part):
    """How the plan is made known."""

    pii = NO_PII
    channel = TranslatedField()
    text = TranslatedField(blank=True)
    scope = models.CharField(max_length=20, choices=CommunicationScope.choices)


@pghistory.track()
class EvaluationQuestion(Part):
    """What the evaluation must answer."""

    pii = NO_PII
    number = models.PositiveSmallIntegerField()
    text = TranslatedField()
    criterion = models.CharField(max_length=20, choices=Criterion.choices, blank=True)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="evaluation_questions")


class QuotedFigure(Part):
    """A number as a source prints it; what the site computes itself is not kept here.

    `recomputed_as` is the key of the figure that our own rows give for it, if they do: `./run reproduce` compares.
    """

    pii = NO_PII
    key = models.CharField(max_length=80)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="quoted_figures")
    label = TranslatedField()
    value = models.DecimalField(max_digits=16, decimal_places=3)
    printed = models.CharField(max_length=40)
    n = models.BigIntegerField(null=True, blank=True)
    base = models.BigIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    period = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20)
    recomputed_as = models.CharField(max_length=200, blank=True, default="")


class FigureCheck(Part):
    """A relation that quoted figures ought to keep; `parameters` are those of `engines.figurecheck`."""

    pii = NO_PII
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="figure_checks")
    kind = models.CharField(max_length=20)
    parameters = models.JSONField(default=dict)
    note = TranslatedField(blank=True)
