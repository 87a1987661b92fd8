"""Adding and changing many actions at once: as `create_action` and `change_action` do, in few queries for each row."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext

from parcours.directory.models import Organisation
from parcours.geo.models import Area
from parcours.imports.rules import Report, no_report
from parcours.plan.actions.change import EditConflict
from parcours.plan.choices import Cause, Stage
from parcours.plan.models import Action, ActionPartner, Change, Plan
from parcours.plan.records import BY_NAME, Record, RecordError, changed_fields, unknown
from parcours.plan.rules import NEXT_STAGES

if TYPE_CHECKING:
    from parcours.accounts.models import User

AT_ONCE = 500
REFERENCES = ("axis", "theme", "lead")
LISTS = ("challenges", "publics", "areas", "funding_sources")
LINES = ("milestones", "budget_lines", "indicators", "links")

Keys = dict[str, dict[str, int]]
Errors = dict[str, RecordError | EditConflict]
One = TypeVar("One")


@dataclass(frozen=True)
class Wanted:
    """New values of an action, and the version that their author saw."""

    changes: Record
    base_version: int


class Passes:
    """Counts rows that are gone through several times, each time the same share of the whole."""

    def __init__(self, report: Report, rows: int, times: int) -> None:
        self.report, self.rows, self.times, self.ended = report, rows, times, 0

    def over(self, items: Collection[One]) -> Iterator[One]:
        """The items, telling how far one is about a hundred times."""
        for at, item in enumerate(items):
            if at % (len(items) // 100 + 1) == 0:
                self._tell(at / len(items))
            yield item
        self.ended += 1
        self._tell(0)

    def _tell(self, share: float) -> None:
        self.report(int(self.rows * (self.ended + share) / self.times))


@transaction.atomic
def create_actions(
    *,
    plan: Plan,
    records: Mapping[str, Record],
    on: date,
    by: "User | None",
    cause: Cause,
    report: Report = no_report,
) -> Mapping[str, RecordError | EditConflict]:
    """Add an action for each code. Gives errors by code: when there is one, the caller must roll everything back."""
    taken = set(plan.actions.filter(code__in=list(records)).values_list("code", flat=True))
    errors: Errors = {
        code: RecordError({"code": [gettext("An action has this code already.")]}) for code in sorted(taken)
    }
    keys, passes = _keys(plan), Passes(report, len(records), 2)
    actions: dict[str, Action] = {}
    for code, record in passes.over(records.items()):
        if code not in taken:
            try:
                actions[code] = _written(Action(plan=plan, code=code, recorded_on=on), record, keys)
            except RecordError as error:
                errors[code] = error
    if errors:
        return errors
    try:
        with transaction.atomic():
            Action.objects.bulk_create(actions.values(), batch_size=AT_ONCE)
    except IntegrityError:
        return {next(iter(actions)): _refused_by_database()}
    errors |= _hang(actions, records, keys, passes)
    Change.objects.bulk_create(
        (
            Change(action=action, version=action.version, cause=cause, changed_by=by, after=records[code])
            for code, action in actions.items()
        ),
        batch_size=AT_ONCE,
    )
    return errors


@transaction.atomic
def change_actions(
    *, plan: Plan, wanted: Mapping[str, Wanted], by: "User | None", cause: Cause, report: Report = no_report
) -> Mapping[str, RecordError | EditConflict]:
    """Give actions new values by code; one where nothing differs is left alone.

    Gives errors by code: when there is one, the caller must roll everything back. Rows are locked until the end of
    the transaction. An undo may take a stage back that a person could not.
    """
    # in one order, so that two of these wait for each other instead of for ever
    list(plan.actions.filter(code__in=list(wanted)).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    actions = {action.code: action for action in plan.actions.filter(code__in=list(wanted)).whole()}
    gone = gettext("This action is no longer in the plan.")
    errors: Errors = {code: RecordError({"": [gone]}) for code in wanted if code not in actions}
    since = _changed_since(actions, wanted)
    keys, records, before, passes = _keys(plan), {}, {}, Passes(report, len(wanted), 3)
    for code, action in passes.over(actions.items()):
        new = changed_fields(action, wanted[code].changes)
        old = {name: BY_NAME[name].read(action) for name in new}
        try:
            _refuse(action, old, new, since[code], cause)
            if new:
                _written(action, new, keys)
                records[code], before[code] = new, old
        except (EditConflict, RecordError) as error:
            errors[code] = error
    if errors:
        return errors
    changed = {code: actions[code] for code in records}
    if refused := _save_all(changed, records, passes):
        return refused
    errors |= _hang(changed, records, keys, passes)
    Change.objects.bulk_create(
        (
            Change(
                action=action,
                version=action.version,
                cause=cause,
                changed_by=by,
                before=before[code],
                after=records[code],
            )
            for code, action in changed.items()
        ),
        batch_size=AT_ONCE,
    )
    return errors


def _changed_since(actions: Mapping[str, Action], wanted: Mapping[str, Wanted]) -> Mapping[str, set[str]]:
    """The fields of each action that were changed after the version that was seen; one query."""
    newer = [action.pk for code, action in actions.items() if action.version > wanted[code].base_version]
    found: dict[str, set[str]] = defaultdict(set)
    rows = Change.objects.filter(action__in=newer).values_list("action__code", "version", "after")
    for code, version, after in rows:
        if version > wanted[code].base_version:
            found[code].update(after)
    return found


def _refuse(action: Action, old: Record, new: Record, since: set[str], cause: Cause) -> None:
    """Raise EditConflict for what was changed since, RecordError for a stage that cannot follow."""
    if since & set(new):
        raise EditConflict(action, old, new)
    if "stage" in new and cause != Cause.UNDO and new["stage"] not in NEXT_STAGES[action.stage]:
        labels = dict(Stage.choices)
        message = gettext("An action cannot go from “%(old)s” to “%(new)s”.")
        raise RecordError({"stage": [message % {"old": labels[action.stage], "new": labels[new["stage"]]}]})


def _save_all(actions: Mapping[str, Action], records: Mapping[str, Record], passes: Passes) -> Errors:
    """Save the actions' own rows, one version later; stops at the first that the database refuses."""
    code = ""
    try:
        with transaction.atomic():
            for code, action in passes.over(actions.items()):
                action.version += 1
                action.invented_fields = [name for name in action.invented_fields if name not in records[code]]
                action.save()
    except IntegrityError:
        return {code: _refused_by_database()}
    return {}


