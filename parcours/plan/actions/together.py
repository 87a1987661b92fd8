"""Workshops, their notes and what these become; meetings and decisions; the agenda."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from parcours.geo.models import Area
from parcours.plan.actions.change import change_action, create_action, next_code
from parcours.plan.choices import Stage
from parcours.plan.models import (
    Action,
    AgendaItem,
    Body,
    Challenge,
    Decision,
    Meeting,
    Note,
    Plan,
    Public,
    Workshop,
)
from parcours.plan.records import Record, RecordError
from parcours.translations.fields import Translated

if TYPE_CHECKING:
    from parcours.accounts.models import User


@transaction.atomic
def add_note(*, workshop: Workshop, text: Translated, table: str = "", is_invented: bool = False) -> Note:
    """Write down what a table said."""
    if not text:
        raise RecordError({"text": [gettext("Write the note.")]})
    order = workshop.notes.filter(table=table).count() + 1
    return Note.objects.create(workshop=workshop, table=table, text=text, order=order, is_invented=is_invented)


@transaction.atomic
def make_idea(*, plan: Plan, notes: Iterable[Note], title: Translated, on: date, by: "User | None") -> Action:
    """Gather workshop notes into a new idea; the notes stay, and lead to it."""
    if not title:
        raise RecordError({"title": [gettext("Give the idea a title.")]})
    idea = create_action(
        plan=plan,
        code=next_code(plan, "I"),
        changes={"title": title.stored(), "stage": Stage.IDEA.value},
        on=on,
        by=by,
    )
    idea.notes.set(notes)
    return idea


@transaction.atomic
def join_notes(*, action: Action, notes: Iterable[Note]) -> None:
    """Add workshop notes to the idea or action that takes them up."""
    action.notes.add(*notes)


@transaction.atomic
def adopt_idea(
    *,
    idea: Action,
    changes: Record,
    decision: Translated,
    meeting: Meeting | None,
    on: date,
    base_version: int,
    by: "User",
) -> Action:
    """Turn an idea into an action of the plan, with the decision behind it. It keeps its code, its notes and its
    history.
    """
    if not idea.is_idea:
        raise RecordError({"stage": [gettext("This is an action already.")]})
    if not decision:
        raise RecordError({"decision": [gettext("Say who decided it and why.")]})
    changes = {"stage": Stage.PLANNED.value, "is_public": True, **changes}
    action = change_action(action=idea, changes=changes, base_version=base_version, by=by)
    record_decision(plan=action.plan, text=decision, actions=[action], meeting=meeting, on=on, by=by)
    return action


@transaction.atomic
def record_decision(
    *,
    plan: Plan,
    text: Translated,
    actions: Iterable[Action],
    meeting: Meeting | None,
    on: date,
    by: "User | None",
    is_invented: bool = False,
) -> Decision:
    """Keep a decision; the next release carries it."""
    decision = Decision.objects.create(
        plan=plan, meeting=meeting, decided_on=on, text=text, decided_by=by, is_invented=is_invented
    )
    decision.actions.set(actions)
    return decision


@transaction.atomic
def hold_meeting(
    *, body: Body, held_on: date, title: Translated, minutes: Translated, is_invented: bool = False
) -> Meeting:
    """Record a meeting of a body."""
    return Meeting.objects.create(body=body, held_on=held_on, title=title, minutes=minutes, is_invented=is_invented)


@transaction.atomic
def put_on_agenda(
    *,
    plan: Plan,
    challenge: Challenge | None = None,
    public: Public | None = None,
    area: Area | None = None,
    text: Translated | None = None,
    workshop: Workshop | None = None,
    is_invented: bool = False,
) -> AgendaItem:
    """Have the next workshop look at something, usually an empty cell of the coverage matrix; twice changes nothing."""
    cell = {"challenge": challenge, "public": public, "area": area}
    rest = {"workshop": workshop, "text": text or Translated(), "is_invented": is_invented}
    if challenge and public:
        item, _created = AgendaItem.objects.get_or_create(plan=plan, **cell, defaults=rest)
        return item
    return AgendaItem.objects.create(plan=plan, **cell, **rest)


@transaction.atomic
def take_off_agenda(*, item: AgendaItem) -> None:
    """Drop a point that needs no workshop any more."""
    item.delete()
