"""What the edges read across the floors below: search over everything, counts by place, latest changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from parcours.directory.finding.find import find
from parcours.directory.finding.understanding import read
from parcours.directory.models import Organisation, Service
from parcours.geo.models import Area
from parcours.plan.models import Change, Plan, Update

PER_KIND = 12


@dataclass(frozen=True)
class Found:
    """One kind of things that a search found: at most `PER_KIND`, with their number in all."""

    kind: str
    rows: list[Any]
    total: int


def search(plan: Plan, words: str, language: str, *, at: datetime) -> Iterator[Found]:
    """Services, actions, challenges, organisations, communes, workshops, risks; as many queries for many as for few."""
    if services := _services(words, language, at):
        yield services
    kinds = {
        "actions": plan.actions.public().matching(words, language).for_cards(),
        "challenges": plan.challenges.matching(words, language),
        "organisations": Organisation.objects.public().matching(words, language).select_related("area"),
        "communes": Area.objects.named(words).within(plan.area).in_reading_order(),
        "workshops": plan.workshops.matching(words, language),
        "risks": plan.risks.matching(words, language),
    }
    for kind, rows in kinds.items():
        first = list(rows[: PER_KIND + 1])
        if first:
            yield Found(kind, first[:PER_KIND], rows.count() if len(first) > PER_KIND else len(first))


def _services(words: str, language: str, at: datetime) -> Found | None:
    """What the search of services finds for the same words, best first."""
    question = read(words, language).question
    matches = find(question, at).matches if question.asks_anything else []
    if not matches:
        return None
    first = [match.service for match in matches[:PER_KIND]]
    rows = Service.objects.only("key", "name", "is_invented").in_bulk(first)
    return Found("services", [rows[key] for key in first], len(matches))


@dataclass(frozen=True)
class CommuneCounts:
    """How many public actions name a commune, and how many organisations are there."""

    area: Area
    actions: int
    organisations: int


def communes_with_counts(plan: Plan) -> list[CommuneCounts]:
    """The communes of the plan's area in reading order; three queries."""
    actions = dict(
        plan.actions.public().filter(areas__isnull=False).order_by().values_list("areas").annotate(n=Count("pk"))
    )
    organisations = dict(
        Organisation.objects.public().filter(area__isnull=False).order_by().values_list("area").annotate(n=Count("pk"))
    )
    communes = Area.objects.communes_of(plan.area).in_reading_order()
    return [CommuneCounts(area, actions.get(area.pk, 0), organisations.get(area.pk, 0)) for area in communes]


def latest(plan: Plan, *, limit: int = 6) -> list[Update | Change]:
    """The latest news and changes of public actions, newest first."""
    updates = list(Update.objects.public().filter(action__plan=plan).select_related("action")[:limit])
    changes = list(Change.objects.public().filter(Q(action__plan=plan)).select_related("action", "changed_by")[:limit])
    rows: list[Update | Change] = [*updates, *changes]
    return sorted(rows, key=_day, reverse=True)[:limit]


def _day(row: Update | Change) -> date:
    return row.happened_on if isinstance(row, Update) else row.changed_at.date()
