"""Which records are one thing: how well and how fast, on a public labelled set and on invented French organisations.

Sites: pairwise precision, recall and F1 of the final groups over all pairs of the early-childhood sites of the
dedupe-examples project, without labels; beside it, in the same run, a hand rule and the address alone. Organisations:
a list against a register twenty times larger, in a process of its own that tells its time and its peak memory. Twins:
the duplicates within one directory of growing size, seven records in a hundred having one, by all that they tell and by
name, commune and postcode alone.
"""

import csv
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from itertools import combinations
from typing import Any

import duckdb

from bench._ground import ROOT, options, print_result, print_table, ratio, step
from bench._organisations import directory, second_source
from parcours.engines import names
from parcours.engines.linkage import Pair, clusters, find_pairs

SITES = ROOT.parent / "shared" / "data" / "dedupe-benchmark" / "early-childhood-sites.csv"
SIZES, QUICK_SIZES = (5_000, 100_000), (200, 4_000)
DIRECTORIES, QUICK_DIRECTORIES = (500, 20_000, 100_000), (500, 1_500)
OF_A_SECOND_SOURCE = 0.1
BARE = ("id", "name", "acronym", "commune", "postcode")
SEED = 94
# Pairs below the threshold still weigh in the mean of a group.
DOUBTFUL = 0.05
THRESHOLDS = (0.3, 0.5, 0.7, 0.9)
# Measured elsewhere on the complete set, of which this is the larger part.
PUBLISHED = {"hand rules": 0.890, "dedupe, 200 labels": 0.933, "dedupe, 800 labels": 0.941}

Edges = set[tuple[Any, Any]]


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(link_organisations(*map(int, sys.argv[2:]))))
        return
    chosen = options("Record linkage: quality on labelled sites, time and memory on invented organisations.")
    floor: dict[str, Any] = {"published": PUBLISHED}
    figures: dict[str, Any] = {}
    if SITES.exists():
        figures["sites"], floor["sites"] = sites()
    else:
        figures["sites"] = None
        print(f"Sites are left out: {SITES} is not there", file=sys.stderr)
    figures["organisations"] = organisations(*(QUICK_SIZES if chosen.quick else SIZES))
    figures["twins"] = twins(QUICK_DIRECTORIES if chosen.quick else DIRECTORIES)
    print_result("linkage", figures=figures, floor=floor, ratios=ratios(figures, floor))


def sites() -> tuple[dict[str, Any], dict[str, Any]]:
    records, truth = labelled_sites()
    start = time.process_time()
    with step(f"{len(records)} sites"):
        pairs = find_pairs(records, kind="service", threshold=DOUBTFUL)
    seconds = round(time.process_time() - start, 1)
    groups = {f"groups at {at}": quality(within(clusters(pairs, threshold=at)), truth) for at in THRESHOLDS}
    figures = {"cpu_s": seconds, "pairs at 0.5": quality(likely(pairs), truth)} | groups
    floor = {
        "hand rule": quality(hand_rule(records), truth),
        "same address": quality(same_address(records), truth),
    }
    print_table(
        ["sites", "precision", "recall", "F1"],
        [[name, *values.values()] for name, values in (figures | floor).items() if name != "cpu_s"]
        + [[f"published: {name}", "", "", f1] for name, f1 in PUBLISHED.items()],
    )
    return figures, floor


def labelled_sites() -> tuple[list[dict[str, Any]], Edges]:
    """The records of the set with what they say, and the pairs of one cluster."""
    with SITES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    records = [
        {
            "id": at,
            "name": " ".join(row["Site name"].split()),
            "address": row["Address"],
            "postcode": row["Zip"],
            "phones": [row["Phone"]],
            "emails": [row["Email Address"]],
            "websites": [row["Website"]],
        }
        for at, row in enumerate(rows)
    ]
    members: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        members.setdefault(row["True Id"], []).append(at)
    return records, within(members.values())


def within(groups: Iterable[Iterable[Any]]) -> Edges:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def likely(pairs: Iterable[Pair], threshold: float = 0.5) -> Edges:
    likely_ones = (pair for pair in pairs if pair.probability >= threshold)
    return {(min(pair.left, pair.right), max(pair.left, pair.right)) for pair in likely_ones}


