from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, CharField, Count, F, Max, Min, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Greatest

from parcours.directory.search import SearchableQuerySet
from parcours.plan.choices import Cause, ProposalState, Stage, Status
from parcours.plan.rules import months_before

if TYPE_CHECKING:
    from parcours.accounts.models import User
    from parcours.geo.models import Area
    from parcours.plan.models import Action, Change, Plan, Proposal, Update  # noqa: F401 (named in strings)


class PlanQuerySet(models.QuerySet["Plan"]):
    def current(self) -> "Plan":
        """The plan that the territory works on; raises Plan.DoesNotExist before one is loaded."""
        return self.select_related("area").get(is_current=True)


# Long texts that no card shows.
NOT_ON_CARDS = (
    "search_text", "nature", "remarks", "stop_reason", "lead__search_text", "lead__names", "lead__description",
    "lead__notes",
)  # fmt: skip
# What completeness counts, with the columns that it reads.
COUNTED = (
    ("challenges",), ("publics",), ("areas",), ("funding_sources",), ("partners", "action"),
    ("budget_lines", "action", "kind"), ("indicators", "action"),
)  # fmt: skip


class ActionQuerySet(SearchableQuerySet["Action"]):
    def public(self) -> Self:
        return self.filter(is_public=True)

    def visible_to(self, user: Any) -> Self:
        """The coordinator sees every action; a partner also the drafts it leads or takes part in; all see the
        public ones.
        """
        if getattr(user, "is_authenticated", False):
            if user.has_perm("plan.change_plan"):
                return self
            return self.filter(Q(is_public=True) | Q(pk__in=self.model.objects.of_partner(user).values("pk")))
        return self.public()

    def of_partner(self, user: "User") -> Self:
        """The actions that the user's organisations lead or take part in."""
        organisations = user.memberships.filter(organisation__isnull=False).values("organisation")
        return self.filter(
            Q(lead__in=organisations)
            | Q(pk__in=self.model.objects.filter(partners__organisation__in=organisations).values("pk"))
        )

    def ideas(self) -> Self:
        return self.filter(stage=Stage.IDEA)

    def beyond_ideas(self) -> Self:
        return self.exclude(stage=Stage.IDEA)

    def in_area(self, area: "Area") -> Self:
        return self.filter(areas=area)

    def with_status(self, *, on: date, silent_after_months: int = 6) -> Self:
        """Annotate `status` (a `Status` value), `last_news_on` and `next_due_on`, as they stand on a day.

        In this order: stopped and done by the stage; the override; blocked when a reason stands; idea; late when the
        end, a
        milestone, or the start of what is still only planned has passed; silent without news for so many months; on
        track.
        """
        own = self.model.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
        last_update = own.annotate(day=Max("updates__happened_on")).values("day")
        next_due = own.annotate(day=Min("milestones__due_on", filter=Q(milestones__done_on__isnull=True))).values("day")
        return self.annotate(
            # PostgreSQL's greatest() passes over a null: an action without updates was last heard of when recorded
            last_news_on=Greatest(Subquery(last_update), F("recorded_on")),
            next_due_on=Subquery(next_due),
        ).annotate(
            status=Case(
                When(stage=Stage.STOPPED, then=Value(Status.STOPPED)),
                When(stage=Stage.DONE, then=Value(Status.DONE)),
                When(~Q(status_override=""), then=F("status_override")),
                When(~Q(blocked_reason__texts={}), then=Value(Status.BLOCKED)),
                When(stage=Stage.IDEA, then=Value(Status.IDEA)),
                When(
                    Q(ends_on__lt=on) | Q(next_due_on__lt=on) | Q(stage=Stage.PLANNED, starts_on__lt=on),
                    then=Value(Status.LATE),
                ),
                When(last_news_on__lt=months_before(on, silent_after_months), then=Value(Status.SILENT)),
                default=Value(Status.ON_TRACK),
                output_field=CharField(),
            )
        )

    def for_cards(self) -> Self:
        """With what a card of an action shows, in a constant number of queries."""
        return self.select_related("axis", "lead").defer(*NOT_ON_CARDS)

    def for_completeness(self) -> Self:
        """With what a card and `rules.completeness` read, in a constant number of queries."""
        return self.for_cards().prefetch_related(*(self._barely(*columns) for columns in COUNTED))

    def _barely(self, name: str, *columns: str) -> "Prefetch[Any]":
        rows = self.model._meta.get_field(name).related_model._default_manager.only("pk", *columns)  # type: ignore[union-attr]
        return Prefetch(name, rows.order_by("pk"))

    def whole(self) -> Self:
        """With all that a record, a page or a document of an action needs."""
        return self.select_related("axis", "theme", "lead", "source").prefetch_related(
            *(name for name, *_columns in COUNTED),
            "partners__organisation",
            "budget_lines__funding_source",
            "milestones",
            "updates",
            "links__target",
            "links_in__origin",
        )


class UpdateQuerySet(models.QuerySet["Update"]):
    def public(self) -> Self:
        return self.filter(action__is_public=True)


class ChangeQuerySet(models.QuerySet["Change"]):
    def public(self) -> Self:
        """Changes of actions that everyone sees, without the first loading."""
        return self.filter(action__is_public=True).exclude(cause=Cause.LOAD)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def pending(self) -> Self:
        return self.filter(state=ProposalState.PENDING)

    def visible_to(self, user: "User") -> Self:
        """The coordinator sees all, a partner those of its organisations and its own."""
        if user.has_perm("plan.change_plan"):
            return self
        return self.filter(Q(author=user) | Q(organisation__in=user.memberships.values("organisation")))


@dataclass(frozen=True)
class Coverage:
    """How many public actions answer each challenge for each public: `cells[(challenge_pk, public_pk)]`."""

    cells: dict[tuple[int, int], int]

    def count(self, challenge: models.Model, public: models.Model) -> int:
        return self.cells.get((challenge.pk, public.pk), 0)


def coverage(plan: "Plan", *, area: "Area | None" = None) -> Coverage:
    """Count the public actions of a plan by challenge and public, in one place or everywhere; one query."""
    actions = plan.actions.public().exclude(stage=Stage.STOPPED)
    if area is not None:
        actions = actions.in_area(area)
    rows = (
        actions.filter(challenges__isnull=False, publics__isnull=False)
        .order_by()
        .values_list("challenges", "publics")
        .annotate(n=Count("pk", distinct=True))
    )
    return Coverage({(challenge, public): n for challenge, public, n in rows})
