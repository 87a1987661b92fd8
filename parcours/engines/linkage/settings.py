"""What is compared, in which levels, and how much each level weighs before any record was seen.

A comparison is a list of levels, the most alike first; a pair has the first one whose condition holds. Each level has
two shares: `m`, of pairs that are one thing, and `u`, of pairs at random, that show it; log2(m / u) is its weight.
The shares below are a reasoned start, in round numbers, for the directory of a territory: a record in four has moved,
one in three has another telephone, names are shortened more often than mistyped, and a SIRET is rarely wrong. `learn`
moves them to what the records show, the more so the more records there are. No label is used; which levels there are,
and the shares of WHERE_GIVEN, were settled after a look at the errors on the public set of `bench/linkage.py`, those of
networks and communes after errors on its invented organisations.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2
from typing import Any, Literal

from parcours.engines.linkage.records import Kind

Dialect = Literal["duckdb", "spark"]
UNKNOWN = "unknown"
# Weights closer than this are told apart by moving them.
TELLS_APART = 1e-6
# Which pairs Splink compares: those that share a key, or (to learn what chance looks like) those that share none.
CANDIDATES = "l.keys = r.keys"
OTHERS = "not coalesce(list_has_any(l.keys, r.keys), false)"


@dataclass(frozen=True)
class Level:
    code: str
    condition: str
    m: float
    u: float

    @property
    def weight(self) -> float:
        return log2(self.m / self.u)


@dataclass(frozen=True)
class Comparison:
    field: str
    unknown: str
    levels: tuple[Level, ...]
    firm: bool = False  # the shares of matches are not learned

    def shown(self, weight: float) -> int | None:
        """Which level has this weight, None for unknown: no two of a comparison weigh the same."""
        close = [abs(level.weight - weight) < TELLS_APART / 2 for level in self.levels]
        return close.index(True) if True in close else None

    def weighing(self, m: Iterable[float], u: Iterable[float]) -> "Comparison":
        """The same levels with other shares, moved by less than matters where two would weigh the same."""
        shares = enumerate(zip(self.levels, m, u, strict=True), start=1)
        levels = (replace(one, m=round(m_, 7) * (1 + at * TELLS_APART), u=round(u_, 9)) for at, (one, m_, u_) in shares)
        return replace(self, levels=tuple(levels))


def missing(*columns: str) -> str:
    """One side says nothing in each of these columns."""
    return " and ".join(f"({column}_l is null or {column}_r is null)" for column in columns)


def equal(column: str) -> str:
    return f"{column}_l = {column}_r"


def shared(left: str, right: str = "") -> str:
    """How many values two lists share; 0 where one is missing. Written `⟨a b⟩` until the dialect is known."""
    return f"coalesce(⟨{left}_l {right or left}_r⟩, 0)"


def alike(column: str, share: float) -> str:
    """Two lists share this much of all they hold (Jaccard), written so that they are intersected once."""
    return f"{shared(column)} * {1 + share} >= {share} * (cardinality({column}_l) + cardinality({column}_r))"


def within(column: str, share: float) -> str:
    """The longer list holds this much of the shorter one."""
    return f"{shared(column)} >= {share} * least(cardinality({column}_l), cardinality({column}_r))"


ELSEWHERE = "(coalesce(postcode_l <> postcode_r, commune_l <> commune_r) and coalesce(commune_l <> commune_r, true))"
KM = "(111.2 * sqrt(pow(lat_l - lat_r, 2) + pow((lon_l - lon_r) * cos(radians((lat_l + lat_r) / 2)), 2)))"
DOOR = "number_l = number_r"
SAME_STREET = f"street_l = street_r and not coalesce({ELSEWHERE}, false)"
SAME_TOWN = f"({equal('postcode')} or {equal('commune')})"
CLOSE = f"({alike('grams', 0.8)} or {alike('grams', 0.5)} and {alike('core_grams', 0.6)})"
SHORTENED, BRANDED = (
    " or ".join(f"{shared(left, right)} > 0" for left, right in ((own, own), (own, "initials"), ("initials", own)))
    for own in ("short", "brands")
)
WITHIN = f"{shared('words')} >= 2 and {shared('words')} = least(cardinality(words_l), cardinality(words_r))"
LAST = "else"

NAME = Comparison(
    "name",
    missing("name"),
    (
        Level("same", f"{equal('name')} and not network_l", 0.35, 0.0001),
        Level("network", equal("name"), 0.05, 0.0005),
        Level("acronym", SHORTENED, 0.06, 0.0003),
        Level("close", CLOSE, 0.18, 0.00005),
        Level("part", f"{WITHIN} and {shared('rare')} > 0", 0.12, 0.0001),
        Level("rare_word", f"{shared('rare')} > 0", 0.12, 0.001),
        Level("branch", BRANDED, 0.04, 0.002),
        Level("similar", alike("grams", 0.4), 0.05, 0.003),
        Level("different", LAST, 0.03, 0.99295),
    ),
)
ADDRESS = Comparison(
    "address",
    missing("street"),
    (
        Level("same", f"{DOOR} and {SAME_STREET}", 0.55, 0.001),
        Level("elsewhere", f"{DOOR} and {equal('street')}", 0.03, 0.0005),
        Level("close", f"{DOOR} and number_l > 0 and {within('street_grams', 0.6)}", 0.1, 0.0003),
        Level("street", SAME_STREET, 0.08, 0.003),
        Level("different", LAST, 0.24, 0.9952),
    ),
)
# A service is where it is given: the same course at another address is another service. So records may not teach that a
# service's address matters little, as they do where many services share a telephone and a name.
WHERE_GIVEN = replace(ADDRESS.weighing((0.8, 0.03, 0.13, 0.03, 0.01), (level.u for level in ADDRESS.levels)), firm=True)
# One address is at one place: to count both would count one thing twice.
PLACE = Comparison(
    "place",
    f"{missing('lon')} or coalesce({SAME_STREET}, false) and coalesce({SAME_TOWN} or {KM} < 1, true)",
    (
        Level("here", f"{KM} < 0.1", 0.5, 0.002),
        Level("near", f"{KM} < 1", 0.15, 0.02),
        Level("same", SAME_TOWN, 0.28, 0.03),
        Level("area", f"{KM} < 10", 0.05, 0.4),
        Level("different", LAST, 0.02, 0.548),
    ),
)
# Where it is not known how far apart they are: a share of known distances cannot serve for both.
COMMUNE = Comparison(
    "commune",
    f"{missing('postcode')} and {missing('commune')} or not {missing('lon')} or coalesce({SAME_STREET}, false)",
    (
        Level("same", f"coalesce({equal('commune')}, {equal('postcode')})", 0.8, 0.05),
        Level("postcode", equal("postcode"), 0.1, 0.02),
        Level("different", LAST, 0.1, 0.93),
    ),
)
PHONE = Comparison(
    "phone",
    missing("phones"),
    (
        Level("same", f"{shared('phones')} > {shared('switchboards')}", 0.6, 0.0005),
        Level("switchboard", f"{shared('phones')} > 0", 0.05, 0.0005),
        Level("different", LAST, 0.35, 0.999),
    ),
)
ONLINE = Comparison(
    "online",
    f"{missing('emails')} and {missing('domains')}",
    (
        Level("same", f"{shared('emails')} > 0", 0.45, 0.0002),
        Level("domain", f"{shared('domains')} > {shared('hosts')}", 0.22, 0.001),
        Level("network", f"{shared('domains')} > 0", 0.03, 0.002),
        Level("different", LAST, 0.3, 0.9968),
    ),
)
REGISTER = Comparison(
    "register",
    missing("siret", "rna"),
    (
        Level("same", f"{equal('siret')} or {equal('rna')}", 0.868, 0.00002),
        Level("unit", equal("siren"), 0.13, 0.0003),
        Level("different", LAST, 0.002, 0.99968),
    ),
)
OWNER = Comparison(
    "owner",
    missing("owner", "siren"),
    (
        Level("same", f"{equal('siren')} or {equal('owner')}", 0.75, 0.01),
        Level("similar", alike("owner_grams", 0.4), 0.15, 0.01),
        Level("different", LAST, 0.1, 0.98),
    ),
)
THEMES = Comparison(
    "themes",
    missing("themes"),
    (
        Level("same", alike("themes", 1), 0.5, 0.03),
        Level("overlap", f"{shared('themes')} > 0", 0.35, 0.12),
        Level("different", LAST, 0.15, 0.85),
    ),
)
COMPARISONS: Mapping[Kind, tuple[Comparison, ...]] = {
    "organisation": (NAME, ADDRESS, PLACE, COMMUNE, PHONE, ONLINE, REGISTER),
    "service": (NAME, OWNER, THEMES, WHERE_GIVEN, PLACE, COMMUNE, PHONE, ONLINE),
}


def splink_settings(
    comparisons: Sequence[Comparison], prior: float, *, rule: str, link: bool, dialect: Dialect
) -> dict[str, Any]:
    """The settings in the words of one engine; `prior` is the share of all pairs that are one thing."""
    exploded = {"arrays_to_explode": ["keys"]} if rule.startswith(CANDIDATES) else {}
    return {
        "link_type": "link_only" if link else "dedupe_only",
        "probability_two_random_records_match": prior,
        "comparisons": [_splink_comparison(comparison, dialect) for comparison in comparisons],
        "blocking_rules_to_generate_predictions": [{"blocking_rule": rule, **exploded}],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
    }


def _splink_comparison(comparison: Comparison, dialect: Dialect) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": _sql(comparison.unknown, dialect), "label_for_charts": UNKNOWN, "is_null_level": True}
    ]
    levels += [
        {
            "sql_condition": _sql(level.condition, dialect),
            "label_for_charts": level.code,
            "m_probability": level.m,
            "u_probability": level.u,
        }
        for level in comparison.levels
    ]
    return {"output_column_name": comparison.field, "comparison_levels": levels}


def _sql(condition: str, dialect: Dialect) -> str:
    if condition == LAST:
        return "ELSE"
    # Lists without repetition: DuckDB's own list_intersect gives the same, several times slower.
    counted = "len(list_filter({}, lambda x: list_contains({}, x)))"
    both, size = (counted, "len") if dialect == "duckdb" else ("size(array_intersect({}, {}))", "size")
    for found in set(re.findall("⟨(.*?) (.*?)⟩", condition)):
        condition = condition.replace("⟨{} {}⟩".format(*found), both.format(*found))
    return condition.replace("cardinality", size)
