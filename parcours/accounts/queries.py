"""Reads on accounts, and on the history of anything: who changed what, and when.

History is written by database triggers into append-only tables, so that no change escapes (pghistory).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from pghistory.models import Event as EventRow

from parcours.accounts.choices import ERASED

if TYPE_CHECKING:
    from parcours.accounts.models import User

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def invented(self) -> UserQuerySet:
        """The demo's persons."""
        return self.filter(is_invented=True)

    def unused(self, *, since: datetime) -> UserQuerySet:
        """Those nobody signed in to since then, and that are not erased yet."""
        quiet = Q(last_login__lt=since) | Q(last_login=None, date_joined__lt=since)
        return self.filter(quiet).exclude(email__endswith=f"@{ERASED}")

    def with_email(self, email: str) -> UserQuerySet:
        """Case does not count in an address."""
        return self.filter(email=email.strip().lower())

    def with_phone(self, phone: str) -> UserQuerySet:
        """`phone` in international form, "+33612345678"."""
        return self.filter(phone=phone)

    def with_address(self, address: str) -> UserQuerySet:
        """Whoever signs in with this e-mail address or phone number."""
        return self.filter(Q(email=address.strip().lower()) | Q(phone=address))

    def who_play_in_the_demo(self) -> UserQuerySet:
        """Invented people who can sign in: those with a role, and those whom a programme accompanies."""
        plays = Q(memberships__isnull=False) | Q(staffings__isnull=False) | Q(person__isnull=False)
        found = self.active().invented().filter(plays).distinct().select_related("person")
        return found.prefetch_related("memberships__organisation", "staffings").order_by("pk")

    def with_roles(self) -> UserQuerySet:
        """Those who hold a role, with their memberships and organisations, in three queries."""
        holders = self.filter(memberships__isnull=False).distinct()
        return holders.prefetch_related("memberships__organisation").order_by("name", "pk")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Accounts are made by `actions.create_user`, not here."""


def has_second_factor(user: User) -> bool:
    """Whether the person has set up an authenticator application, a passkey or a security key."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTORS).exists())


@dataclass(frozen=True)
class Change:
    """One field of a record, before and after; raw values: a key for a foreign key, a dict for a JSON field."""

    field: models.Field[Any, Any]
    before: Any
    after: Any

    @property
    def label(self) -> str:
        return str(self.field.verbose_name)


@dataclass(frozen=True)
class Event:
    """One line of the history. `what` is the trigger's label: "insert", "update", "delete" or one of the model's own.

    `who` is None when no signed-in person did it (a command, an import) or when their account is gone; `actor_id` tells
    the two apart. `changes` is empty for an insertion. `snapshot` holds the record's values after the event; `context`
    what was known beside it: the address asked, and what a verb noted with `pghistory.context` (a reason…).
    """

    at: datetime
    who: User | None
    actor_id: int | None
    what: str
    model: type[models.Model]
    object_id: Any
    changes: tuple[Change, ...]
    snapshot: dict[str, Any]
    url: str
    context: dict[str, Any]


def history_of(obj: models.Model, *, limit: int = 200) -> list[Event]:
    """What happened to this record, newest first; an empty list when its model is not tracked."""
    rows = [
        row for table in _tables([type(obj)]) for row in _with_previous(table.objects.filter(pgh_obj_id=obj.pk))[:limit]
    ]
    return _events(rows)[:limit]


def recent_events(
    tracked: Sequence[type[models.Model]], *, before: datetime | None = None, limit: int = 50
) -> list[Event]:
    """The last changes to records of these models, newest first; `before` pages on. Two queries a model, whatever n."""
    rows: list[Any] = []
    for table in _tables(tracked):
        chosen = table.objects.filter(pgh_created_at__lt=before) if before else table.objects.all()
        rows += _with_previous(chosen)[:limit]
    rows.sort(key=_newest, reverse=True)
    return _events(rows[:limit])


def _tables(tracked: Sequence[type[models.Model]]) -> list[Any]:
    return [
        table
        for table in apps.get_models()
        if issubclass(table, EventRow) and table.pgh_tracked_model in tracked and hasattr(table, "pgh_obj")
    ]


def _with_previous(rows: QuerySet[Any]) -> QuerySet[Any]:
    earlier = rows.model.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    previous = Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1])
    found: QuerySet[Any] = rows.annotate(previous_id=previous).order_by("-pgh_id")
    return found.select_related("pgh_context") if _context_is_a_table(rows.model) else found


def _context_is_a_table(table: type[models.Model]) -> bool:
    """pghistory keeps who and where in the row (JSON) or in a table of its own, as the tracked model chose."""
    return bool(table._meta.get_field("pgh_context").is_relation)


def _context(row: Any) -> dict[str, Any]:
    held = row.pgh_context.metadata if row.pgh_context and _context_is_a_table(type(row)) else row.pgh_context
    return dict(held or {})


def _newest(row: Any) -> tuple[datetime, int]:
    return row.pgh_created_at, row.pgh_id


def _events(rows: list[Any]) -> list[Event]:
    """The rows as events, newest first: one query for the people, one per table for the states before."""
    before: dict[type[models.Model], dict[int, Any]] = {}
    for table in {type(row) for row in rows}:
        before[table] = table.objects.in_bulk([row.previous_id for row in rows if type(row) is table])
    contexts = {row.pgh_id: _context(row) for row in rows}
    people = _people(context.get("user") for context in contexts.values())
    ordered = sorted(rows, key=_newest, reverse=True)
    return [_event(row, before[type(row)].get(row.previous_id), contexts[row.pgh_id], people) for row in ordered]


def _people(ids: Iterable[Any]) -> dict[int, User]:
    wanted = {int(pk) for pk in ids if pk is not None}
    return get_user_model().objects.in_bulk(wanted) if wanted else {}


def _event(row: Any, before: Any, context: dict[str, Any], people: dict[int, User]) -> Event:
    model = row.pgh_tracked_model
    actor = int(context["user"]) if context.get("user") is not None else None
    return Event(
        at=row.pgh_created_at,
        who=people.get(actor) if actor is not None else None,
        actor_id=actor,
        what=row.pgh_label,
        model=model,
        object_id=row.pgh_obj_id,
        changes=_changes(before, row) if before is not None else (),
        snapshot={field.name: getattr(row, field.attname) for field in _fields(row)},
        url=context.get("url", ""),
        context=context,
    )


def _fields(row: Any) -> list[Any]:
    return [field for field in row._meta.concrete_fields if not field.name.startswith("pgh_")]


def _changes(before: Any, after: Any) -> tuple[Change, ...]:
    pairs = [(field, getattr(before, field.attname), getattr(after, field.attname)) for field in _fields(after)]
    return tuple(Change(field, old, new) for field, old, new in pairs if old != new)
