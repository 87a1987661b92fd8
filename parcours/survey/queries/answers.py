from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from parcours.kit.secret import secret_digest
from parcours.survey.choices import Progress

if TYPE_CHECKING:
    from parcours.survey.models import Ask, Response  # noqa: F401 (named in strings)


class AskQuerySet(models.QuerySet["Ask"]):
    def with_secret(self, secret: str) -> Self:
        """The one that a link opens, expired or not."""
        return self.filter(secret_digest=secret_digest(secret))

    def unanswered(self) -> Self:
        """Those who did not finish and did not say that they will not."""
        return self.filter(declined_at=None).exclude(response__progress__in=[Progress.COMPLETE, Progress.WITHDRAWN])

    def to_ask(self, *, on: date) -> Self:
        """Those to be written to for the first time."""
        return self._running(on).unanswered().exclude(address="").filter(sent_at=None)

    def to_remind(self, *, on: date) -> Self:
        """Those that were asked long enough ago, did not finish, and were not reminded yet."""
        patience = models.ExpressionWrapper(
            F("wave__remind_after_days") * timedelta(days=1), output_field=models.DurationField()
        )
        long_ago = Q(sent_at__date__lte=models.Value(on, models.DateField()) - patience)
        return self._running(on).unanswered().exclude(address="").filter(long_ago, reminded_at=None)

    def _running(self, on: date) -> Self:
        return self.filter(wave__opens_on__lte=on, wave__closes_on__gte=on)


class ResponseQuerySet(models.QuerySet["Response"]):
    def with_secret(self, secret: str) -> Self:
        """The one that the link of a copy opens: for those who answered by the open link."""
        return self.filter(secret_digest=secret_digest(secret))

    def complete(self) -> Self:
        return self.filter(progress=Progress.COMPLETE)

    def to_review(self) -> Self:
        """Complete ones that nobody has read beside the register since they were last saved, the oldest first."""
        unread = Q(reviewed_at=None) | Q(saved_at__gt=F("reviewed_at"))
        return self.complete().filter(unread).order_by("completed_at", "pk")
