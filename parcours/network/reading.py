"""Who works with whom, as answers to the survey, notes by hand and the plan tell it.

A tie goes from the organisation that tells it to the one it names, whatever its kind: who is silent tells nothing. An
organisation has answered when its response is complete and its partners were taken into the register: until somebody
has reviewed it, whom it works with is not known.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language

from parcours.directory.choices import WITHHELD
from parcours.directory.models import Organisation
from parcours.engines.network import Circles, Network, Node, Tie, circles
from parcours.geo.models import Area
from parcours.network.choices import ALL, KIND_OF, LATEST, SAID, Kind
from parcours.plan.choices import BodyKind, PartnerRole, Stage
from parcours.plan.models import Action, ActionPartner, Plan, Seat
from parcours.survey.models import Ask, Candidate, Response
from parcours.survey.models import Tie as SaidTie


@dataclass(frozen=True, slots=True)
class Actor:
    """An organisation of the network. `circle` is the declared one, `axis` the one of most of its actions."""

    pk: int
    key: str
    name: str
    acronym: str
    sort_key: str
    area: Area | None
    circle: int | None
    axis: str
    answered: bool
    is_invented: bool

    def __str__(self) -> str:
        return self.name

    @property
    def short(self) -> str:
        return self.acronym or self.name

    @property
    def commune(self) -> str:
        """In the reader's language; "" when it is not known."""
        return self.area.name_in(get_language() or "fr") if self.area else ""

    def get_absolute_url(self) -> str:
        return reverse("network:organisation", args=[self.key])


@dataclass(frozen=True)
class Reading:
    """The network of a scope, and who its nodes are (by pk).

    `core`: the steering group. `unasked` were named and never asked; `strangers` counts those named whom the directory
    does not know. `left_out` counts the organisations that may not be named to this reader and of which nothing is
    here: not they, not their ties.
    """

    actors: Mapping[int, Actor]
    network: Network
    core: frozenset[int]
    unasked: frozenset[int]
    strangers: int
    left_out: int

    @cached_property
    def said(self) -> Network:
        """What organisations say, without what the plan tells: the only ground for measures of who names whom."""
        return self.network.of_kinds(SAID)

    @cached_property
    def circles(self) -> Circles:
        return circles(self.said, self.core)

    @cached_property
    def is_invented(self) -> bool:
        return any(actor.is_invented for actor in self.actors.values())

    def narrowed(self, *, axis: str = "", area: str = "") -> "Reading":
        """Those of an axis and a commune, with all they are tied to."""
        chosen = {
            pk
            for pk, actor in self.actors.items()
            if (not axis or actor.axis == axis) and (not area or (actor.area and actor.area.slug == area))
        }
        if len(chosen) == len(self.actors):
            return self
        ties = [tie for tie in self.network.ties if tie.origin in chosen or tie.target in chosen]
        return self.among(chosen.union(*((tie.origin, tie.target) for tie in ties)), ties)

    def among(self, pks: Collection[Any], ties: Collection[Tie] | None = None) -> "Reading":
        """These organisations with these ties, or with all ties between them."""
        if ties is None:
            ties = [tie for tie in self.network.ties if tie.origin in pks and tie.target in pks]
        nodes = [node for node in self.network.nodes if node.id in pks]
        return replace(
            self,
            actors={pk: actor for pk, actor in self.actors.items() if pk in pks},
            network=Network(nodes, ties),
            core=self.core.intersection(pks),
            unasked=self.unasked.intersection(pks),
        )


def read(*, wave: str = LATEST, kinds: Collection[str] = SAID, everyone: bool = False) -> Reading:
    """The network of one wave (its key), of the latest wave of each organisation, or of all waves.

    `everyone`: with organisations that may not be named; only for those who run the survey.
    """
    plan = Plan.objects.filter(is_current=True).first()
    kept = Kept()
    asked = kept.keys(
        _of_wave(Ask.objects, wave).order_by("wave__opens_on", "pk").values_list("organisation", "circle")
    )
    said = [tie for tie in _said(wave, kept) if tie.kind in kinds or tie.kind in SAID]
    answered = set(_answered(wave, kept))
    core = _core(plan, kept) or frozenset(pk for pk, circle in asked.items() if circle == 1)
    told = [*_told(plan, kept)] if Kind.ACTION in kinds else []
    told += [Tie(*pair, Kind.SEAT) for pair in combinations(sorted(core), 2)] if Kind.SEAT in kinds else []
    ties = [tie for tie in [*said, *told] if tie.kind in kinds]
    members = asked.keys() | answered | core | {pk for tie in [*said, *told] for pk in (tie.origin, tie.target)}
    shown, left_out = _actors(members, asked, answered, core, everyone=everyone)
    nodes = [Node(at.pk, at.answered, at.circle, at.area.slug if at.area else None, at.axis or None) for at in shown]
    actors = {actor.pk: actor for actor in shown}
    return Reading(
        actors=actors,
        network=Network(nodes, (tie for tie in ties if tie.origin in actors and tie.target in actors)),
        core=core.intersection(actors),
        unasked=frozenset({tie.target for tie in said} - asked.keys() - answered).intersection(actors),
        strangers=_of_wave(Candidate.objects.open(), wave).count(),
        left_out=left_out,
    )


