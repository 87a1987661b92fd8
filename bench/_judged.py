"""How well a search orders what people judged: nDCG@10 over the sixty questions of `judged/queries.yaml`."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from math import log2
from pathlib import Path
from statistics import mean
from typing import Any

import yaml

QUERIES = Path(__file__).parent / "judged" / "queries.yaml"
DEPTH = 10
LEVELS = ("A0", "A1", "A2", "B1", "B2", "C1", "C2")
DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")

Search = Callable[[Mapping[str, Any]], Sequence[int]]


def queries() -> list[dict[str, Any]]:
    return list(yaml.safe_load(QUERIES.read_text(encoding="utf-8")))


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float | None:
    """1 when the best come first, 0 when none comes; None where nothing could be found."""
    best = _gain(sorted(grades.values(), reverse=True))
    return _gain([grades.get(key, 0) for key in found]) / best if best else None


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(rank + 2) for rank, grade in enumerate(grades[:DEPTH]))


def judge(search: Search) -> dict[str, float]:
    """The mean nDCG@10 of a search, in all and by language."""
    scores: dict[str, list[float]] = defaultdict(list)
    names = _external_ids()
    for query in queries():
        found = [names.get(service, "") for service in search(query)]
        score = ndcg(found, query["grades"])
        if score is not None:
            scores["all"].append(score)
            scores[query["language"]].append(score)
    return {name: round(mean(values), 3) for name, values in scores.items()}


def _external_ids() -> dict[int, str]:
    from parcours.directory.models import SourceRecord

    rows = SourceRecord.objects.filter(service__isnull=False).values_list("service", "external_id")
    return dict(rows)


def form_values(query: Mapping[str, Any]) -> dict[str, str]:
    """What a person would type and tick on the search page."""
    filters = query.get("filters", {})
    values = {"q": query["q"], "place": query.get("place", "")}
    if "french" in filters:
        values["level"] = filters["french"]
    if "day" in filters:
        values["when"] = DAYS[filters["day"] - 1]
    names = {"free": "free", "has_places": "vacancy", "accessible": "accessible"}
    return values | {form: "on" for name, form in names.items() if filters.get(name)}
