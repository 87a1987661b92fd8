"""Who is asked what of an edition, and what a group said."""

import pghistory
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parcours.delivery.models import Edition, Enrolment
from parcours.feedback.choices import Moment
from parcours.kit.pii import NO_PII, Pii
from parcours.survey.models import Response, Wave


@pghistory.track()
class Evaluation(models.Model):
    """A wave asked of those who take part in an edition."""

    pii = NO_PII

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="evaluations")
    moment = models.CharField(_("moment"), max_length=6, choices=Moment.choices)
    wave = models.OneToOneField(Wave, models.PROTECT, related_name="evaluation")
    is_invented = models.BooleanField(default=False)

    class Meta:
        ordering = ["edition", "-moment"]  # "before" comes before "after"
        constraints = [models.UniqueConstraint(fields=["edition", "moment"], name="evaluated_once_a_moment")]

    def __str__(self) -> str:
        return str(self.wave)

    def get_absolute_url(self) -> str:
        return reverse("feedback:edition", args=[self.edition.key])


class Invitee(models.Model):
    """A participant and their answers. It goes, with the answers, when the person is erased.

    Two years after the edition it goes alone (`forget`): the answers stay, and are nobody's.
    """

    takes_along = ("response",)

    pii = Pii(
        fields=("enrolment", "response", "told_at", "reminded_at"),
        why="to let somebody answer once, correct it, and be compared with themselves",
        until="two years after the edition; or the person is erased, and the answers with it",
    )

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="invitees")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="invitations")
    response = models.OneToOneField(Response, models.CASCADE, related_name="invitee")
    told_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["evaluation", "pk"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "enrolment"], name="invited_once")]


@pghistory.track()
class Round(models.Model):
    """What a group said together of its edition. It names nobody."""

    pii = Pii(fields=("noted_by",), why="to know whom to ask about it", until="the edition is deleted")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="rounds")
    held_on = models.DateField(_("held on"))
    present = models.PositiveSmallIntegerField(_("people present"), validators=[MinValueValidator(1)])
    went_well = models.TextField(_("what went well"), max_length=3000, blank=True)
    to_change = models.TextField(_("what the group would change"), max_length=3000, blank=True)
    decided = models.TextField(_("what we shall do about it"), max_length=3000, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    is_invented = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["edition", "held_on", "pk"]

    def get_absolute_url(self) -> str:
        return reverse("feedback:edition", args=[self.edition.key])
