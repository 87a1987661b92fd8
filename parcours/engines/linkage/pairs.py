"""Which records are one thing: pairs with their probability, and the reasons a reader can be told.

Splink compares and scores, on DuckDB in this process or on a Spark session that the caller brings; both have the same
settings, which are always learned on DuckDB.
"""

import importlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from parcours.engines.linkage.learn import Pattern, learn
from parcours.engines.linkage.records import Kind, Record, Row, pairs_of_keys, prepare, table
from parcours.engines.linkage.settings import (
    CANDIDATES,
    COMPARISONS,
    OTHERS,
    UNKNOWN,
    Comparison,
    Dialect,
    splink_settings,
)

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# From this many records on, weights are learned from them.
LEARN_FROM = 500
# Records of each side whose pairs stand for all pairs that share no key.
SAMPLE = 400
# Pairs that share a key of which weights are learned; of more, a part.
LEARN_ON = 100_000
# Before any record was seen: of ten records, one has a twin on its own side, five have one on the other.
TWINS, TWINS_ACROSS = 0.1, 0.5
SMALLEST = 100


@dataclass(frozen=True)
class Reason:
    """What one field says: `level` is a stable code, `weight` the log2 of how much likelier it makes the pair."""

    field: str
    level: str
    weight: float


@dataclass(frozen=True)
class Pair:
    """Two records, by their `id`, that are one thing with this probability; the heaviest reason comes first."""

    left: Any
    right: Any
    probability: float
    reasons: tuple[Reason, ...]


def find_pairs(
    records: Sequence[Record],
    *,
    kind: Kind,
    against: Sequence[Record] | None = None,
    threshold: float = 0.5,
    spark: "SparkSession | None" = None,
) -> list[Pair]:
    """The pairs within `records`, or between them and `against`, that are one thing with at least this probability.

    A record has `id` (unique on its side) and any of name, acronym, address, postcode, commune, lon, lat, phones,
    emails, websites, siret, rna; a service also organisation and themes. The most probable pair comes first; the order
    of the records changes nothing. What a record does not say, or what another field already says, is "unknown" and
    counts neither for nor against.
    """
    sides = [sorted(side, key=_order) for side in ([records] if against is None else [records, against])]
    if not all(sides):
        return []
    rows = prepare(sides)
    met = [table([row for row in side if row["keys"]]) for side in rows]
    if not all(map(len, met)):
        return []
    comparisons, prior = COMPARISONS[kind], _prior(sides)
    if sum(map(len, sides)) >= LEARN_FROM:
        comparisons, prior = learn(comparisons, prior, _patterns(rows, met, comparisons, prior))
    scored = _scored(met, comparisons, prior, threshold=threshold, spark=spark)
    everyone = [record["id"] for side in sides for record in side]
    pairs = [_pair(row, everyone, comparisons) for row in scored.as_record_list()]
    return sorted(pairs, key=lambda pair: (-pair.probability, str(pair.left), str(pair.right)))


def _order(record: Record) -> tuple[str, str]:
    return str(record["id"]), type(record["id"]).__name__


def _prior(sides: Sequence[Sequence[Record]]) -> float:
    return TWINS_ACROSS / max(SMALLEST, len(sides[1])) if len(sides) > 1 else 2 * TWINS / max(SMALLEST, len(sides[0]))


def _scored(
    tables: Sequence[pa.Table],
    comparisons: Sequence[Comparison],
    prior: float,
    *,
    rule: str = CANDIDATES,
    threshold: float | None = None,
    spark: "SparkSession | None" = None,
) -> Any:
    """Splink's table of scored pairs."""
    dialect: Dialect = "spark" if spark else "duckdb"
    settings = splink_settings(comparisons, prior, rule=rule, link=len(tables) > 1, dialect=dialect)
    splink = importlib.import_module("splink")  # it takes a second: only who links waits for it
    api = _spark_api(spark) if spark else splink.DuckDBAPI()
    frames = [api.register(each) for each in tables]
    linker = splink.Linker(frames if len(frames) > 1 else frames[0], settings, log_level=None, validate_settings=False)
    return linker.inference.predict(threshold_match_probability=threshold, warning_mode="never")


def _spark_api(spark: "SparkSession") -> Any:
    """Splink on Spark, imported only where it is used, without its Java functions: our conditions need none."""
    backend = importlib.import_module("splink.backends.spark")
    return backend.SparkAPI(spark_session=spark, break_lineage_method="persist", register_udfs_automatically=False)


def _patterns(
    sides: Sequence[Sequence[Row]], met: Sequence[pa.Table], comparisons: Sequence[Comparison], prior: float
) -> dict[Pattern, float]:
    """How many of all pairs show each pattern of levels: of candidates and of others, a sample stands for all."""
    every = -(-pairs_of_keys(sides).total() // LEARN_ON)
    some = f"{CANDIDATES} and l.unique_id % {every} = 0" if every > 1 else CANDIDATES
    candidates = _counted(_scored(met, comparisons, prior, rule=some), comparisons)
    others = _counted(_scored([table(_spread(side)) for side in sides], comparisons, prior, rule=OTHERS), comparisons)
    left, right = len(sides[0]), len(sides[-1])
    total = left * right if len(sides) > 1 else left * (left - 1) / 2
    share = (total - every * candidates.total()) / max(others.total(), 1)
    return {pattern: every * candidates[pattern] + share * others[pattern] for pattern in {**candidates, **others}}


def _spread(side: Sequence[Row]) -> Sequence[Row]:
    return side[:: -(-len(side) // SAMPLE)]


def _counted(scored: Any, comparisons: Sequence[Comparison]) -> Counter[Pattern]:
    columns = ", ".join(f"mw_{one.field}" for one in comparisons)
    rows = scored.as_duckdbpyrelation().aggregate(f"{columns}, count(*)", columns).fetchall()
    return Counter(
        {
            tuple(one.shown(weight) for one, weight in zip(comparisons, weights, strict=True)): count
            for *weights, count in rows
        }
    )


def _pair(row: dict[str, Any], everyone: Sequence[Any], comparisons: Sequence[Comparison]) -> Pair:
    left, right = sorted((row["unique_id_l"], row["unique_id_r"]))
    reasons = []
    for one in comparisons:
        weight = row[f"mw_{one.field}"]
        level = one.shown(weight)
        reasons.append(Reason(one.field, UNKNOWN if level is None else one.levels[level].code, round(weight, 2)))
    reasons.sort(key=lambda reason: -abs(reason.weight))
    return Pair(everyone[left], everyone[right], row["match_probability"], tuple(reasons))
