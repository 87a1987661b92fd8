from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Coalesce

from parcours.survey.choices import CandidateState

if TYPE_CHECKING:
    from parcours.survey.models import Candidate, Tie  # noqa: F401 (named in strings)


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def open(self) -> Self:
        return self.filter(state=CandidateState.OPEN)


class TieQuerySet(models.QuerySet["Tie"]):
    def between_known(self) -> Self:
        """Ties whose two ends are in the directory, a candidate's being what it was decided to be: `reached_id`."""
        return self.annotate(reached_id=Coalesce("target_id", "candidate__organisation_id")).filter(
            reached_id__isnull=False
        )
