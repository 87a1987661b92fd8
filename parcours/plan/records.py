"""An action as one flat record of plain values: the one shape of forms, imports, exports, proposals, releases and
diffs.

`read_record(action)` gives {"title": {"source": "fr", "texts": {…}}, "axis": "rights", "areas": ["94017"],
"starts_on": "2017-05",
"partners": [{"organisation": "forim", "role": "partner"}], …}; `write_record` takes the same, whole or in part.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parcours.directory.models import Organisation
from parcours.geo.models import Area
from parcours.kit.dates import PartialDate, UnreadableDate, parse
from parcours.plan.choices import LineKind, LinkKind, PartnerRole, Stage, Status
from parcours.plan.models import Action
from parcours.translations.fields import Translated

Record = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One field of a record. `kind` tells forms and spreadsheets how to show it; `many` lists hang on the action."""

    name: str
    label: str | Promise
    kind: str
    read: Callable[[Action], Any]
    write: Callable[[Action, Any], None]
    late: bool = False  # written after the action has its row

    def same(self, one: Any, other: Any) -> bool:
        return bool(one == other)


def _text(name: str, label: str | Promise, kind: str = "text") -> Field:
    def write(action: Action, value: Any) -> None:
        setattr(action, name, value if isinstance(value, Translated) else Translated.parse(value or {}))

    return Field(name, label, kind, lambda action: getattr(action, name).stored(), write)


def _plain(name: str, label: str | Promise, kind: str, choices: type[models.TextChoices] | None = None) -> Field:
    def write(action: Action, value: Any) -> None:
        if choices is not None and value and value not in choices.values:
            raise ValidationError(
                gettext("“%(value)s” is not one of: %(choices)s.")
                % {"value": value, "choices": ", ".join(choices.values)}
            )
        setattr(action, name, value)

    return Field(name, label, kind, lambda action: getattr(action, name), write)


def _date(name: str, label: str | Promise, *, last: bool) -> Field:
    """A date known to the day, month or year; an end stands on the last day of its month or year."""
    precision = name.replace("_on", "_precision")

    def read(action: Action) -> str:
        day = getattr(action, name)
        return str(PartialDate(day, getattr(action, precision))) if day else ""

    def write(action: Action, value: Any) -> None:
        try:
            parsed = parse(value) if value else None
        except UnreadableDate as error:
            raise ValidationError(str(error)) from error
        setattr(action, name, (parsed.last if last else parsed.date) if parsed else None)
        setattr(action, precision, parsed.precision if parsed else "day")

    return Field(name, label, "date", read, write)


def unknown(keys: Iterable[str]) -> str:
    return gettext("Not known here: %(keys)s.") % {"keys": ", ".join(sorted(map(str, keys)))}


def _one(name: str, label: str | Promise, found: Callable[[Action], models.QuerySet], by: str = "key") -> Field:
    """A reference to one row, by its key."""

    def read(action: Action) -> str:
        row = getattr(action, name)
        return str(getattr(row, by)) if row else ""

    def write(action: Action, value: Any) -> None:
        row = found(action).filter(**{by: value}).first() if value else None
        if value and row is None:
            raise ValidationError(unknown([value]))
        setattr(action, name, row)

    return Field(name, label, "one", read, write)


def _many(name: str, label: str | Promise, found: Callable[[Action], models.QuerySet], by: str = "key") -> Field:
    """References to rows, by their keys, in order of key."""

    def read(action: Action) -> list[str]:
        return sorted(str(getattr(row, by)) for row in getattr(action, name).all())

    def write(action: Action, value: Any) -> None:
        rows = list(found(action).filter(**{f"{by}__in": value or []}))
        if missing := set(value or []) - {getattr(row, by) for row in rows}:
            raise ValidationError(unknown(missing))
        getattr(action, name).set(rows)

    return Field(name, label, "many", read, write, late=True)


def _lines(name: str, label: str | Promise, columns: Mapping[str, "Column"]) -> Field:
    """Rows that hang on the action, rewritten as a whole when they change."""

    def read(action: Action) -> list[Record]:
        return [{key: column.read(line) for key, column in columns.items()} for line in getattr(action, name).all()]

    def write(action: Action, value: Any) -> None:
        manager = getattr(action, name)
        if read(action) == (value or []):
            return
        manager.all().delete()
        for row in value or []:
            line = manager.model(action=action) if name != "links" else manager.model(origin=action)
            for key, column in columns.items():
                column.write(action, line, row.get(key))
            line.full_clean(validate_unique=False)
            line.save()

    return Field(name, label, "lines", read, write, late=True)


@dataclass(frozen=True)
class Column:
    """One value of a line."""

    read: Callable[[Any], Any]
    write: Callable[[Action, Any, Any], None]


def _value(name: str, convert: Callable[[Any], Any] = lambda value: value, empty: Any = "") -> Column:
    def read(line: Any) -> Any:
        value = getattr(line, name)
        if isinstance(value, date):
            return value.isoformat()
        return str(value) if isinstance(value, Decimal) else empty if value is None else value

    def write(action: Action, line: Any, value: Any) -> None:
        setattr(
            line,
            name,
            convert(value) if value not in (None, "") else None if empty == "" and convert is not str else empty,
        )

    return Column(read, write)


def _words(name: str) -> Column:
    return Column(
        lambda line: getattr(line, name).stored(),
        lambda action, line, value: setattr(line, name, Translated.parse(value or {})),
    )


