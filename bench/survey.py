"""The statistics of a survey: how long its tables take, and how long it takes to hide what must not be told.

Tables: 30 questions (single and multiple choices, numbers) of 62, 1,000 and 50,000 made-up respondents; beside it, in
the same run, `collections.Counter` over the same columns, which counts choices and knows no base, and DuckDB over the
same single choices. Suppression: cross-tables of three sizes with their one-way tables, hidden and then audited. Time
is that of the processor, all cores together: others may be at work on the machine.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import duckdb
import pyarrow as pa

from bench._ground import median, options, print_result, print_table, ratio, step
from parcours.engines.suppression import audit, protect
from parcours.engines.tabulation import Column, multiple, number, numbers, one_way, single, two_way

RESPONDENTS = (62, 1_000, 50_000)
TABLES = ((5, 5, 60), (20, 20, 1_500), (47, 12, 3_000))
QUESTIONS = {"single": 15, "multiple": 10, "number": 5}
CHOICES = [f"choice {at}" for at in range(8)]
SEED = 94
K = 11


def main() -> None:
    chosen = options("Statistics of a survey: time of its tables beside plain counting, time to hide small cells.")
    repeats = 3 if chosen.quick else 7
    tables, floor = {}, {}
    for size in RESPONDENTS:
        with step(f"{size} respondents"):
            tables[str(size)], floor[str(size)] = tabulated(size, repeats)
    print_table(
        ["30 questions, ms", *map(str, RESPONDENTS)],
        [[name, *(run[name] for run in runs.values())] for runs in (tables, floor) for name in runs["62"]],
    )
    hidden = {}
    for rows, columns, size in TABLES:
        with step(f"{rows} × {columns} cells"):
            hidden[f"{rows}x{columns}"] = suppressed(rows, columns, size)
    print_table(
        ["suppression", *hidden],
        [[name, *(found[name] for found in hidden.values())] for name in next(iter(hidden.values()))],
    )
    ratios = {size: ratio(tables[size]["one-way"] + tables[size]["read"], floor[size]["Counter"]) for size in tables}
    print_result("survey", figures={"tables_ms": tables, "suppression": hidden}, floor=floor, ratios=ratios)


Answers = dict[str, tuple[str, str, list[Any]]]


def tabulated(size: int, repeats: int) -> tuple[dict[str, float], dict[str, float]]:
    answers = made_up(size, random.Random(SEED))
    columns = read(answers)
    choices = [column for column in columns if column.kind != "number"]
    floor = {"Counter": timed(lambda: count(answers), repeats), "DuckDB, 15 single": timed(in_duckdb(answers), repeats)}
    return {
        "read": timed(lambda: read(answers), repeats),
        "one-way": timed(lambda: [numbers(c) if c.kind == "number" else one_way(c) for c in columns], repeats),
        "two-way, 25": timed(lambda: [two_way(column, columns[0]) for column in choices], repeats),
    }, floor


def timed(call: Callable[[], object], repeats: int) -> float:
    return median([1000 * processor_seconds(call)[0] for _ in range(repeats)])


def processor_seconds(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = call()
    return time.process_time() - start, result


def made_up(size: int, rng: random.Random) -> Answers:
    """By question: its kind, the states and the values."""
    answers: Answers = {}
    for kind, questions in QUESTIONS.items():
        for at in range(questions):
            states = "".join(rng.choices("aundh", (80, 8, 4, 4, 4), k=size))
            values = [value(kind, rng) if state == "a" else None for state in states]
            answers[f"{kind} {at}"] = kind, states, values
    return answers


def value(kind: str, rng: random.Random) -> Any:
    if kind == "number":
        return rng.lognormvariate(3, 1)
    return rng.choice(CHOICES) if kind == "single" else tuple(rng.sample(CHOICES, rng.randint(1, 4)))


def read(answers: Answers) -> list[Column]:
    readers: dict[str, Callable[..., Column]] = {"single": single, "multiple": multiple, "number": number}
    return [
        readers[kind](name, states, values, *([] if kind == "number" else [CHOICES]))
        for name, (kind, states, values) in answers.items()
    ]


def count(answers: Answers) -> list[Counter[Any]]:
    """What one would write first: how often each value stands there."""
    given = ((kind, [value for value in values if value is not None]) for kind, _states, values in answers.values())
    return [Counter(chain.from_iterable(values)) if kind == "multiple" else Counter(values) for kind, values in given]


def in_duckdb(answers: Answers) -> Callable[[], object]:
    """The single choices from columns that are in the database already."""
    names = [name for name, (kind, *_rest) in answers.items() if kind == "single"]
    database = duckdb.connect()
    database.register("arrow", pa.table({name: answers[name][2] for name in names}))
    database.execute("create table answer as select * from arrow")
    return lambda: [
        database.execute(f'select "{name}", count(*) from answer group by all').fetchall() for name in names
    ]


def suppressed(rows: int, columns: int, size: int) -> dict[str, float]:
    one, other = crossed(rows, columns, size, random.Random(SEED))
    tables = (two_way(one, other), one_way(one), one_way(other))
    to_protect, safe = processor_seconds(lambda: protect(*tables, k=K))
    to_audit, found = processor_seconds(lambda: audit(safe))
    inner = [tables[0].count(row, column) for row in tables[0].rows for column in tables[0].columns]
    return {
        "cells": len(inner),
        "small": sum(0 < n < K for n in inner),
        "hidden": sum(safe[0].count(row, column) is None for row in safe[0].rows for column in safe[0].columns),
        "protect s": round(to_protect, 2),
        "audit s": round(to_audit, 2),
        "recoverable": len(found),
    }


def crossed(rows: int, columns: int, size: int, rng: random.Random) -> Sequence[Column]:
    """Two questions whose choices are unlike in size, as communes are."""
    found = []
    for name, many in (("row", rows), ("column", columns)):
        choices = [f"{name} {at}" for at in range(many)]
        weights = [1 / (at + 1) for at in range(many)]
        found.append(single(name, "a" * size, rng.choices(choices, weights, k=size), choices))
    return found


if __name__ == "__main__":
    main()
