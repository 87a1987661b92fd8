"""How long a file of 200,000 services takes to preview, import and undo, and in how much memory.

The file is data·inclusion v1, made from a seed. The floor, in the same run: PostgreSQL's COPY of the same services,
each as one text, into a table without index or trigger. Memory is the process's highest resident size.
"""

import json
import random
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench._ground import Ground, options, print_result, print_table, ratio, step

ROWS, QUICK_ROWS = 200_000, 1_000
SERVICES_A_STRUCTURE = 5
WORDS = [
    "accueil", "accompagnement", "français", "cours", "atelier", "droits", "logement", "santé", "emploi", "famille",
    "enfants", "jeunes", "écoute", "conseil", "démarches", "administratif", "inscription", "gratuit", "semaine",
    "professionnel", "bénévole", "quartier", "association", "parcours", "langue",
]  # fmt: skip
STREETS = ("rue de Paris", "avenue Jean-Jaurès", "rue des Lilas", "place du Marché", "rue Pasteur", "allée des Lys")


def main() -> None:
    chosen = options("Time and memory to import services.")
    rows = QUICK_ROWS if chosen.quick else ROWS
    with Ground() as ground:
        path = Path(ground.data) / "services.json"
        with step(f"a file of {rows} services"):
            write_file(path, rows)
        floor = {"copy": copy_alone(path, rows)}
        figures = {"rows": rows, "MB": round(path.stat().st_size / 1e6)} | measure(path, rows)
    steps = ("preview", "apply", "preview again", "undo")
    ratios = {name: ratio(figures[name], floor["copy"]) for name in steps}
    print_table(
        ["step", "s", "services/s", "× COPY alone"],
        [["COPY alone", floor["copy"], round(rows / floor["copy"]), 1.0]]
        + [[name, figures[name], round(rows / figures[name]), ratios[name]] for name in steps],
    )
    print(f"highest resident memory: {figures['peak MB']} MB")
    print_result("census", figures=figures, floor=floor, ratios=ratios)


def write_file(path: Path, services: int) -> None:
    """An object with both lists, as an export of data·inclusion's two tables."""
    dice = random.Random(3)
    with path.open("w", encoding="utf-8") as file:
        file.write('{"structures": [')
        write_list(file, (structure(number, dice) for number in range(services // SERVICES_A_STRUCTURE)))
        file.write('], "services": [')
        write_list(file, (service(number, dice) for number in range(services)))
        file.write("]}")


def write_list(file: Any, found: Iterator[dict[str, Any]]) -> None:
    for number, each in enumerate(found):
        file.write("," * (number > 0) + json.dumps(each, ensure_ascii=False))


def text(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(WORDS, k=words)).capitalize()


def address(dice: random.Random) -> dict[str, Any]:
    commune, postcode = dice.choice((("94081", "94400"), ("94028", "94000"), ("94017", "94500"), ("94041", "94200")))
    return {
        "adresse": f"{dice.randrange(1, 200)} {dice.choice(STREETS)}", "code_postal": postcode, "code_insee": commune,
        "longitude": round(dice.uniform(2.35, 2.55), 5), "latitude": round(dice.uniform(48.70, 48.85), 5),
    }  # fmt: skip


def structure(number: int, dice: random.Random) -> dict[str, Any]:
    return {
        "source": "bench", "id": f"bench--o{number}", "nom": f"{text(dice, 3)} {number}", "date_maj": "2026-06-30",
        "description": text(dice, 40), "telephone": f"+331{dice.randrange(40_000_000, 60_000_000)}",
        "site_web": f"https://example.org/{number}", **address(dice),
    }  # fmt: skip


def service(number: int, dice: random.Random) -> dict[str, Any]:
    return {
        "source": "bench", "id": f"bench--s{number}", "structure_id": f"bench--o{number // SERVICES_A_STRUCTURE}",
        "nom": f"{text(dice, 4)} {number}", "description": text(dice, 60), "date_maj": "2026-06-30",
        "type": "atelier", "thematiques": ["lecture-ecriture-calcul--maitriser-le-francais"], "frais": "gratuit",
        "publics": dice.choice((["tous-publics"], ["femmes"], ["personnes-exilees", "familles"])),
        "modes_accueil": ["en-presentiel"], "modes_mobilisation": ["telephoner"], "mobilisable_par": ["usagers"],
        "telephone": f"+331{dice.randrange(40_000_000, 60_000_000)}", "courriel": f"accueil{number}@example.org",
        "zone_eligibilite": ["94"], "horaires_accueil": dice.choice(("Mo-Fr 09:00-12:00", "Tu 14:00-17:30; PH off")),
        **address(dice),
    }  # fmt: skip


def copy_alone(path: Path, rows: int) -> float:
    from django.db import connection

    dice = random.Random(3)
    lines = path.with_suffix(".lines")
    with lines.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(service(number, dice)) + "\n" for number in range(rows))
    start = time.perf_counter()
    with connection.cursor() as cursor, lines.open(encoding="utf-8") as file:
        cursor.execute("CREATE TABLE bare (service jsonb)")
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for line in file:
                copy.write_row([line])
        seconds = time.perf_counter() - start
        cursor.execute("DROP TABLE bare")
    return round(seconds, 2)


def measure(path: Path, rows: int) -> dict[str, Any]:
    """Seconds of each verb; fails when a row is in error or missing."""
    import pghistory
    from django.utils import timezone

    from parcours.accounts.models import User
    from parcours.directory.models import Organisation, Service
    from parcours.imports import actions

    by, at = User.objects.get(memberships__role="coordinator"), timezone.now()
    before = Service.objects.count(), Organisation.objects.count()
    reading = {"source": {"key": "bench", "title": "Bench"}, "observed_on": "2026-07-01"}
    figures: dict[str, Any] = {}
    made: list[Any] = []

    def look() -> None:
        with path.open("rb") as file:
            made.append(actions.preview(kind="services", file=file, filename=path.name, by=by, at=at, options=reading))

    def timed(name: str, verb: Callable[[], object]) -> None:
        with step(name):
            start = time.perf_counter()
            verb()
            figures[name] = round(time.perf_counter() - start, 2)

    with pghistory.context(user=by.pk):
        timed("preview", look)
        if wrong := made[0].rows.filter(op="error").first():
            raise SystemExit(f"row {wrong.number}: {wrong.found_problems}")
        timed("apply", lambda: actions.apply(batch=made[0], by=by, at=at))
        if (added := Service.objects.count() - before[0]) != rows:
            raise SystemExit(f"{added} services instead of {rows}")
        timed("preview again", look)
        if made[1].rows.that_write().exists():
            raise SystemExit("the same file would change something")
        timed("undo", lambda: actions.undo(batch=made[0], by=by, at=at))
    if (Service.objects.count(), Organisation.objects.count()) != before:
        raise SystemExit("the undo left something")
    return figures | {"peak MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}


if __name__ == "__main__":
    main()
