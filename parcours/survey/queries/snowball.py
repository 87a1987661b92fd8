from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from parcours.survey.choices import CandidateState

if TYPE_CHECKING:
    from parcours.survey.models import Candidate, Tie  # noqa: F401 (named in strings)


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def open(self) -> Self:
        return self.filter(state=CandidateState.OPEN)

    def spelt(self, match_key: str) -> Self:
        """The one of this spelling, or to which it was joined."""
        return self.filter(Q(match_key=match_key) | Q(details__also__contains=[{"match_key": match_key}]))

    def with_namings(self) -> Self:
        """Annotate `namings`: how many organisations named it; the most often named first."""
        return self.annotate(namings=Count("ties__origin", distinct=True)).order_by("-namings", "name", "pk")


class TieQuerySet(models.QuerySet["Tie"]):
    def between_known(self) -> Self:
        """Ties whose two ends are in the directory, a candidate's being what it was decided to be: `reached_id`."""
        reached = self.annotate(reached_id=Coalesce("target_id", "candidate__organisation_id"))
        # a candidate may turn out to be the one that named it, under another name
        return reached.filter(reached_id__isnull=False).exclude(reached_id=F("origin_id"))
