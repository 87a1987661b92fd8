"""The pages of the network at 110, 1,000 and 50,000 organisations: how long, how many bytes, how many queries.

Invented organisations from a seed join the demo's plan. "first" is a page of which nothing is in the cache: it pays for
the picture; "again" finds the picture there and reads the network anew. Beyond 1,200 organisations communes stand for
them. The floor of the same run is an empty page with the same middleware and frame.
"""

import time
from collections.abc import Callable
from typing import Any

from bench._ground import Ground, milliseconds, options, print_result, print_table, ratio, step
from bench.pages import Site

SIZES = (110, 1_000, 50_000)
BUDGET_BYTES = 150_000
PAGES = {
    "picture, circles": "",
    "picture, forces": "?layout=force",
    "who named whom": "?view=matrix",
    "by commune": "?view=communes",
    "by action": "?view=actions",
}


def main() -> None:
    chosen = options("The network's pages at three sizes.")
    figures: dict[str, dict[str, Any]] = {}
    floor: dict[str, float] = {}
    with Ground() as ground:
        from parcours.network.tests.cast import territory_of

        for size in SIZES:
            ground.copy(f"network{size}", lambda size=size: territory_of(size))
            with step("pages"):
                figures[str(size)], floor[str(size)] = measured(3 if chosen.quick else 10)
    report(figures, floor)


def measured(repeats: int) -> tuple[dict[str, Any], float]:
    """By page: milliseconds the first time and at best again, bytes, queries; and the best of the empty page."""
    from django.core.cache import cache
    from django.urls import reverse
    from django.utils.translation import override

    site, found = Site(), {}
    with override("fr"):
        empty, index = reverse("bench-empty"), reverse("network:index")
        one = reverse("network:organisation", args=["n-0"])
    site.ask(index)  # templates are read once
    floor = best(lambda: site.ask(empty), repeats)
    for name, url in {**{name: index + query for name, query in PAGES.items()}, "an organisation": one}.items():
        cache.clear()
        first = milliseconds(lambda url=url: site.ask(url))
        weight, queries = site.ask(url)
        again = best(lambda url=url: site.ask(url), repeats)
        found[name] = {"first": round(first), "again": again, "bytes": weight, "queries": queries}
    found["bridges, computed"] = {"first": round(milliseconds(bridges))}
    return found, floor


def bridges() -> None:
    from parcours.network.brokers import brokers
    from parcours.network.choices import Grouping
    from parcours.network.reading import read

    brokers(read(everyone=True), Grouping.COMMUNE)


def best(call: Callable[[], object], repeats: int, patience: float = 6.0) -> float:
    """The quickest of so many calls, or of as many as fit into so many seconds."""
    times, end = [milliseconds(call)], time.perf_counter() + patience
    while len(times) < repeats and time.perf_counter() < end:
        times.append(milliseconds(call))
    return round(min(times), 1)


def report(figures: dict[str, dict[str, Any]], floor: dict[str, float]) -> None:
    ratios = {
        size: {name: ratio(row["again"], floor[size]) for name, row in pages.items() if "again" in row}
        for size, pages in figures.items()
    }
    rows = [
        [
            f"{size}: {name}",
            *(row.get(column, "–") for column in ("first", "again", "bytes", "queries")),
            ratios[size].get(name, "–"),
        ]
        for size, pages in figures.items()
        for name, row in pages.items()
    ]
    print_table(["organisations: page", "first ms", "again ms", "bytes", "queries", "× empty page"], rows)
    heavy = [row[0] for row in rows if row[3] != "–" and row[3] > BUDGET_BYTES]
    print(f"Heavier than {BUDGET_BYTES} bytes: {', '.join(heavy) or 'none'}.")
    print_result("network_pages", figures=figures, floor=floor, ratios=ratios)


if __name__ == "__main__":
    main()
