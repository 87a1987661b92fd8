"""What a table says besides its numbers: which cells it has, and which of them add up to which.

A cell is known by its conditions ({commune: Orly, theme: housing}), so that two tables which show the same people have
the same cell. All relations here are known to every reader of the table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from parcours.engines.tabulation.columns import IN_BASE, STATES, Base
from parcours.engines.tabulation.tables import TOTAL

Key = frozenset[tuple[str, str]]
Conditions = dict[str, str]

EVERYONE, TICKS, LEFT_OUT = "@everyone", "@ticks", "@left_out"
# In the base of one question and not of the other: nobody prints it, everybody can subtract.
_MISSING = "@missing"


class HasLayout(Protocol):
    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def kind(self) -> str: ...

    @property
    def base_code(self) -> Base: ...

    @property
    def rows(self) -> tuple[str, ...]: ...

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def unit(self) -> str: ...


@dataclass(frozen=True)
class Layout:
    """A table without its numbers. `kind`: single, multiple or amount; `columns` are empty for one question."""

    names: tuple[str, ...]
    kind: str
    base_code: Base
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    unit: str = ""

    @classmethod
    def of(cls, table: HasLayout) -> "Layout":
        return cls(tuple(table.names), table.kind, table.base_code, table.rows, table.columns, table.unit)

    def key(self, row: str = TOTAL, column: str = TOTAL) -> Key:
        """The cell of a row and a column; a state outside the base, EVERYONE, TICKS and LEFT_OUT are cells too."""
        if row == EVERYONE:
            return _key({}, self.unit)
        if row == LEFT_OUT:
            return _key({" × ".join(self.names): f"{LEFT_OUT}:{self.base_code}"}, self.unit)
        wanted = zip(self.names, (row, column), strict=False)
        return _key({name: self._base if value == TOTAL else value for name, value in wanted}, self.unit)

    @property
    def _base(self) -> str:
        return f"@base:{self.base_code}"

    @property
    def outside(self) -> tuple[str, ...]:
        """The rows that make everyone together with the base."""
        if self.kind == "amount":
            return ()
        if self.columns:
            return (LEFT_OUT,)
        return tuple(name for letter, name in STATES.items() if letter not in IN_BASE[self.base_code])

    @property
    def extra(self) -> tuple[str, ...]:
        """The rows that are published beside the rows of the base."""
        ticks = (TICKS,) if self.kind == "multiple" and not self.columns else ()
        return (*self.outside, *ticks, *((EVERYONE,) if self.kind != "amount" else ()))

    def cells(self) -> list[tuple[str, str]]:
        """Every row and column that is published."""
        inner = [(row, column) for row in (TOTAL, *self.rows) for column in (TOTAL, *self.columns)]
        return inner + [(row, TOTAL) for row in self.extra]

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(row for row in self.rows if not row.startswith("@"))

    @property
    def others(self) -> tuple[str, ...]:
        return tuple(row for row in self.rows if row.startswith("@"))


@dataclass(frozen=True)
class Relation:
    """The cells of `parts` together are `total` or, unless `exact`, at most `total`; `total` may be several cells."""

    total: tuple[Key, ...]
    parts: tuple[Key, ...]
    exact: bool = True


@dataclass(frozen=True)
class Link:
    """A row alone is that row where the other question counts (`both`), and where it does not (`missing`)."""

    alone: Key
    both: Key
    missing: Key


def relations(layouts: Sequence[Layout]) -> list[Relation]:
    """Everything that follows from how these tables are made, whatever their numbers."""
    found = [relation for layout in layouts for relation in _within(layout)]
    for one, linked in links(layouts):
        found += [Relation((link.alone,), (link.both, link.missing)) for link in linked]
        whole, *rows = (link.missing for link in linked)
        if one.kind == "single":
            found.append(Relation((whole,), tuple(rows)))
        else:
            found += [Relation((whole,), (row,), exact=False) for row in rows]
    return list(dict.fromkeys(found))


def links(layouts: Sequence[Layout]) -> Iterator[tuple[Layout, list[Link]]]:
    """How a question alone hangs together with the same question crossed: for its base, then for each of its rows."""
    alone = {
        (one.names[0], one.base_code, one.unit): one for one in layouts if not one.columns and one.kind != "amount"
    }
    for crossed in (layout for layout in layouts if layout.columns and layout.base_code != "all"):
        for name, other in (crossed.names, crossed.names[::-1]):
            if one := alone.get((name, crossed.base_code, crossed.unit)):
                yield (
                    one,
                    [
                        Link(key, key | {(other, f"@base:{one.base_code}")}, key | {(other, _MISSING)})
                        for key in (one.key(row) for row in (TOTAL, *one.rows))
                    ],
                )


def _key(conditions: Conditions, unit: str) -> Key:
    conditions = {name: value for name, value in conditions.items() if value != "@base:all"}
    return frozenset((conditions | ({"@unit": unit} if unit else {})).items())


def _within(layout: Layout) -> Iterator[Relation]:
    key = layout.key
    for column in (TOTAL, *layout.columns):
        rows = [key(row, column) for row in layout.rows]
        if layout.kind != "multiple":
            yield Relation((key(TOTAL, column),), tuple(rows))
            continue
        others = [key(row, column) for row in layout.others]
        yield from (Relation((key(TOTAL, column),), (key(row, column), *others), exact=False) for row in layout.choices)
        yield Relation(tuple(rows), (key(TOTAL, column),), exact=False)  # who answered ticked something
    if layout.columns:
        yield from (
            Relation((key(row),), tuple(key(row, column) for column in layout.columns)) for row in (TOTAL, *layout.rows)
        )
    elif layout.kind == "multiple":
        yield Relation((key(TICKS),), tuple(key(choice) for choice in layout.choices))
    if layout.kind != "amount" and key(EVERYONE) != key():
        yield Relation((key(EVERYONE),), (key(), *(key(row) for row in layout.outside)))