class Kept:
    """What became of organisations that were merged into another."""

    def __init__(self) -> None:
        self.into = dict(Organisation.objects.exclude(merged_into=None).values_list("pk", "merged_into"))

    def __call__(self, pk: int) -> int:
        while pk in self.into:
            pk = self.into[pk]
        return pk

    def keys(self, rows: Iterable[tuple[int, Any]]) -> dict[int, Any]:
        """The last value of each organisation."""
        return {self(pk): value for pk, value in rows}


def _of_wave(rows: Any, wave: str) -> Any:
    return rows if wave in (LATEST, ALL) else rows.filter(wave__key=wave)


def _said(wave: str, kept: Kept) -> Iterator[Tie]:
    """The ties of the scope; of the latest wave of each organisation those noted by hand too, which have no wave."""
    rows = _of_wave(SaidTie.objects.between_known(), wave)
    told = list(rows.order_by("wave__opens_on", "pk").values_list("origin", "reached_id", "kind", "wave"))
    latest = kept.keys((origin, round_) for origin, _target, _kind, round_ in told if round_)
    answers = Response.objects.complete().exclude(organisation=None).order_by("wave__opens_on", "wave")
    latest |= kept.keys(answers.values_list("organisation", "wave")) if wave == LATEST else {}
    for origin, target, kind, round_ in told:
        one, other = kept(origin), kept(target)
        if one != other and (wave != LATEST or round_ is None or round_ == latest[one]):
            yield Tie(one, other, KIND_OF[kind])


def _answered(wave: str, kept: Kept) -> Iterator[int]:
    """Who has answered, and whose answer was taken into the register."""
    complete = _of_wave(Response.objects.complete(), wave).exclude(organisation=None)
    latest: dict[int, bool] = {}
    for pk, is_read in complete.order_by("wave__opens_on", "wave").values_list(
        "organisation",
        Q(reviewed_at__isnull=False) | Q(pk__in=SaidTie.objects.exclude(response=None).values("response")),
    ):
        latest[kept(pk)] = is_read or (wave == ALL and latest.get(kept(pk), False))
    return (pk for pk, is_read in latest.items() if is_read)


def _core(plan: Plan | None, kept: Kept) -> frozenset[int]:
    seats = Seat.objects.filter(body__plan=plan, body__kind=BodyKind.STEERING_GROUP) if plan else Seat.objects.none()
    return frozenset(map(kept, seats.order_by("pk").values_list("organisation", flat=True)))


def working_actions(plan: Plan | None) -> Any:
    """Public actions that are more than ideas: those in which organisations work together."""
    return Action.objects.filter(plan=plan).public().exclude(stage=Stage.IDEA)


def memberships(plan: Plan | None, kept: Any = None) -> list[tuple[int, int]]:
    """(organisation, action) of those who lead or take part in such an action."""
    kept = kept or Kept()
    actions = working_actions(plan)
    led = actions.exclude(lead=None).values_list("lead", "pk")
    joined = ActionPartner.objects.filter(action__in=actions).exclude(role=PartnerRole.IDENTIFIED)
    rows = [*led.order_by("pk"), *joined.order_by("pk").values_list("organisation", "action")]
    return sorted({(kept(pk), action) for pk, action in rows})


def _told(plan: Plan | None, kept: Kept) -> Iterator[Tie]:
    """Who leads an action and who takes part in it."""
    leads = dict(working_actions(plan).exclude(lead=None).values_list("pk", "lead"))
    for pk, action in memberships(plan, kept):
        if action in leads and (lead := kept(leads[action])) != pk:
            yield Tie(lead, pk, Kind.ACTION)


def _actors(
    members: Collection[int],
    asked: Mapping[int, int],
    answered: Collection[int],
    core: Collection[int],
    *,
    everyone: bool,
) -> tuple[list[Actor], int]:
    """In reading order, and how many are left out."""
    known = Organisation.objects.kept().filter(pk__in=members)
    shown = known if everyone else known.exclude(consent__in=WITHHELD)
    rows = shown.values_list("pk", "key", "name", "acronym", "sort_key", "is_invented", "area")
    areas = Area.objects.only("slug", "name", "names", "sort_key").in_bulk()
    axes = _axes()
    return [
        Actor(pk, key, name, acronym, sort_key, areas.get(area), 1 if pk in core else asked.get(pk),
              axes.get(pk, ""), pk in answered, is_invented)
        for pk, key, name, acronym, sort_key, is_invented, area in rows.order_by("sort_key", "key")
    ], known.count() - len(rows)  # fmt: skip


def _axes() -> dict[int, str]:
    """The axis in which each organisation leads or joins most public actions; of two alike, one that it leads in."""
    actions = Action.objects.public().filter(plan__is_current=True).exclude(axis=None)
    rows = [
        *actions.exclude(lead=None).order_by("axis__order").values_list("lead", "axis__key"),
        *ActionPartner.objects.filter(action__in=actions).order_by("action__axis__order").values_list(
            "organisation", "action__axis__key"
        ),
    ]  # fmt: skip
    counted: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for pk, axis in rows:
        counted[pk][axis] += 1
    return {pk: axes.most_common(1)[0][0] for pk, axes in counted.items()}
