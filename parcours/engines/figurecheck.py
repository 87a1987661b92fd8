"""Do the numbers that a document prints agree with each other?

A `Check` names statements (numbers as printed) and says how they should hang together; a `Finding` says whether they
do, with the numbers recomputed. A check whose statement is missing, or has no value, "cannot be checked": it is never
passed over. A printed number stands for everything that rounds to it at its decimals: 59 (%) for 58.5 to 59.5, 3 200
printed to the hundred (decimals -2) for 3 150 to 3 250; a tie counts for both sides.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil, floor
from typing import Any, Literal

Verdict = Literal["agrees", "contradicts", "cannot be checked"]
AGREES: Verdict = "agrees"
CONTRADICTS: Verdict = "contradicts"
CANNOT: Verdict = "cannot be checked"

# What a finding may be about: a number, or pairs of n and base.
Computed = int | Decimal | list[tuple[int, int]] | list[str]


def N_(text: str) -> str:  # noqa: N802 - the name by which message extraction knows texts translated elsewhere
    """Mark a message for translation."""
    return text


MESSAGES: Mapping[str, str] = {
    "fits": N_("%(printed)s %% is %(n)s of %(base)s."),
    "fits.several": N_("%(printed)s %% can be %(n)s to %(n_most)s of %(base)s."),
    "fits.none": N_(
        "%(printed)s %% cannot be a share of %(base)s: %(n_below)s of them are %(below)s %%,"
        " %(n_above)s are %(above)s %%."
    ),
    "fits_any": N_("%(printed)s %% fits %(count)s bases between %(smallest)s and %(largest)s: %(pairs)s."),
    "fits_any.one": N_("%(printed)s %% fits only one base between %(smallest)s and %(largest)s: %(pairs)s."),
    "fits_any.none": N_("%(printed)s %% fits no base between %(smallest)s and %(largest)s."),
    "sum": N_("The parts make %(sum)s, as printed."),
    "sum.differs": N_("The parts make %(sum)s, printed is %(printed)s: a difference of %(difference)s."),
    "rate": N_("%(change)s in %(years)s years is %(rate)s a year, as printed."),
    "rate.differs": N_("%(change)s in %(years)s years is %(rate)s a year, printed is %(printed)s."),
    "share": N_("%(part)s of %(whole)s is %(share)s %%, as printed."),
    "share.differs": N_(
        "%(part)s of %(whole)s is %(share)s %%, printed is %(printed)s %%, which would be %(part_that_fits)s."
    ),
    "multi_select": N_("Several answers were allowed: %(ticks)s ticks by %(base)s people, %(per_person)s each."),
    "multi_select.single": N_("The shares make %(sum)s %%: one answer each."),
    "multi_select.unlabelled": N_(
        "The shares make %(sum)s %% (%(ticks)s ticks by %(base)s people, %(per_person)s each): say that several"
        " answers were allowed."
    ),
    "multi_select.no_base": N_("Not every share fits %(base)s people: %(misfits)s."),
    "overlap": N_("%(sum)s counted apart and %(union)s together: %(least)s to %(most)s were counted twice."),
    "overlap.too_many": N_("Together they cannot be %(union)s: counted apart they are only %(sum)s."),
    "overlap.too_few": N_("Together they cannot be %(union)s: one of the parts alone is %(largest)s."),
    "missing": N_("It cannot be checked: %(missing)s is not known."),
}


@dataclass(frozen=True)
class Statement:
    """A number as printed. `value` None: said to exist, not printed. `decimals` may be negative: -3 is "to the
    thousand".

    `more_than` marks a number printed as a lower bound that is not reached itself ("more than 70" whole things: 71 at
    least).
    """

    key: str
    value: Decimal | None
    decimals: int = 0
    unit: str = ""
    more_than: bool = False

    @classmethod
    def printed(cls, key: str, text: str, unit: str = "", *, more_than: bool = False) -> "Statement":
        """From digits with a decimal point, taking the decimals from them: "57.6" has one."""
        value = Decimal(text)
        exponent = value.as_tuple().exponent
        return cls(key, value, -exponent if isinstance(exponent, int) else 0, unit, more_than)

    def stands_for(self, number: Decimal) -> bool:
        """Whether the number is printed like this once rounded."""
        return self.value is not None and abs(number - self.value) <= self.half_step

    @property
    def half_step(self) -> Decimal:
        return Decimal(5).scaleb(-self.decimals - 1)


@dataclass(frozen=True)
class Check:
    """One relation to test. `kind` is a key of KINDS; `parameters` name statements by key, or hold numbers.

    fits {figure, base} · fits_any {figure, bases: [smallest, largest]} · sum {parts, total, tolerance = 0} ·
    rate {change, years, printed} · share {part, whole, printed} · multi_select {parts, base, labelled = False} ·
    overlap {parts, union}.
    """

    key: str
    kind: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """What a check found: the verdict, the numbers recomputed, and a message of MESSAGES with its parameters."""

    key: str
    verdict: Verdict
    computed: dict[str, Computed] = field(default_factory=dict)
    message_key: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The English message, to be translated and given `params` in the reader's number format."""
        return MESSAGES[self.message_key]