def _reference(name: str, found: Callable[[Action], models.QuerySet], by: str = "key") -> Column:
    def write(action: Action, line: Any, value: Any) -> None:
        row = found(action).filter(**{by: value}).first() if value else None
        if value and row is None:
            raise ValidationError(unknown([value]))
        setattr(line, name, row)

    return Column(lambda line: str(getattr(getattr(line, name), by)) if getattr(line, name) else "", write)


def _flag(name: str) -> Column:
    return Column(lambda line: getattr(line, name), lambda action, line, value: setattr(line, name, bool(value)))


INVENTED = {"is_invented": _flag("is_invented")}


def _organisations(action: Action) -> models.QuerySet:
    return Organisation.objects.all()


def _areas(action: Action) -> models.QuerySet:
    """The plan's area and all that lies in it: a code names one place there."""
    area = action.plan.area
    return Area.objects.filter(Q(pk=area.pk) | Q(pk__in=Area.objects.within(area).values("pk")))


FIELDS: tuple[Field, ...] = (
    _text("title", _("title")),
    _plain("stage", _("stage"), "choice", Stage),
    _text("what", _("what is done"), "longtext"),
    _text("why", _("why"), "longtext"),
    _text("nature", _("nature"), "longtext"),
    _one("axis", _("axis"), lambda action: action.plan.axes.all()),
    _one("theme", _("theme"), lambda action: action.plan.themes.all()),
    _many("challenges", _("challenges"), lambda action: action.plan.challenges.all()),
    _many("publics", _("publics"), lambda action: action.plan.publics.all()),
    _many("areas", _("communes"), _areas, by="code"),
    _one("lead", _("lead"), _organisations),
    _lines(
        "partners",
        _("partners"),
        {
            "organisation": _reference("organisation", _organisations),
            "role": _value("role", str, PartnerRole.PARTNER.value),
            "section": _value("section", str),
            **INVENTED,
        },
    ),
    _date("starts_on", _("start"), last=False),
    _date("ends_on", _("end"), last=True),
    _lines(
        "milestones",
        _("milestones"),
        {
            "title": _words("title"),
            "due_on": _value("due_on", date.fromisoformat),
            "done_on": _value("done_on", date.fromisoformat),
            **INVENTED,
        },
    ),
    _lines(
        "budget_lines",
        _("budget"),
        {
            "kind": _value("kind", str, LineKind.COST.value),
            "label": _words("label"),
            "amount": _value("amount", Decimal),
            "currency": _value("currency", str, "EUR"),
            "period": _value("period", str),
            "funding_source": _reference("funding_source", lambda action: action.plan.funding_sources.all()),
            "is_secured": _flag("is_secured"),
            "note": _words("note"),
            "section": _value("section", str),
            **INVENTED,
        },
    ),
    _many("funding_sources", _("possible funding"), lambda action: action.plan.funding_sources.all()),
    _lines(
        "indicators",
        _("indicators"),
        {
            "name": _words("name"),
            "unit": _value("unit", str),
            "baseline": _value("baseline", Decimal),
            "baseline_on": _value("baseline_on", date.fromisoformat),
            "target": _value("target", Decimal),
            "target_on": _value("target_on", date.fromisoformat),
            **INVENTED,
        },
    ),
    _text("blocked_reason", _("what blocks it")),
    _text("stop_reason", _("why it stopped")),
    _plain("status_override", _("status set by hand"), "choice", Status),
    _plain("override_reason", _("reason of the status set by hand"), "plain"),
    _plain("is_public", _("shown to everyone"), "flag"),
    _lines(
        "links",
        _("related actions"),
        {
            "kind": _value("kind", str, LinkKind.RELATED.value),
            "target": _reference("target", lambda action: action.plan.actions.all(), by="code"),
        },
    ),
    _text("remarks", _("remarks"), "longtext"),
    _plain("section", _("section of the source"), "plain"),
    _plain("is_invented", _("invented for the demonstration"), "flag"),
)
BY_NAME = {field.name: field for field in FIELDS}


class RecordError(Exception):
    """Values that an action cannot take: `errors` by field name, "" for the action as a whole."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(errors)
        self.errors = errors


def read_record(action: Action) -> Record:
    """The action's present values; the action comes from `ActionQuerySet.whole`."""
    return {field.name: field.read(action) for field in FIELDS}


def changed_fields(action: Action, changes: Record) -> Record:
    """Those of the changes that differ from what the action holds."""
    return {name: value for name, value in changes.items() if not BY_NAME[name].same(BY_NAME[name].read(action), value)}


def write_record(action: Action, changes: Record) -> None:
    """Give the action these values and save it. Raises RecordError, having saved nothing that its transaction keeps."""
    errors: dict[str, list[str]] = {}
    _write(action, [BY_NAME[name] for name in changes if not BY_NAME[name].late], changes, errors)
    if not errors:
        try:
            action.full_clean(exclude=["search_text"])
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                errors.setdefault(name if name in BY_NAME else "", []).extend(messages)
    if errors:
        raise RecordError(errors)
    action.refresh_search_text()
    action.save()
    _write(action, [BY_NAME[name] for name in changes if BY_NAME[name].late], changes, errors)
    if errors:
        raise RecordError(errors)


def _write(action: Action, fields: list[Field], changes: Record, errors: dict[str, list[str]]) -> None:
    for field in fields:
        try:
            field.write(action, changes[field.name])
        except ValidationError as error:
            errors.setdefault(field.name, []).extend(error.messages)
        except (ValueError, ArithmeticError):
            errors.setdefault(field.name, []).append(gettext("This value cannot be read."))
