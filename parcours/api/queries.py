"""What leaves the house, and in which order it changed."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from heapq import merge
from typing import Any, NamedTuple, TypeVar

from django.apps import apps
from django.db import connection
from django.db.models import Exists, Max, Model, OuterRef, Prefetch, Q, QuerySet

from parcours.directory.models import Contact, Organisation, Place, Service, ServicePlace
from parcours.geo.models import Area

Row = TypeVar("Row", bound=Model)

# Contacts are people: none is even read here.
NO_CONTACTS = Prefetch("contacts", queryset=Contact.objects.none())
PLACES = Place.objects.select_related("area__parent")
# A moment is taken in Python before the database sees its transaction: no clock or pause is off by more.
LAG = timedelta(seconds=2)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def services() -> QuerySet[Service]:
    """Services that everyone may read, with all that a format writes, in a number of queries that does not grow."""
    at = ServicePlace.objects.prefetch_related(Prefetch("place", queryset=PLACES))
    return (
        Service.objects.public()
        .select_related("organisation", "source")
        .defer("organisation__search_text")
        .prefetch_related(Prefetch("at", queryset=at), "languages", NO_CONTACTS)
    )


def organisations() -> QuerySet[Organisation]:
    """Organisations that may be named, with all that a format writes of them."""
    main = Prefetch("places", queryset=PLACES.filter(is_main=True))
    return (
        Organisation.objects.public()
        .defer("search_text")
        .select_related("area", "source")
        .prefetch_related(main, "identifiers", NO_CONTACTS)
    )


def horizon(*, at: datetime) -> datetime:
    """The moment before which nothing can change any more: whatever is being written bears a later one.

    A row bears the moment it was written at, and is seen only once its transaction ends. So nobody is shown what
    is later than the oldest transaction that still runs; PostgreSQL shows us those of our own role.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(xact_start) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        oldest: datetime | None = cursor.fetchone()[0]
    return min(at, oldest or at) - LAG


class Position(NamedTuple):
    """Where a reader stands: the last change they were told, and the moment since which they keep a copy."""

    moment: datetime
    number: int
    since: datetime


class Change(NamedTuple):
    """A record that changed. One that is not shown is gone for this reader; `merged_into` is its successor's key."""

    moment: datetime
    number: int
    key: str
    is_shown: bool
    merged_into: str | None


def changes(wanted: QuerySet[Row], position: Position, *, until: datetime, size: int) -> tuple[list[Change], bool]:
    """The next changes in order of (moment, number), and whether there are more before `until`.

    Told are the records of `wanted`, and those that are not among them (any more) but changed since the reader has a
    copy: closed, merged, withheld, erased, or no longer what was asked for.
    """
    model = wanted.model
    found = list(merge(_kept(model, wanted, position, until, size), _erased(model, position, until, size)))
    return found[:size], len(found) > size


def last_change(model: type[Model]) -> datetime | None:
    """When a record was last written or erased, shown or not: what is no longer shown changes a file too."""
    written = model._default_manager.aggregate(last=Max("changed_at"))["last"]
    erased = _history(model).filter(pgh_label="delete").aggregate(last=Max("pgh_created_at"))["last"]
    return max(filter(None, (written, erased)), default=None)


def _history(model: type[Model]) -> QuerySet[Any]:
    events: QuerySet[Any] = apps.get_model(model._meta.app_label, f"{model.__name__}Event")._default_manager.all()
    return events


def _kept(
    model: type[Model], wanted: QuerySet[Any], position: Position, until: datetime, size: int
) -> Iterable[Change]:
    asked = Exists(wanted.order_by().filter(pk=OuterRef("pk")))
    rows = (
        model._default_manager.filter(_after("changed_at", "pk", position), changed_at__lt=until)
        .annotate(is_shown=asked)
        .filter(Q(changed_at__gt=position.since) | Q(is_shown=True))
        .order_by("changed_at", "pk")
        .values_list("changed_at", "pk", "key", "is_shown", "merged_into__key")
    )
    return [Change(*row) for row in rows[: size + 1]]


def _erased(model: type[Model], position: Position, until: datetime, size: int) -> Iterable[Change]:
    rows = (
        _history(model)
        .filter(
            _after("pgh_created_at", "pgh_obj_id", position),
            pgh_label="delete",
            pgh_created_at__gt=position.since,
            pgh_created_at__lt=until,
        )
        .order_by("pgh_created_at", "pgh_obj_id")
        .values_list("pgh_created_at", "pgh_obj_id", "key")
    )
    return [Change(moment, number, key, False, None) for moment, number, key in rows[: size + 1]]


def _after(moment: str, number: str, position: Position) -> Q:
    later = Q(**{f"{moment}__gt": position.moment}) | Q(**{moment: position.moment, f"{number}__gt": position.number})
    return Q(**{f"{moment}__gte": position.moment}) & later


def communes_with_services() -> QuerySet[Area]:
    """Where a service that everyone may read is given, in reading order."""
    given = ServicePlace.objects.filter(place__area=OuterRef("pk"), service__in=Service.objects.public())
    return Area.objects.filter(Exists(given)).defer("outline").in_reading_order()
