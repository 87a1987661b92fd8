"""What is asked, and when."""

from datetime import date, datetime
from functools import cached_property, lru_cache

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parcours.directory.models import Source
from parcours.engines.questionnaire.form import Form
from parcours.engines.questionnaire.reading import form_of
from parcours.engines.questionnaire.sheets import Sheets
from parcours.kit.pii import NO_PII, Pii
from parcours.survey.queries.forms import VersionQuerySet, WaveQuerySet
from parcours.translations.fields import TranslatedField


@pghistory.track()
class Questionnaire(models.Model):
    """What is asked of a territory’s actors, or (`asks_people`) of those who take part; through all its versions."""

    pii = NO_PII

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    purpose = TranslatedField(_("what it is for"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    asks_people = models.BooleanField(_("it asks those who take part in a programme"), default=False)
    is_invented = models.BooleanField(default=False)

    class Meta:
        ordering = ["title", "key"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("survey:questionnaire", args=[self.key])


class Version(models.Model):
    """One wording of a questionnaire: the sheets of its XLSForm. Once it is published nothing of it changes.

    `sheets` are `engines.questionnaire.sheets.Sheets.to_store()`; `revision` counts the edits of a draft, so that two
    who edit it at once see that they do.
    """

    pii = Pii(fields=("published_by",), why="to know whom to ask about a wording", until="the questionnaire is deleted")

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    sheets = models.JSONField()
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["questionnaire", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=Q(published_at=None), name="one_draft_of_a_questionnaire"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__published_at__isnull=False)
                & (
                    pgtrigger.Q(old__sheets__df=pgtrigger.F("new__sheets"))
                    | pgtrigger.Q(new__published_at__isnull=True)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire.title} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("survey:version", args=[self.questionnaire.key, self.number])

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @cached_property
    def form(self) -> Form:
        """The form that its sheets make; what cannot be read of a draft is left out."""
        return form_of(Sheets.stored(self.sheets)) if self.is_draft else _frozen(self.pk, self.published_at)


@lru_cache(maxsize=100)
def _frozen(pk: int, published_at: datetime) -> Form:
    """What is published never changes: it is read once by each process, and its sheets need not be fetched."""
    return form_of(Sheets.stored(Version.objects.values_list("sheets", flat=True).get(pk=pk)))


class OfOrganisations(models.Manager["Wave"]):
    def get_queryset(self) -> models.QuerySet["Wave"]:
        return super().get_queryset().filter(asks_people=False)


class OfPeople(models.Manager["Wave"]):
    def get_queryset(self) -> models.QuerySet["Wave"]:
        return super().get_queryset().filter(asks_people=True)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    pghistory.ManualEvent("raw_data_taken"),  # by whom and when; what was taken is not kept
)
class Wave(models.Model):
    """A round of asking: one version, from a day to a day, by links that are sent and, if so wished, one that is open.

    `source` is what the directory cites for what the answers tell. `threshold` is the smallest count that is shown.
    The snowball stops after `last_circle`, or when a round brings fewer new names, in per cent, than `new_names_floor`.
    A wave that asks people has no `source`, and no page of the office knows it: `objects` are those of organisations.
    """

    pii = NO_PII

    version = models.ForeignKey(Version, models.PROTECT, related_name="waves")
    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    message = TranslatedField(_("message"), blank=True)
    remarks = TranslatedField(_("what to know of the results"), blank=True)
    opens_on = models.DateField(_("begins on"))
    closes_on = models.DateField(_("ends on"))
    remind_after_days = models.PositiveSmallIntegerField(_("remind after (days)"), default=10)
    link_days = models.PositiveSmallIntegerField(_("the link works for (days)"), default=60)
    is_open_to_all = models.BooleanField(_("whoever has the page’s address may answer"), default=False)
    threshold = models.PositiveSmallIntegerField(_("smallest count shown"), default=3)
    last_circle = models.PositiveSmallIntegerField(_("last circle asked"), default=3)
    new_names_floor = models.PositiveSmallIntegerField(_("stop under (% of new names)"), default=5)
    results_are_public = models.BooleanField(_("everyone may read the tables"), default=False)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    asks_people = models.BooleanField(default=False, editable=False)
    is_invented = models.BooleanField(default=False)

    objects = OfOrganisations.from_queryset(WaveQuerySet)()
    of_people = OfPeople.from_queryset(WaveQuerySet)()

    class Meta:
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="wave_dates_in_order"),
            models.CheckConstraint(condition=Q(threshold__gte=1), name="wave_threshold"),
            models.CheckConstraint(condition=Q(new_names_floor__lte=100), name="wave_floor_is_a_percentage"),
            models.CheckConstraint(
                condition=Q(asks_people=True, source=None, results_are_public=False, is_open_to_all=False)
                | Q(asks_people=False, source__isnull=False),
                name="wave_of_people_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("survey:wave", args=[self.key])

    def is_running(self, *, on: date) -> bool:
        return self.opens_on <= on <= self.closes_on

    def is_over(self, *, on: date) -> bool:
        return self.closes_on < on

    @property
    def form(self) -> Form:
        return self.version.form

    @property
    def cited(self) -> Source:
        """What the directory cites; whoever asks people tells the directory nothing."""
        assert self.source
        return self.source
