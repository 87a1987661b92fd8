"""Many rows at once by PostgreSQL's COPY: several times faster than INSERT, and triggers run all the same."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, connections, models, transaction
from psycopg import sql

# Values of these types in these fields go as they are: what Django's fields do to values costs most of a COPY.
PLAIN_FIELDS = frozenset(
    {
        models.AutoField, models.BigAutoField, models.BooleanField, models.CharField, models.DateField,
        models.EmailField, models.FloatField, models.ForeignKey, models.IntegerField, models.PositiveIntegerField,
        models.PositiveSmallIntegerField, models.SlugField, models.TextField, models.URLField,
    }
)  # fmt: skip
PLAIN = frozenset({bool, date, float, int, str, type(None)})


def copy_in(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model; each is given its number. Nothing is validated: the database's constraints hold."""
    if not rows:
        return
    model = type(rows[0])
    for row, number in zip(rows, _numbers(model, len(rows)), strict=True):
        row.pk = number
        row._state.adding = False
        row._state.db = connection.alias
    _copy(model._meta.db_table, list(model._meta.concrete_fields), rows, adding=True)


@transaction.atomic
def copy_over(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write these fields of rows of one model that are there already."""
    if not rows:
        return
    meta: Any = type(rows[0])._meta
    fields = [meta.get_field(name) for name in names]
    table, key = sql.Identifier(meta.db_table), sql.Identifier(meta.pk.column)
    columns = [sql.Identifier(field.column) for field in fields]
    incoming = sql.SQL("CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA")
    pairs = sql.SQL(", ").join(sql.SQL("{0} = incoming.{0}").format(column) for column in columns)
    update = sql.SQL("UPDATE {0} SET {1} FROM incoming WHERE {0}.{2} = incoming.{2}").format(table, pairs, key)
    with connection.cursor() as cursor:
        # wrappers of statements read them as texts
        cursor.execute(incoming.format(sql.SQL(", ").join([key, *columns]), table).as_string())
        _copy("incoming", [meta.pk, *fields], rows, adding=False)
        cursor.execute(update.as_string())
        cursor.execute("DROP TABLE incoming")


def remove(rows: models.QuerySet[Any]) -> None:
    """Delete rows by one statement; what points at them is not looked for: the database's constraints hold."""
    rows._raw_delete(rows.db)


def analyse(*tables: type[models.Model]) -> None:
    """Let the planner know what was just written, in this transaction too; else it takes full tables for empty."""
    names = sql.SQL(", ").join(sql.Identifier(table._meta.db_table) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(names).as_string())


def prepare_triggers() -> None:
    """Until the transaction ends, the triggers of one row take no longer however many rows were written before it.

    Those of pgtrigger ask for a setting and catch the error of its absence. At each such error PostgreSQL walks through
    all the checks that wait for the transaction's end: without this, time grows with the square of the rows.
    """
    name = "pgtrigger.ignore"
    with connection.cursor() as cursor:
        given = "coalesce(nullif(current_setting(%s, true), ''), '{}')"
        cursor.execute(f"SELECT set_config(%s, {given}, true)", [name, name])


def _numbers(model: type[models.Model], count: int) -> list[int]:
    """New numbers of a table's rows."""
    with connection.cursor() as cursor:
        names = map(sql.Literal, (model._meta.db_table, model._meta.pk.column, count))
        query = sql.SQL("SELECT nextval(pg_get_serial_sequence({}, {})) FROM generate_series(1, {})")
        cursor.execute(query.format(*names).as_string())
        return [number for (number,) in cursor.fetchall()]


def _copy(table: str, fields: Sequence[Any], rows: Sequence[models.Model], *, adding: bool) -> None:
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
    # the connection itself: the name stands for the one of this thread, and looks it up at every use
    database = connections[connection.alias]
    readers = [_reader(field, database, adding=adding) for field in fields]
    with connection.cursor() as cursor:
        if connection.execute_wrappers:
            # what triggers write down (who, why) is set by a statement that wrappers see, as they do not see a COPY
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        with cursor.copy(statement.as_string()) as copy:
            for row in rows:
                copy.write_row([reader(row) for reader in readers])


def _reader(field: Any, database: Any, *, adding: bool) -> Callable[[models.Model], Any]:
    """What gives a field's value as the database takes it."""

    def prepared(row: models.Model) -> Any:
        return field.get_db_prep_save(field.pre_save(row, adding), database)

    def plain(row: models.Model) -> Any:
        value = getattr(row, name)
        return value if type(value) in PLAIN else prepared(row)

    name = field.attname
    is_plain = type(field) in PLAIN_FIELDS and not getattr(field, "auto_now", False)
    return plain if is_plain and not getattr(field, "auto_now_add", False) else prepared
