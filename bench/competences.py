"""Which competences a sentence speaks of: what is found among the first 5 and 10, and how long it takes.

Sentences: 150 of lived experience in French (`judged/lived.txt`), with the cards that each speaks of in two labellings.
Recall is the mean share of a sentence's cards that are among the first, over both labellings. Other names: of a name
that ESCO gives as another way to say a skill, whether the skill is found by its label alone. Beside it in the same
run, over the same texts and on one core: three finders that know nothing of either (`_vectors.py`), each given its
better way of reading a card (all its texts as one, or the nearest of them). A peer whose package is missing, and ESCO
where its files are, are left out with a reason. The sentences, their labels and the cards' words are by the same hand.
"""

import csv
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench._ground import ROOT, Ground, median, options, p95, print_result, print_table, ratio, step
from bench._vectors import PEERS, Score
from parcours.engines.competences import Concept, Suggester

if TYPE_CHECKING:
    from parcours.portfolio.suggesting import Proposal

LIVED = Path(__file__).parent / "judged" / "lived.txt"
ESCO = ROOT.parent / "shared" / "data" / "vocabularies" / "esco" / "v1.0_skills_fr.csv"
DRAWS, QUICK_DRAWS, QUICK_SKILLS = 600, 100, 2_000
SEED = 94
MOST = 10
OURS = "Parcours"
Find = Callable[[str], Sequence[str]]  # a sentence to the names of what is found, at most MOST, best first
Row = dict[str, float]


def main() -> None:
    chosen = options("Suggestions of competences: recall and time.")
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    measured: dict[str, dict[str, Row]] = {}
    behind: Row = {}
    with Ground():
        measured["sentences, cards"] = lived()
        if ESCO.exists():
            behind = with_all_loaded()
            measured["ESCO by other names"] = other_names(quick=chosen.quick)
        else:
            print(f"ESCO is left out: {ESCO} is not there", file=sys.stderr)
    for title, rows in measured.items():
        heads = list(rows[OURS])
        print_table([title, *heads], [[name, *row.values()] for name, row in rows.items()])
        print()
    if behind:
        print(f"cards with ESCO behind, as a page asks: {behind['ms']} ms a sentence, p95 {behind['ms p95']} ms\n")
    peers = {title: {name: row for name, row in rows.items() if name != OURS} for title, rows in measured.items()}
    ratios = {
        title: {name: ratio(measured[title][OURS]["@5"], row["@5"]) for name, row in rows.items()}
        for title, rows in peers.items()
    }
    ours = {title: rows[OURS] for title, rows in measured.items()} | {"with ESCO behind": behind}
    print_result("competences", figures=ours, floor=peers, ratios=ratios)


def lived() -> dict[str, Row]:
    """Recall of the cards for the sentences, by finder."""
    from parcours.portfolio.models import Concept as Known

    known = list(Known.objects.filter(is_card=True))
    names = [row.picture for row in known]
    cases = read_sentences()
    found = {OURS: among_cards(lambda said: [one.picture for one in suggested(said, MOST)], cases)}
    for name, find in finders(names, [[row.label.text_in("fr"), *row.more] for row in known]):
        row = among_cards(find, cases)
        if name not in found or row["@5"] > found[name]["@5"]:
            found[name] = row
    return found


def with_all_loaded() -> Row:
    """Milliseconds for five suggestions, cards first, when 13,000 skills are loaded behind them."""
    from django.utils import timezone

    from parcours.portfolio.actions.vocabulary import load_vocabulary

    with step("ESCO in the database"):
        load_vocabulary(kind="esco", path=ESCO, language="fr", version="1.0", at=timezone.now(), apply=True)
    said = [case[0] for case in read_sentences()]
    suggested(said[0], 5)
    return timed(lambda one: [found.uri for found in suggested(one, 5)], said)[1]


def suggested(said: str, limit: int) -> "list[Proposal]":
    from parcours.portfolio.suggesting import suggest

    return suggest([said], "fr", limit=limit)


def other_names(*, quick: bool) -> dict[str, Row]:
    """Whether another name of a skill finds it by its label, by finder."""
    with ESCO.open(encoding="utf-8", newline="") as file:
        skills = [(row["preferredLabel"], row["altLabels"].split("\n")) for row in csv.DictReader(file)]
    dice = random.Random(SEED)
    if quick:
        skills = dice.sample(skills, QUICK_SKILLS)
    labels = [label for label, _others in skills]
    pairs = [(other, label) for label, others in skills for other in others if other and other != label]
    cases = dice.sample(pairs, QUICK_DRAWS if quick else DRAWS)
    suggester = Suggester([Concept(label, label) for label in labels], "fr")
    found = {OURS: among_skills(lambda said: [one.concept.uri for one in suggester.suggest(said, limit=MOST)], cases)}
    for name, find in finders(labels, [[label] for label in labels]):
        found[name] = among_skills(find, cases)
    return found


def finders(names: Sequence[str], texts: Sequence[Sequence[str]]) -> Iterator[tuple[str, Find]]:
    """Each peer twice where a term has several texts: over all of them as one, and over the nearest of them."""
    joined = [". ".join(own) for own in texts]
    split = [text for own in texts for text in own]
    starts = np.cumsum([0, *(len(own) for own in texts)])[:-1]
    for name, make in PEERS.items():
        try:
            whole = make(joined)
            parts = make(split) if len(split) > len(joined) else None
        except ImportError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
            continue
        yield name, partial(best, names, whole)
        if parts:
            yield name, partial(best, names, lambda said, score=parts: np.maximum.reduceat(score(said), starts))


def best(names: Sequence[str], score: Score, said: str) -> list[str]:
    return [names[number] for number in np.argsort(-score(said), kind="stable")[:MOST]]


def among_cards(find: Find, cases: Sequence[tuple[str, set[str], set[str]]]) -> Row:
    """Mean share of a sentence's cards found, by labelling and of both together; milliseconds a sentence."""
    find(cases[0][0])
    found, times = timed(find, [said for said, _first, _second in cases])
    row: Row = {}
    for size in (3, 5, 10):
        both = [
            statistics.mean(
                len(wanted & set(one[:size])) / len(wanted) for one, wanted in zip(found, labelled, strict=True)
            )
            for labelled in ([case[1] for case in cases], [case[2] for case in cases])
        ]
        row[f"@{size}"] = statistics.mean(both)
    return {name: round(value, 3) for name, value in row.items()} | times


def among_skills(find: Find, cases: Sequence[tuple[str, str]]) -> Row:
    """Share of names whose skill is found; milliseconds a name."""
    found, times = timed(find, [said for said, _wanted in cases])
    hits = [one.index(wanted) if wanted in one else MOST for one, (_said, wanted) in zip(found, cases, strict=True)]
    return {f"@{size}": round(statistics.mean(hit < size for hit in hits), 3) for size in (1, 5, 10)} | times


def timed(find: Find, said: Sequence[str]) -> tuple[list[list[str]], Row]:
    found, times = [], []
    for one in said:
        start = time.perf_counter()
        found.append(list(find(one)))
        times.append((time.perf_counter() - start) * 1000)
    return found, {"ms": median(times), "ms p95": p95(times)}


def read_sentences() -> list[tuple[str, set[str], set[str]]]:
    lines = [line.split("|") for line in LIVED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(said, set(first.split()), set(second.split())) for said, first, second in lines]


if __name__ == "__main__":
    main()
