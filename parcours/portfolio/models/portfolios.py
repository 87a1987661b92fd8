"""The portfolio: what somebody lived and did, what they can do, what they want, and the steps to it. It is theirs."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parcours.kit.pii import NO_PII, Pii
from parcours.kit.sealed import SealedField
from parcours.people.choices import PARTIAL_DATE
from parcours.people.models import KEPT, Person, new_key
from parcours.portfolio.choices import Layout, Part, SaidBy, Strand
from parcours.portfolio.queries.portfolios import PortfolioQuerySet
from parcours.translations.fields import TranslatedField

WHY = "the person's own account of their experience, for themselves and whom they choose"
STEPS_OF_SCALE = 4


class LevelStep(models.Model):
    """A step of the scale by which one says how well one can do something. Four; their words can be changed."""

    pii = NO_PII

    position = models.PositiveSmallIntegerField(unique=True, validators=[MinValueValidator(1), MaxValueValidator(4)])
    label = TranslatedField(_("label"))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(position__range=(1, STEPS_OF_SCALE)), name="scale_of_four_steps")
        ]

    def __str__(self) -> str:
        return str(self.label)


class Portfolio(models.Model):
    """One person's. `language` stands beside French on every page; `hidden` parts are shown to nobody else."""

    pii = Pii(fields=("person", "language", "hidden"), why=WHY, until=KEPT)

    person = models.OneToOneField(Person, models.CASCADE, related_name="portfolio")
    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    language = models.CharField(_("my language"), max_length=12, default="fr")
    hidden = ArrayField(models.CharField(max_length=12, choices=Part.choices), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    is_invented = models.BooleanField(default=False)

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def get_absolute_url(self) -> str:
        return reverse("portfolio:portfolio", args=[self.key])


class Experience(models.Model):
    """Something lived. Dates are as precise as remembered. `revision` counts the saves: nothing is written over unseen.

    Texts are in `language`; `translation` is the same in French (or in the person's language when they wrote French).
    """

    pii = Pii(
        fields=(
            "portfolio",
            "strand",
            "title",
            "title_translation",
            "place",
            "starts",
            "ends",
            "words",
            "translation",
            "recorded_by",
        ),
        why=WHY,
        until=KEPT,
    )

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="experiences")
    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    strand = models.CharField(_("part of life"), max_length=12, choices=Strand.choices)
    title = SealedField(_("what it was"))
    title_translation = SealedField(_("the same in the other language"), blank=True)
    place = SealedField(_("where"), blank=True)
    starts = models.CharField(
        _("from"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(PARTIAL_DATE)],
        help_text=_("The year is enough."),
    )
    ends = models.CharField(_("until"), max_length=10, blank=True, validators=[RegexValidator(PARTIAL_DATE)])
    is_going_on = models.BooleanField(_("still going on"), default=False)
    words = SealedField(_("in my words"), blank=True)
    translation = SealedField(_("the same in the other language"), blank=True)
    language = models.CharField(max_length=12, default="fr")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    is_in_cv = models.BooleanField(_("show in the CV"), default=False)
    is_hidden = models.BooleanField(_("only for me"), default=False)
    position = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["portfolio", "strand", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(starts="") | Q(starts__regex=PARTIAL_DATE)) & (Q(ends="") | Q(ends__regex=PARTIAL_DATE)),
                name="experience_partial_dates",
            )
        ]


