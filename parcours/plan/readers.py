"""The parts of the working plan as the plain data that a release keeps, kind by kind."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from typing import Any, cast

from django.db.models import Prefetch

from parcours.directory.models import Cited
from parcours.geo.models import Area
from parcours.kit.dates import PartialDate, Precision
from parcours.plan.models import Action, ActionPartner, Challenge, FundingSource, Plan, Public, Update
from parcours.plan.records import read_record
from parcours.translations.fields import Translated

Data = dict[str, Any]
Rows = Iterator[tuple[str, Data]]


def cited(row: Cited) -> Data:
    source = row.source
    return {"source": source.key if source else "", "section": row.section, "is_invented": row.is_invented}


def plain(value: Any) -> Any:
    """A value of a column as JSON holds it."""
    if isinstance(value, Translated):
        return value.stored()
    return str(value) if isinstance(value, Decimal) else value


def _key(row: Any) -> str:
    return row.key if row else ""


def _parts(related: str, *columns: str, joined: tuple[str, ...] = ()) -> Callable[[Plan], Rows]:
    """A reader of simple parts: their columns as they are, `joined` by the key of what they point at."""

    def read(plan: Plan) -> Rows:
        for row in getattr(plan, related).select_related("source", *joined):
            data = {name: plain(getattr(row, name)) for name in columns}
            yield row.key, data | {name: _key(getattr(row, name)) for name in joined} | cited(row)

    return read


def _plan(plan: Plan) -> Rows:
    precision = cast("Precision", plan.adopted_precision)
    adopted = PartialDate(plan.adopted_on, precision) if plan.adopted_on else ""
    texts = {name: getattr(plan, name).stored() for name in ("title", "short_title", "summary", "introduction")}
    area = {name: getattr(plan.area, name) for name in ("code", "level", "name", "names")}
    rest = {"adopted_on": str(adopted), "silent_after_months": plan.silent_after_months, "area": area}
    yield plan.slug, texts | rest | cited(plan)


def _bodies(plan: Plan) -> Rows:
    for body in plan.bodies.select_related("source").prefetch_related("seats__organisation", "seats__source"):
        seats = [{"organisation": seat.organisation.key, "role": seat.role, **cited(seat)} for seat in body.seats.all()]
        texts = {"name": body.name.stored(), "role": body.role.stored()}
        yield body.key, {"kind": body.kind, "acronym": body.acronym, **texts, "seats": seats, **cited(body)}


def _workshops(plan: Plan) -> Rows:
    """Each with the public actions that its notes became."""
    became: dict[str, set[str]] = defaultdict(set)
    pairs = (
        plan.actions.public().filter(notes__workshop__plan=plan).order_by().values_list("notes__workshop__key", "code")
    )
    for key, code in pairs.distinct():
        became[key].add(code)
    for row in plan.workshops.select_related("source", "axis").prefetch_related("facilitators"):
        yield (
            row.key,
            {
                "kind": row.kind,
                "axis": _key(row.axis),
                "title": row.title.stored(),
                "aim": row.aim.stored(),
                "held_on": row.held_on.isoformat() if row.held_on else "",
                "period": row.period,
                "facilitators": sorted(organisation.key for organisation in row.facilitators.all()),
                "actions": sorted(became[row.key]),
                **cited(row),
            },
        )


# What a record reads of what an action points at: its key.
_KEYS: tuple[Any, ...] = (
    *(Prefetch(name, model.objects.only("key")) for name, model in
      (("challenges", Challenge), ("publics", Public), ("funding_sources", FundingSource))),
    Prefetch("areas", Area.objects.only("code")),
    Prefetch("partners", ActionPartner.objects.select_related("organisation").only(
        "action", "role", "section", "is_invented", "organisation__key")),
    "budget_lines__funding_source",
    "milestones",
    "indicators",
    Prefetch("updates", Update.objects.only("action", "happened_on")),
    "links__target",
)  # fmt: skip


def read_actions(plan: Plan, codes: Collection[str] | None = None) -> Rows:
    """The public actions, or those of some codes."""
    actions = plan.actions.public().select_related("axis", "theme", "lead", "source").defer("search_text")
    actions = actions.prefetch_related(*_KEYS).order_by("code")
    for action in actions if codes is None else actions.filter(code__in=codes):
        yield action.code, action_data(action)


def action_data(action: Action) -> Data:
    """The record of an action with what its status and labels need; the action comes from `ActionQuerySet.whole`."""
    news = max([action.recorded_on, *(update.happened_on for update in action.updates.all())])
    record = {name: plain(value) for name, value in read_record(action).items()}
    return {
        **record,
        "version": action.version,
        "recorded_on": action.recorded_on.isoformat(),
        "last_news_on": news.isoformat(),
        "invented_fields": sorted(action.invented_fields),
        **cited(action),
    }


READERS: dict[str, Callable[[Plan], Rows]] = {
    "plan": _plan,
    "principle": _parts("principles", "text"),
    "objective": _parts("objectives", "text"),
    "definition": _parts("definitions", "term", "text", "authority", "remark"),
    "axis": _parts("axes", "order", "title", "short_title", "description"),
    "theme": _parts("themes", "letter", "title", "text"),
    "challenge": _parts("challenges", "letter", "title", "text"),
    "public": _parts("publics", "name", "is_priority"),
    "body": _bodies,
    "workshop": _workshops,
    "funding_source": _parts("funding_sources", "name", "level", "ceiling_percent", "text", joined=("funder",)),
    "risk": _parts(
        "risks", "title", "text", "mitigation", "likelihood", "impact", "is_rating_invented", joined=("owner",)
    ),
    "communication": _parts("communications", "channel", "text", "scope"),
    "evaluation_question": _parts("evaluation_questions", "number", "text", "criterion"),
}
