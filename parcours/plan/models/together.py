"""Working together: bodies and their meetings, decisions, workshops and their notes, proposals."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from parcours.directory.models import Cited, Organisation
from parcours.directory.search import Searchable, SearchableQuerySet, search_index
from parcours.geo.models import Area
from parcours.kit.pii import NO_PII, Pii
from parcours.plan.choices import BodyKind, ProposalState, SeatRole, WorkshopKind
from parcours.plan.models.actions import Action
from parcours.plan.models.frame import Axis, Challenge, Part, Plan, Public
from parcours.plan.models.releases import Release
from parcours.plan.queries import ProposalQuerySet
from parcours.translations.fields import TranslatedField


@pghistory.track()
class Body(Part):
    """A group that steers the plan: steering group, project group, committee."""

    pii = NO_PII
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="bodies")
    kind = models.CharField(max_length=20, choices=BodyKind.choices)
    name = TranslatedField()
    acronym = models.CharField(max_length=20, blank=True)
    role = TranslatedField(blank=True)

    def __str__(self) -> str:
        return self.name.text


class Seat(Cited):
    """An organisation's place in a body."""

    pii = NO_PII
    body = models.ForeignKey(Body, models.CASCADE, related_name="seats")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="seats")
    role = models.CharField(max_length=12, choices=SeatRole.choices, default=SeatRole.MEMBER)

    class Meta:
        ordering = ["role", "organisation__sort_key", "pk"]
        constraints = [models.UniqueConstraint(fields=["body", "organisation"], name="seat_once")]


@pghistory.track()
class Meeting(Cited):
    """A body's meeting."""

    pii = NO_PII
    body = models.ForeignKey(Body, models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    title = TranslatedField()
    minutes = TranslatedField(blank=True)

    class Meta:
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return self.title.text


@pghistory.track()
class Decision(Cited):
    """What was decided on one or more actions, and why. Once released it is never changed."""

    pii = Pii(fields=("decided_by",), why="a public decision has an author", until="the plan is archived")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="decisions")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="decisions")
    decided_on = models.DateField()
    text = TranslatedField()
    actions = models.ManyToManyField(Action, blank=True, related_name="decisions")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    release = models.ForeignKey(Release, models.PROTECT, null=True, blank=True, related_name="decisions")

    class Meta:
        ordering = ["-decided_on", "-pk"]
        triggers = [
            pgtrigger.Protect(
                name="released_decision_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__release__isnull=False),
            )
        ]


@pghistory.track(exclude=["search_text"])
class Workshop(Searchable, Part):
    """A working session with the actors of the territory."""

    pii = NO_PII
    kind = models.CharField(max_length=10, choices=WorkshopKind.choices)
    axis = models.ForeignKey(Axis, models.PROTECT, null=True, blank=True, related_name="workshops")
    title = TranslatedField()
    aim = TranslatedField(blank=True)
    held_on = models.DateField(null=True, blank=True)
    period = models.CharField(max_length=40, blank=True)
    facilitators = models.ManyToManyField(Organisation, blank=True, related_name="facilitated_workshops")

    objects = SearchableQuerySet.as_manager()

    class Meta(Part.Meta):
        indexes = [search_index("workshop_search")]

    def __str__(self) -> str:
        return self.title.text

    @property
    def axis_key(self) -> str:
        """The axis that colours the workshop; "" for none."""
        return self.axis.key if self.axis else ""

    def get_absolute_url(self) -> str:
        return reverse("plan:workshop", args=[self.key])

    def search_sources(self) -> list:
        return [self.title, self.aim]


@pghistory.track()
class Note(Cited):
    """What a table of a workshop wrote, without its author's name; `actions` are the ideas and actions it became."""

    pii = NO_PII
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="notes")
    table = models.CharField(max_length=40, blank=True)
    text = TranslatedField()
    order = models.PositiveSmallIntegerField(default=0)
    actions = models.ManyToManyField(Action, blank=True, related_name="notes")

    class Meta:
        ordering = ["workshop", "table", "order", "pk"]


@pghistory.track()
class AgendaItem(Cited):
    """Something the next workshop must look at: usually an empty cell of the coverage matrix."""

    pii = NO_PII
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="agenda_items")
    workshop = models.ForeignKey(Workshop, models.SET_NULL, null=True, blank=True, related_name="agenda_items")
    challenge = models.ForeignKey(Challenge, models.CASCADE, null=True, blank=True, related_name="agenda_items")
    public = models.ForeignKey(Public, models.CASCADE, null=True, blank=True, related_name="agenda_items")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    text = TranslatedField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "challenge", "public", "area"],
                condition=Q(challenge__isnull=False, public__isnull=False),
                nulls_distinct=False,
                name="agenda_cell_once",
            )
        ]


@pghistory.track()
class Proposal(models.Model):
    """A change of an action, or a new one, that a partner proposes; the coordinator accepts or declines it.

    `changes` has the shape of `records.read_record`, with the changed fields only; `base_version` is the action's
    version the author saw.
    """

    pii = Pii(fields=("author", "decided_by"), why="to answer the author", until="the action leaves the plan")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="proposals")
    action = models.ForeignKey(Action, models.CASCADE, null=True, blank=True, related_name="proposals")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="proposals")
    changes = models.JSONField()
    base_version = models.PositiveIntegerField(default=0)
    comment = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.PENDING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ProposalState.DECLINED) | ~Q(answer=""), name="declined_with_an_answer"
            )
        ]