class _Unknown(Exception):
    """A statement that a check needs is not there or has no value."""


def run(checks: Iterable[Check], statements: Mapping[str, Statement]) -> list[Finding]:
    """A finding for each check, in order. Raises KeyError for an unknown kind or a parameter left out."""
    return [check(one, statements) for one in checks]


def check(one: Check, statements: Mapping[str, Statement]) -> Finding:
    """The finding of one check."""
    given = {name: _resolve(value, statements) for name, value in one.parameters.items()}
    missing = [name for value in given.values() for name in _missing(value)]
    if missing:
        unknown = ", ".join(missing)
        return Finding(one.key, CANNOT, {"missing": missing}, "missing", {"missing": unknown})
    verdict, message_key, computed, printed = KINDS[one.kind](given)
    return Finding(one.key, verdict, computed, message_key, {**printed, **computed})


Answer = tuple[Verdict, str, dict[str, Computed], dict[str, Any]]


def _resolve(value: Any, statements: Mapping[str, Statement]) -> Any:
    """A statement for a key or a number; lists item by item; True and False as they are."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return statements.get(value, Statement(value, None))
    if isinstance(value, int | float | Decimal):
        return Statement.printed(str(value), str(value))
    return [_resolve(item, statements) for item in value]


def _missing(value: Any) -> list[str]:
    """The keys of the statements without value."""
    if isinstance(value, list):
        return [key for item in value for key in _missing(item)]
    return [value.key] if isinstance(value, Statement) and value.value is None else []


def counts_that_fit(printed: Statement, base: int) -> range:
    """The n for which n of `base`, in per cent, is printed like this; empty when there is none."""
    low, high = (_value(printed) - printed.half_step), (_value(printed) + printed.half_step)
    return range(max(0, ceil(low * base / 100)), min(base, floor(high * base / 100)) + 1)


def bases_that_fit(printed: Statement, smallest: int, largest: int) -> list[tuple[int, int]]:
    """Every (n, base) with a base in these bounds that is printed like this."""
    return [(n, base) for base in range(smallest, largest + 1) for n in counts_that_fit(printed, base)]


def _value(statement: Statement) -> Decimal:
    if statement.value is None:
        raise ValueError(f"{statement.key} has no value")
    return statement.value


def _percent(part: Decimal | int, whole: Decimal | int) -> Decimal:
    return round(Decimal(100) * part / whole, 2)


def _fits(given: Mapping[str, Any]) -> Answer:
    printed, base = given["figure"], int(_value(given["base"]))
    said = {"printed": printed.value, "base": base}
    if base <= 0:
        return CANNOT, "missing", {}, {"missing": given["base"].key}
    counts = counts_that_fit(printed, base)
    if len(counts) > 1:
        return AGREES, "fits.several", {"n": counts[0], "n_most": counts[-1]}, said
    if counts:
        return AGREES, "fits", {"n": counts[0]}, said
    below = floor(printed.value * base / 100)
    above: dict[str, Computed] = {"n_above": below + 1, "above": _percent(below + 1, base)}
    return CONTRADICTS, "fits.none", {"n_below": below, "below": _percent(below, base), **above}, said


def _fits_any(given: Mapping[str, Any]) -> Answer:
    smallest, largest = (int(_value(bound)) for bound in given["bases"])
    pairs = bases_that_fit(given["figure"], smallest, largest)
    said = {"printed": given["figure"].value, "smallest": smallest, "largest": largest, "count": len(pairs)}
    said["pairs"] = ", ".join(f"{n}/{base}" for n, base in pairs)
    message = "fits_any" if len(pairs) > 1 else "fits_any.one" if pairs else "fits_any.none"
    verdict = AGREES if pairs else CONTRADICTS
    return verdict, message, {"fits": pairs}, said


def _sum(given: Mapping[str, Any]) -> Answer:
    total, parts = _value(given["total"]), [_value(part) for part in given["parts"]]
    tolerance = _value(given["tolerance"]) if "tolerance" in given else Decimal(0)
    added = sum(parts, Decimal(0))
    computed: dict[str, Computed] = {"sum": added, "difference": added - total}
    if abs(added - total) <= tolerance:
        return AGREES, "sum", computed, {"printed": total}
    return CONTRADICTS, "sum.differs", computed, {"printed": total}


def _rate(given: Mapping[str, Any]) -> Answer:
    change, years, printed = _value(given["change"]), _value(given["years"]), given["printed"]
    if not years:
        return CANNOT, "missing", {}, {"missing": given["years"].key}
    said = {"change": change, "years": years, "printed": printed.value}
    rate = change / years
    shown: dict[str, Computed] = {"rate": round(rate, max(0, printed.decimals))}
    if printed.stands_for(rate):
        return AGREES, "rate", shown, said
    return CONTRADICTS, "rate.differs", shown, said


def _share(given: Mapping[str, Any]) -> Answer:
    part, whole, printed = _value(given["part"]), _value(given["whole"]), given["printed"]
    if not whole:
        return CANNOT, "missing", {}, {"missing": given["whole"].key}
    said = {"part": part, "whole": whole, "printed": printed.value}
    computed: dict[str, Computed] = {
        "share": _percent(part, whole),
        "part_that_fits": round(printed.value * whole / 100),
        "part_least": ceil((printed.value - printed.half_step) * whole / 100),
        "part_most": floor((printed.value + printed.half_step) * whole / 100),
    }
    if printed.stands_for(100 * part / whole):
        return AGREES, "share", computed, said
    return CONTRADICTS, "share.differs", computed, said


def _multi_select(given: Mapping[str, Any]) -> Answer:
    """Shares of one question. Each must fit the base; together they may pass 100 % only where that is said."""
    base, parts = int(_value(given["base"])), given["parts"]
    if base <= 0:
        return CANNOT, "missing", {}, {"missing": given["base"].key}
    counts = [counts_that_fit(part, base) for part in parts]
    misfits = [part.key for part, fitting in zip(parts, counts, strict=True) if not fitting]
    added = sum((_value(part) for part in parts), Decimal(0))
    if misfits:
        return CONTRADICTS, "multi_select.no_base", {"sum": added}, {"base": base, "misfits": ", ".join(misfits)}
    ticks = sum(_middle(fitting) for fitting in counts)
    computed: dict[str, Computed] = {
        "ticks": ticks,
        "ticks_least": sum(fitting[0] for fitting in counts),
        "ticks_most": sum(fitting[-1] for fitting in counts),
        "per_person": round(Decimal(ticks) / base, 2),
        "sum": added,
    }
    if sum(fitting[0] for fitting in counts) <= base:
        return AGREES, "multi_select.single", computed, {"base": base}
    if given.get("labelled"):
        return AGREES, "multi_select", computed, {"base": base}
    return CONTRADICTS, "multi_select.unlabelled", computed, {"base": base}


def _middle(counts: Sequence[int]) -> int:
    return counts[(len(counts) - 1) // 2]


def _overlap(given: Mapping[str, Any]) -> Answer:
    """How many were counted more than once, if so many counted apart are so many together (inclusion and exclusion)."""
    parts, union = [int(_value(part)) for part in given["parts"]], given["union"]
    together = int(_value(union)) + (1 if union.more_than else 0)
    added, largest = sum(parts), max(parts)
    said = {"union": together, "largest": largest}
    if together > added:
        return CONTRADICTS, "overlap.too_many", {"sum": added}, said
    if together < largest and not union.more_than:
        return CONTRADICTS, "overlap.too_few", {"sum": added}, said
    most = added - max(together, largest)
    return AGREES, "overlap", {"sum": added, "least": 0 if union.more_than else most, "most": most}, said


KINDS: Mapping[str, Callable[[Mapping[str, Any]], Answer]] = {
    "fits": _fits,
    "fits_any": _fits_any,
    "sum": _sum,
    "rate": _rate,
    "share": _share,
    "multi_select": _multi_select,
    "overlap": _overlap,
}
