"""Files that were sent, and what each of their rows does."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from parcours.imports.choices import BatchState, JobKind, JobState, Op
from parcours.imports.queries import BatchQuerySet, BatchRowQuerySet, JobQuerySet
from parcours.imports.rules import NotPossible, Obstacle, Problem, Shown
from parcours.kit.pii import Pii


class Batch(models.Model):
    """A file that somebody sent: how it is to be read (`options`, in its importer's shape), its preview, its fate."""

    pii = Pii(
        fields=("uploaded_by", "applied_by", "undone_by"),
        why="to know whom to ask about an import",
        until="the plan is archived",
    )

    kind = models.CharField(max_length=40)
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.RECEIVED)
    options = models.JSONField(default=dict)
    notices = models.JSONField(default=list)
    leaves_out_errors = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["kind", "sha256"], name="batch_same_file")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[BatchState.APPLIED, BatchState.UNDONE], applied_at__isnull=False)
                | Q(
                    state__in=[BatchState.RECEIVED, BatchState.PREVIEWED, BatchState.ABANDONED], applied_at__isnull=True
                ),
                name="batch_applied_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(state=BatchState.UNDONE, undone_at__isnull=False)
                | ~Q(state=BatchState.UNDONE) & Q(undone_at__isnull=True),
                name="batch_undone_has_its_date",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="one_way",
                field="state",
                transitions=[
                    (BatchState.RECEIVED.value, BatchState.PREVIEWED.value),
                    (BatchState.RECEIVED.value, BatchState.ABANDONED.value),
                    # it is to be read otherwise
                    (BatchState.PREVIEWED.value, BatchState.RECEIVED.value),
                    (BatchState.PREVIEWED.value, BatchState.APPLIED.value),
                    (BatchState.PREVIEWED.value, BatchState.ABANDONED.value),
                    (BatchState.APPLIED.value, BatchState.UNDONE.value),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        return reverse("imports:batch", args=[self.pk])

    @property
    def file_notices(self) -> list[Problem]:
        return [Problem.parse(value) for value in self.notices]


class BatchFile(models.Model):
    """What a page received, kept only until it is imported or put aside."""

    pii = Pii(
        fields=("data",), why="to read the file again with other columns", until="the file is imported or put aside"
    )

    batch = models.OneToOneField(Batch, models.CASCADE, related_name="file")
    data = models.BinaryField()


class BatchRow(models.Model):
    """What one row of a file does; `before`, `after` and `memo` have the shape that its importer gives them."""

    pii = Pii(
        fields=("label", "before", "after", "shown"),
        why="contacts that a list names: to show what it would change, to apply it, to undo it",
        until="the plan is archived",
    )

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    op = models.CharField(max_length=6, choices=Op.choices)
    key = models.CharField(max_length=80, blank=True)
    label = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    shown = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    memo = models.JSONField(default=dict)

    objects = BatchRowQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["batch", "op", "number"], name="batch_rows_by_op")]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    @property
    def changes(self) -> list[Shown]:
        return [Shown(*value) for value in self.shown]

    @property
    def found_problems(self) -> list[Problem]:
        return [Problem.parse(value) for value in self.problems]

    @property
    def found_warnings(self) -> list[Problem]:
        return [Problem.parse(value) for value in self.warnings]


class Job(models.Model):
    """A batch being read, applied or undone outside of a request, and how far it is.

    How many rows a file has is known once it is read: `total` is 0 until then.
    Its row is written apart from the work, which is one transaction: others see the progress while nothing is saved.
    """

    pii = Pii(
        fields=("started_by", "obstacles"),
        why="to tell those who follow an import who started it, and who changed its rows in between",
        until="the plan is archived",
    )

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=5, choices=JobKind.choices)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.RUNNING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    message = models.TextField(blank=True)
    obstacles = models.JSONField(default=list)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch"], condition=Q(state=JobState.RUNNING), name="one_running_job_for_a_batch"
            ),
            models.CheckConstraint(
                condition=Q(kind=JobKind.READ) | Q(done__lte=models.F("total")), name="job_does_no_more_than_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.done}/{self.total}"

    @property
    def refusal(self) -> NotPossible | None:
        """The rows that stood in the way of a failed job, as they were told to who started it."""
        return NotPossible([Obstacle(**value) for value in self.obstacles]) if self.obstacles else None