def quality(found: Edges, truth: Edges) -> dict[str, float]:
    right = len(found & truth)
    precision, recall = right / max(len(found), 1), right / len(truth)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def hand_rule(records: list[dict[str, Any]]) -> Edges:
    """What one would write first: a like address (Jaro-Winkler), or the same telephone and a like name."""
    database = duckdb.connect()
    database.execute("create table site (id integer, name varchar, address varchar, phone varchar)")
    read = [(r["id"], " ".join(names.name_words(r["name"])), _address(r), names.phone(r["phones"][0])) for r in records]
    database.executemany("insert into site values (?, ?, ?, ?)", read)
    return set(
        database.execute(
            """
            select a.id, b.id from site a join site b on a.id < b.id
            where jaro_winkler_similarity(a.address, b.address) >= 0.96
            or (a.phone <> '' and a.phone = b.phone and jaro_winkler_similarity(a.name, b.name) >= 0.85)
            """
        ).fetchall()
    )


def same_address(records: list[dict[str, Any]]) -> Edges:
    groups: dict[str, list[int]] = {}
    for record in records:
        groups.setdefault(_address(record), []).append(record["id"])
    return within(groups.values())


def _address(record: dict[str, Any]) -> str:
    address = names.address(record["address"])
    return f"{address.number} {address.street}"


def organisations(records: int, register: int) -> dict[str, Any]:
    with step(f"{records} × {register} organisations"):
        argv = [sys.executable, "-m", "bench.linkage", "--child", str(records), str(register)]
        done = subprocess.run(argv, capture_output=True, text=True, check=True, cwd=ROOT)
    figures: dict[str, Any] = json.loads(done.stdout)
    print_table(["organisations", "value"], [[name, value] for name, value in figures.items()])
    return figures


def link_organisations(size: int, register_size: int) -> dict[str, Any]:
    """Runs in a process of its own: peak memory is that of the linkage, above what the records themselves take."""
    rng = random.Random(SEED)
    register = directory(register_size, rng)
    records, truth = second_source(register, size, rng)
    before, cpu, wall = _peak(), time.process_time(), time.perf_counter()
    pairs = find_pairs(records, kind="organisation", against=register)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    found = {(pair.left, pair.right) for pair in pairs}
    counts = {"records": size, "register": register_size, "true pairs": len(truth)}
    spent = {"cpu s": round(cpu, 1), "wall s": round(wall, 1), "peak MB": _peak(), "peak MB before": before}
    return counts | quality(found, set(truth.items())) | spent


def twins(sizes: Iterable[int]) -> list[dict[str, Any]]:
    """How well the duplicates within one directory are found, at the default threshold."""
    lines = []
    for size in sizes:
        rng = random.Random(SEED)
        known = directory(round(size * (1 - OF_A_SECOND_SOURCE)), rng)
        again, truth = second_source(known, size - len(known), rng)
        everything = known + again
        bare = [{field: record[field] for field in BARE} for record in everything]
        for told, records in (("everything", everything), ("name and commune", bare)):
            start = time.process_time()
            with step(f"twins among {size}, by {told}"):
                found = {tuple(sorted((pair.left, pair.right))) for pair in find_pairs(records, kind="organisation")}
            spent = {"cpu s": round(time.process_time() - start, 1)}
            counts = {"records": size, "told": told, "true pairs": len(truth), "pairs": len(found)}
            lines.append(counts | quality(found, {tuple(sorted(ends)) for ends in truth.items()}) | spent)
    print_table(list(lines[0]), [list(line.values()) for line in lines])
    return lines


def _peak() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


def ratios(figures: dict[str, Any], floor: dict[str, Any]) -> dict[str, float]:
    """Errors (1 - F1) of the peers in units of ours; pairs of the whole looked at in a CPU second."""
    many = figures["organisations"]
    found = {"million pairs a CPU s": round(many["records"] * many["register"] / many["cpu s"] / 1e6, 1)}
    if figures["sites"]:
        ours = 1 - figures["sites"]["groups at 0.5"]["f1"]
        found |= {f"errors of {name}": ratio(1 - values["f1"], ours) for name, values in floor["sites"].items()}
    return found


if __name__ == "__main__":
    main()
