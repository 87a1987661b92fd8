"""Changing actions: every page, import, proposal and command passes through these verbs."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from parcours.plan.choices import Cause, LinkKind, Stage
from parcours.plan.models import Action, Change, Plan, Update
from parcours.plan.past import changed_since
from parcours.plan.records import BY_NAME, Record, RecordError, changed_fields, write_record
from parcours.plan.rules import NEXT_STAGES
from parcours.translations.fields import Translated

if TYPE_CHECKING:
    from parcours.accounts.models import User


@dataclass
class EditConflict(Exception):
    """Someone changed the action since its editor opened it: `theirs` stands, `yours` was sent, by field name."""

    action: Action
    theirs: Record
    yours: Record


def next_code(plan: Plan, prefix: str) -> str:
    """The first free code of a series: "I" after "I.1" to "I.9" gives "I.10", "A1" after "A1.08" gives "A1.09"."""
    codes = plan.actions.filter(code__startswith=f"{prefix}.").values_list("code", flat=True)
    taken = [tail for code in codes if (tail := code.rpartition(".")[2]).isdigit()]
    width = max((len(tail) for tail in taken if tail.startswith("0")), default=0)
    return f"{prefix}.{max(map(int, taken), default=0) + 1:0{width}}"


@transaction.atomic
def create_action(
    *, plan: Plan, code: str, changes: Record, on: date, by: "User | None" = None, cause: Cause = Cause.EDIT
) -> Action:
    """Add an action. Raises RecordError; a code that exists is an error of the field "code"."""
    if plan.actions.filter(code=code).exists():
        raise RecordError({"code": [gettext("An action has this code already.")]})
    action = Action(plan=plan, code=code, recorded_on=on)
    write_record(action, changes)
    Change.objects.create(action=action, version=action.version, cause=cause, changed_by=by, after=changes)
    return action


@transaction.atomic
def change_action(
    *, action: Action, changes: Record, base_version: int, by: "User | None", cause: Cause = Cause.EDIT
) -> Action:
    """Give an action new values, count the change and keep what stood before. Nothing happens when nothing differs.

    Raises EditConflict when a field that would change was changed since `base_version`; RecordError for values that the
    action cannot take. The action's row is locked until the end of the transaction.
    """
    # one edit of an action at a time
    locked = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    wanted = changed_fields(locked, changes)
    if not wanted:
        return locked
    before = {name: BY_NAME[name].read(locked) for name in wanted}
    refuse_conflict(action=locked, before=before, wanted=wanted, base_version=base_version)
    if "stage" in wanted and wanted["stage"] not in NEXT_STAGES[locked.stage]:
        raise RecordError({"stage": [_no_such_step(locked.stage, wanted["stage"])]})
    locked.version += 1
    locked.invented_fields = [name for name in locked.invented_fields if name not in wanted]
    write_record(locked, wanted)
    Change.objects.create(
        action=locked, version=locked.version, cause=cause, changed_by=by, before=before, after=wanted
    )
    return locked


def refuse_conflict(*, action: Action, before: Record, wanted: Record, base_version: int) -> None:
    """Raises EditConflict when a wanted field changed since a version; `before` holds what stands there now."""
    if changed_since(action, base_version) & wanted.keys():
        raise EditConflict(action, before, wanted)


def _no_such_step(old: str, new: str) -> str:
    labels = dict(Stage.choices)
    message = gettext("An action cannot go from “%(old)s” to “%(new)s”.")
    return message % {"old": labels[old], "new": labels.get(new, new)}


@transaction.atomic
def add_update(*, action: Action, happened_on: date, text: Translated, author: "User | None") -> Update:
    """Note a piece of news of an action."""
    return Update.objects.create(action=action, happened_on=happened_on, text=text, author=author)


@transaction.atomic
def stop_action(*, action: Action, reason: Translated, base_version: int, by: "User | None") -> Action:
    """Stop an action, saying why; its trace stays."""
    if not reason:
        raise RecordError({"stop_reason": [gettext("Say why the action stops.")]})
    changes = {"stage": Stage.STOPPED.value, "stop_reason": reason.stored()}
    return change_action(action=action, changes=changes, base_version=base_version, by=by)


@transaction.atomic
def merge_action(
    *, action: Action, into: Action, kind: LinkKind, reason: Translated, base_version: int, by: "User | None"
) -> Action:
    """Stop an action whose work another takes over (MERGED_INTO, SUPERSEDED_BY), with the trace kept on both."""
    if into.plan_id != action.plan_id or into.pk == action.pk:
        raise RecordError({"links": [gettext("Choose another action of the same plan.")]})
    links = BY_NAME["links"].read(action)
    stopped = stop_action(action=action, reason=reason, base_version=base_version, by=by)
    links = [*links, {"kind": kind.value, "target": into.code}]
    return change_action(action=stopped, changes={"links": links}, base_version=stopped.version, by=by)
