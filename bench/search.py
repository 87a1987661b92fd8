"""How fast the search answers, and how well, beside what the field's common search does in the same run.

Services are made up (`_services`, seeded), 10,000 and 200,000 of them, a million with --million; --quick stays at
10,000. Each kind of question is asked in turn, in this process: "answer" reads the question, asks the index and ranks;
"page" also fetches the twenty results with their reasons; "peer" is the peer's query alone. Over HTTP eight clients ask
a real server for whole pages. Order is judged on the sixty questions of `judged/queries.yaml`, on the demo alone.

Besides the clock, the processor's time is told where the system tells it (Linux, the server on this machine): a busy
machine bears on it less.
"""

import os
import random
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import mean, quantiles
from time import perf_counter, process_time
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bench._ground import Ground, median, milliseconds, p95, print_result, print_table, ratio, step

AT = datetime(2026, 11, 24, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
CLIENTS, PAGES_EACH = 8, 25
WORDS = (
    "cours de français", "FLE débutant", "permanence juridique", "titre de séjour", "aide alimentaire", "colis",
    "écrivain public", "atelier numérique", "smartphone", "crèche", "halte-garderie", "logement social", "hébergement",
    "CV", "recherche d'emploi", "permis de conduire", "psychologue", "centre de santé", "AME", "vêtements", "couture",
    "chorale", "surendettement", "vélo", "bénévolat", "aide aux devoirs", "café des parents", "formation", "CAF impôts",
    "avocat", "mission locale", "médiathèque", "Emmaüs", "conversation", "alphabétisation", "Restos du Cœur",
)  # fmt: skip
ARABIC = (
    "دروس اللغة الفرنسية",
    "مساعدة غذائية",
    "سكن",
    "محامي",
    "عمل",
    "طبيب نفسي",
    "حضانة",
    "رخصة القيادة",
    "ملابس",
    "كتابة رسائل",
)
TYPOS = ("alphabetisatoin", "cours de francias", "crehce", "logmeent social", "hebergemnt", "vetemetns",
         "permi de conduire", "psycologue", "numérqiue", "domicilation")  # fmt: skip
LANGUAGES = ("ar", "ti", "ru", "en", "so", "ps")


def main() -> None:
    chosen = options()
    sizes = [10_000] if chosen.quick else [10_000, 200_000, *([1_000_000] if chosen.million else [])]
    rounds = 40 if chosen.quick else 150
    with Ground() as ground:
        judged = judge()
        figures = {size: measure(ground, size, rounds) for size in sizes}
        report(figures, judged)


def options() -> Namespace:
    parser = ArgumentParser(description="Times and order of the search, beside the field's common search.")
    parser.add_argument("--quick", action="store_true", help="10,000 services and fewer repetitions")
    parser.add_argument("--million", action="store_true", help="also a million services (an hour)")
    return parser.parse_args()


# Order


def judge() -> dict[str, dict[str, float]]:
    """nDCG@10 of both on the demo's own services."""
    from bench import _judged, _peer

    with step("judged questions"):
        _peer.build()
        return {
            "ours": _judged.judge(ours),
            "peer": _judged.judge(peer),
            "peer, any word": _judged.judge(partial(peer, is_any=True)),
        }


def ours(query: Mapping[str, Any]) -> list[int]:
    """As the search page does, from what a person would type and tick."""
    from django.utils.translation import override

    from bench._judged import form_values
    from parcours.directory.finding.find import answer
    from parcours.directory.finding.understanding import read
    from parcours.directory.forms.finding import SearchForm

    language = query["language"]
    with override(language):
        form = SearchForm(form_values(query), language=language)
        form.is_valid()
        question = form.question(read(query["q"], language))
        return [match.service for match in answer(question, AT).matches]


def peer(query: Mapping[str, Any], *, is_any: bool = False) -> Sequence[int]:
    from bench import _peer
    from parcours.directory.finding.places import gazetteer

    keys = gazetteer().named(query.get("place", ""))
    spot = gazetteer().spots[keys[0]] if keys else None
    where = (spot.lon, spot.lat) if spot and spot.lon is not None and spot.lat is not None else None
    return _peer.find(query["q"], where, is_any=is_any)


# Time


def measure(ground: Ground, size: int, rounds: int) -> dict[str, Any]:
    """Times of each kind of question, of the index, and of pages over HTTP."""
    from bench import _peer, _services

    ground.copy(f"services_{size}", lambda: _services.load(size))
    found: dict[str, Any] = {"index": {"seconds": round(_services.index_listings(), 1)}}
    found["index"]["peer seconds"] = round(_peer.build(), 1)
    ground._analyse()
    found["index"] |= index_bytes()
    with step("questions"):
        found["kinds"] = times(rounds)
    found["load"] = round(os.getloadavg()[0], 1)
    with step("over HTTP"):
        found["http"] = over_http(ground, f"services_{size}")
    return found


def index_bytes() -> dict[str, float]:
    from django.db import connection

    names = {
        "words MB": "listing_words",
        "place MB": "listing_point",
        "rows MB": "directory_listing",
        "peer words MB": "bench_peer_vector",
    }
    with connection.cursor() as cursor:
        sizes = {}
        for name, relation in names.items():
            cursor.execute("SELECT pg_relation_size(%s::regclass)", [relation])
            sizes[name] = round(cursor.fetchone()[0] / 2**20, 1)
    return sizes


WAYS = ("answer", "page", "peer")


def times(rounds: int) -> dict[str, dict[str, float]]:
    """Every kind in turn, question by question, so that a noisy machine bears on all alike."""
    kinds = questions(random.Random(7))
    taken: dict[str, dict[str, list[Taken]]] = {name: {way: [] for way in WAYS} for name in kinds}
    for number in range(-5, rounds):
        for name, make in kinds.items():
            asked = make()
            for way, ask in zip(WAYS, (our_answer, our_page, peer_answer), strict=True):
                one = take(partial(ask, asked))
                if number >= 0:
                    taken[name][way].append(one)
    return {
        name: {f"{way} {each}": value for way, values in ways.items() for each, value in told(values).items()}
        for name, ways in taken.items()
    }


class Taken(NamedTuple):
    """Milliseconds of one question: of the clock, of this process and of the database's."""

    clock: float
    here: float
    server: float


def take(call: Callable[[], object]) -> Taken:
    server, here = server_ms(), process_time()
    clock = milliseconds(call)
    return Taken(clock, (process_time() - here) * 1000, server_ms() - server)


def server_ms() -> float:
    """What the process that serves this connection has used of the processor; 0 where nobody tells."""
    from django.db import connection

    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(told.read_text().split()[0]) / 1e6 if told.exists() else 0.0


def told(values: Sequence[Taken]) -> dict[str, float]:
    """Of the clock p50, p95 and p99, of the processor means and p95 of both processes together."""
    both = [one.here + one.server for one in values]
    means = {name: round(mean(getattr(one, name) for one in values), 1) for name in ("here", "server")}
    return {**spread([one.clock for one in values]), **means, "cpu p95": p95(both)}


def spread(values: Sequence[float]) -> dict[str, float]:
    return {
        "p50": median(values),
        "p95": p95(values),
        "p99": round(quantiles(values, n=100, method="inclusive")[98], 2),
    }


Asked = dict[str, Any]


def questions(dice: random.Random) -> dict[str, Callable[[], Asked]]:
    """What is asked, by kind: words, the language they are in, a place as a form would know it, filters."""
    from bench._services import towns

    places = [f"geonames:{town.code}" for town in towns()[:200]]

    def filters() -> dict[str, Any]:
        return {"languages": (dice.choice(LANGUAGES),), "is_free": True, "when": dice.choice(("mo", "tu", "sa", "now"))}

    return {
        "text": lambda: {"q": dice.choice(WORDS)},
        "text + place": lambda: {"q": dice.choice(WORDS), "place": dice.choice(places)},
        "filters only": lambda: {"q": "", "place": dice.choice(places), "filters": filters()},
        "Arabic": lambda: {"q": dice.choice(ARABIC), "language": "ar", "place": dice.choice(["", *places[:20]])},
        "mistyped": lambda: {"q": dice.choice(TYPOS)},
    }


def _question(asked: Asked) -> Any:
    from parcours.directory.finding.places import gazetteer
    from parcours.directory.finding.understanding import read, where

    known = gazetteer()
    question = read(asked["q"], asked.get("language", "fr"), known=known).question
    place = where(asked["place"], known) if asked.get("place") else {}
    return question.but(**place, **asked.get("filters", {}))


def our_answer(asked: Asked) -> Any:
    from parcours.directory.finding.find import answer

    return answer(_question(asked), AT)


def our_page(asked: Asked) -> Any:
    from parcours.directory.finding.results import shown

    found = our_answer(asked)
    return shown(found.matches[:20], found.question, AT)


def peer_answer(asked: Asked) -> Any:
    from bench import _peer
    from parcours.directory.finding.places import gazetteer

    spot = gazetteer().spots.get(asked.get("place", ""))
    return _peer.find(asked["q"], (spot.lon, spot.lat) if spot else None)  # type: ignore[arg-type]


def over_http(ground: Ground, name: str) -> dict[str, float]:
    """Whole pages from a server as `./run serve` starts it, asked by eight clients at once."""
    from bench.pages import granian

    addresses = list(_addresses(random.Random(8)))
    with granian(ground.conninfo(name)) as port, ThreadPoolExecutor(CLIENTS) as clients:
        warm = [clients.submit(_ask, port, addresses[:3]) for _client in range(CLIENTS * 2)]
        for one in warm:
            one.result()
        start = perf_counter()
        parts = [addresses[number::CLIENTS] for number in range(CLIENTS)]
        taken = [value for values in clients.map(lambda part: _ask(port, part), parts) for value in values]
        seconds = perf_counter() - start
    return {**spread(taken), "pages a second": round(len(taken) / seconds, 1)}


def _addresses(dice: random.Random) -> Iterator[str]:
    kinds = questions(dice)
    for _number in range(CLIENTS * PAGES_EACH // len(kinds)):
        for make in kinds.values():
            asked = make()
            town = asked.get("place", "").removeprefix("geonames:")
            values = {"q": asked["q"], "place": _town_name(town) if town else ""}
            yield f"/{'ar' if asked.get('language') == 'ar' else 'fr'}/services/?{urlencode(values)}"


def _town_name(code: str) -> str:
    from bench._services import towns

    return next(town.name for town in towns() if town.code == code)


def _ask(port: int, addresses: Sequence[str]) -> list[float]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(address: str) -> None:
        connection.request("GET", address)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{address} answers {answer.status}")

    taken = [milliseconds(lambda address=address: ask(address)) for address in addresses]
    connection.close()
    return taken


# Report


def report(figures: dict[int, dict[str, Any]], judged: dict[str, dict[str, float]]) -> None:
    ratios: dict[str, Any] = {}
    for size, found in figures.items():
        print(f"\n{size:,} services, load {found['load']}; ms of the clock, of the processor here and in the database")
        for kind, row in found["kinds"].items():
            ratios[f"{kind} {size}"] = ratio(row["peer p95"], max(row["answer p95"], 0.01))
            ratios[f"{kind} {size} cpu"] = ratio(row["peer cpu p95"], max(row["answer cpu p95"], 0.01))
        heads = ("p50", "p95", "p99", "here", "server", "cpu p95")
        rows = [
            (f"{kind}: {way}", *(row[f"{way} {each}"] for each in heads), *beside)
            for kind, row in found["kinds"].items()
            for way in WAYS
            for beside in [(ratios[f"{kind} {size}"], ratios[f"{kind} {size} cpu"]) if way == "answer" else ("", "")]
        ]
        print_table(("question", *heads, "peer / answer p95", "cpu"), rows)
        print(f"index: {found['index']}\nHTTP, {CLIENTS} clients: {found['http']}")
    print("\nnDCG@10 on the judged questions")
    languages = list(judged["ours"])
    print_table(
        ("", *languages), [(name, *(scores.get(each, 0) for each in languages)) for name, scores in judged.items()]
    )
    sys.stdout.flush()
    ratios["nDCG@10"] = round(judged["ours"]["all"] / max(judged["peer"]["all"], 0.001), 2)
    print_result(
        "search", figures={"sizes": figures, "judged": judged}, floor={"peer": judged["peer"]["all"]}, ratios=ratios
    )


if __name__ == "__main__":
    main()
