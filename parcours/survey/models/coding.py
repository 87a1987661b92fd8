"""Open answers, read and coded by people."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parcours.kit.pii import NO_PII, Pii
from parcours.survey.models.answers import Response
from parcours.survey.models.forms import Questionnaire, Wave


class Code(models.Model):
    """What an open answer may be about: an entry of the code book of one question (by its path)."""

    pii = NO_PII

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="codes")
    question = models.CharField(max_length=200)
    label = models.CharField(_("code"), max_length=120)
    definition = models.CharField(_("when to use it"), max_length=500, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["question", "order", "label"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "question", "label"], name="code_once")]

    def __str__(self) -> str:
        return self.label


class Coding(models.Model):
    """One coder's reading of one open answer; `row` is that of a repeat, from 0. No code at all is a reading too.

    Where two coders differ, a further reading settles it (`is_settled`); what each read alone stays as it was.
    """

    pii = Pii(fields=("coder",), why="two coders are compared", until="the response is withdrawn or erased")

    response = models.ForeignKey(Response, models.CASCADE, related_name="codings")
    question = models.CharField(max_length=200)
    row = models.PositiveSmallIntegerField(null=True, blank=True)
    coder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    codes = models.ManyToManyField(Code, blank=True, related_name="codings")
    is_settled = models.BooleanField(default=False)
    coded_at = models.DateTimeField()

    class Meta:
        ordering = ["response", "question", "row", "coder"]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "question", "row", "coder"],
                condition=Q(is_settled=False),
                nulls_distinct=False,
                name="coded_once_by_a_coder",
            ),
            models.UniqueConstraint(
                fields=["response", "question", "row"],
                condition=Q(is_settled=True),
                nulls_distinct=False,
                name="settled_once",
            ),
        ]


class Crossing(models.Model):
    """Two questions of a wave, by their paths, whose cross-table its readers see; `column` is a single choice."""

    pii = NO_PII

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="crossings")
    row = models.CharField(max_length=200)
    column = models.CharField(max_length=200)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "row", "column"], name="crossed_once"),
            models.CheckConstraint(condition=~Q(row=F("column")), name="crossed_with_another"),
        ]