def _refused_by_database() -> RecordError:
    return RecordError({"": [gettext("These values do not go together with the others of the action.")]})


def _keys(plan: Plan) -> Keys:
    """Primary keys by key, for every field that refers to something."""
    inside = Area.objects.filter(Q(pk=plan.area_id) | Q(pk__in=Area.objects.within(plan.area).values("pk")))
    found: dict[str, models.QuerySet[Any]] = {
        "axis": plan.axes.all(),
        "theme": plan.themes.all(),
        "challenges": plan.challenges.all(),
        "publics": plan.publics.all(),
        "funding_sources": plan.funding_sources.all(),
        "lead": Organisation.objects.all(),
    }
    keys = {name: dict(rows.values_list("key", "pk")) for name, rows in found.items()}
    return {**keys, "areas": dict(inside.values_list("code", "pk"))}


def _found(keys: Mapping[str, int], wanted: Iterable[str]) -> list[int]:
    if missing := [key for key in wanted if key not in keys]:
        raise ValidationError(unknown(missing))
    return [keys[key] for key in wanted]


def _written(action: Action, record: Record, keys: Keys) -> Action:
    """The action with all that its own row holds, not saved. Raises RecordError."""
    errors: dict[str, list[str]] = {}
    for name, value in record.items():
        try:
            _write(action, name, value, keys)
        except ValidationError as error:
            errors.setdefault(name, []).extend(error.messages)
    try:
        action.clean_fields(exclude=["search_text", "plan", "source", *REFERENCES])
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            errors.setdefault(name, []).extend(messages)
    if errors:
        raise RecordError(errors)
    action.refresh_search_text()
    return action


def _write(action: Action, name: str, value: Any, keys: Keys) -> None:
    """Write one field of the action's own row; of what hangs on it, only look whether it is known."""
    if name in REFERENCES:
        setattr(action, f"{name}_id", _found(keys[name], [value])[0] if value else None)
    elif name in LISTS:
        _found(keys[name], value or [])
    elif name == "partners":
        _found(keys["lead"], [line["organisation"] for line in value or []])
    elif not BY_NAME[name].late:
        BY_NAME[name].write(action, value)


def _hang(actions: Mapping[str, Action], records: Mapping[str, Record], keys: Keys, passes: Passes) -> Errors:
    """Write what hangs on the actions: in bulk what is common, one by one the rest, links between actions last."""
    errors: Errors = {}
    for name in passes.over((*LISTS, "partners", *LINES)):
        said = _saying(name, actions, records)
        if name in LISTS:
            _hang_list(name, said, keys[name])
        elif name == "partners":
            _hang_partners(said, keys["lead"])
        else:
            errors |= _hang_lines(name, said)
    return errors


Said = list[tuple[Action, Any]]


def _saying(name: str, actions: Mapping[str, Action], records: Mapping[str, Record]) -> Said:
    """The actions whose record says something of this field, and what."""
    return [(action, records[code][name] or []) for code, action in actions.items() if name in records[code]]


def _hang_list(name: str, said: Said, keys: Mapping[str, int]) -> None:
    through: Any = getattr(Action, name).through
    target = f"{Action._meta.get_field(name).m2m_reverse_field_name()}_id"  # type: ignore[union-attr]
    through.objects.filter(action__in=[action.pk for action, _value in said]).delete()
    through.objects.bulk_create(
        (
            through(action_id=action.pk, **{target: pk})
            for action, value in said
            for pk in _found(keys, dict.fromkeys(value))
        ),
        batch_size=AT_ONCE,
    )


def _hang_lines(name: str, said: Said) -> Errors:
    errors: Errors = {}
    for action, value in said:
        try:
            BY_NAME[name].write(action, value)
        except ValidationError as error:
            errors[action.code] = RecordError({name: error.messages})
    return errors


def _hang_partners(said: Said, keys: Mapping[str, int]) -> None:
    ActionPartner.objects.filter(action__in=[action.pk for action, _value in said]).delete()
    ActionPartner.objects.bulk_create(
        (
            ActionPartner(
                action=action,
                organisation_id=keys[line["organisation"]],
                **{name: value for name, value in line.items() if name != "organisation"},
            )
            for action, value in said
            for line in value
        ),
        batch_size=AT_ONCE,
    )