class Activity(models.Model):
    """What I did: one thing, one verb."""

    pii = Pii(fields=("experience", "text", "translation"), why=WHY, until=KEPT)

    experience = models.ForeignKey(Experience, models.CASCADE, related_name="activities")
    text = SealedField(_("what I did"))
    translation = SealedField(_("the same in the other language"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["experience", "position", "pk"]


class Claim(models.Model):
    """A competence that somebody says this person has: in own words, and perhaps as a concept of a vocabulary.

    `concept` is the concept's URI. `level` is a step of the scale, 1 to 4. A machine may propose; it never writes one.
    """

    pii = Pii(
        fields=("portfolio", "activity", "words", "translation", "concept", "level", "said_by", "said_by_user"),
        why=WHY,
        until=KEPT,
    )

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="claims")
    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    activity = models.ForeignKey(Activity, models.SET_NULL, null=True, blank=True, related_name="claims")
    words = SealedField(_("in my words"), blank=True)
    translation = SealedField(_("the same in the other language"), blank=True)
    concept = models.CharField(_("term"), max_length=300, blank=True)
    level = models.PositiveSmallIntegerField(_("how well"), null=True, blank=True)
    said_by = models.CharField(_("who says so"), max_length=5, choices=SaidBy.choices, default=SaidBy.ME)
    said_by_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    said_at = models.DateTimeField()
    is_in_cv = models.BooleanField(_("show in the CV"), default=True)
    is_hidden = models.BooleanField(_("only for me"), default=False)
    is_to_develop = models.BooleanField(_("I want to develop it"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["portfolio", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(words="") | ~Q(concept=""), name="claim_says_something"),
            models.CheckConstraint(
                condition=Q(level=None) | Q(level__range=(1, STEPS_OF_SCALE)), name="claim_level_on_scale"
            ),
        ]


class Evidence(models.Model):
    """A photo or a paper that shows it; the file is sealed, and leaves only through a page that checks who asks."""

    pii = Pii(fields=("portfolio", "claim", "experience", "file", "title"), why=WHY, until=KEPT)

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="evidence")
    claim = models.ForeignKey(Claim, models.CASCADE, null=True, blank=True, related_name="evidence")
    experience = models.ForeignKey(Experience, models.CASCADE, null=True, blank=True, related_name="evidence")
    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    title = SealedField(_("what it shows"))
    file = models.FileField(upload_to="evidence")
    media_type = models.CharField(max_length=60)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["portfolio", "pk"]


class Goal(models.Model):
    """What somebody wants, until about when; `claim` is the competence it is to develop."""

    pii = Pii(fields=("portfolio", "text", "translation", "until"), why=WHY, until=KEPT)

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="goals")
    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    text = SealedField(_("what I want"))
    translation = SealedField(_("the same in the other language"), blank=True)
    claim = models.ForeignKey(Claim, models.SET_NULL, null=True, blank=True, related_name="goals")
    until = models.CharField(_("until about"), max_length=10, blank=True, validators=[RegexValidator(PARTIAL_DATE)])
    reached_on = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["portfolio", "position", "pk"]


class ActionStep(models.Model):
    """One step to a goal: what, by when, with whom."""

    pii = Pii(fields=("goal", "text", "translation", "due_on", "with_whom", "done_on"), why=WHY, until=KEPT)

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="steps")
    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    text = SealedField(_("what I do"))
    translation = SealedField(_("the same in the other language"), blank=True)
    due_on = models.DateField(_("by"), null=True, blank=True)
    with_whom = SealedField(_("with whom"), blank=True)
    done_on = models.DateField(_("done"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["goal", "position", "pk"]


class Cv(models.Model):
    """A CV made from the parts that were chosen; the documents are made anew each time, and kept nowhere."""

    pii = Pii(fields=("portfolio", "headline", "summary", "contact"), why="to apply for work", until=KEPT)

    portfolio = models.OneToOneField(Portfolio, models.CASCADE, related_name="cv")
    layout = models.CharField(_("layout"), max_length=12, choices=Layout.choices, default=Layout.CLASSIC)
    second_language = models.CharField(_("beside French"), max_length=12, blank=True)
    headline = SealedField(_("what I am looking for"), blank=True)
    summary = SealedField(_("about me, in two sentences"), blank=True)
    headline_translation = SealedField(_("the same in the other language"), blank=True)
    summary_translation = SealedField(_("the same in the other language"), blank=True)
    contact = SealedField(_("how to reach me"), blank=True)
    shows_phone = models.BooleanField(_("show my telephone"), default=True)
    shows_email = models.BooleanField(_("show my e-mail address"), default=True)
