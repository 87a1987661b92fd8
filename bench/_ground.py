"""What every measurement stands on: databases of its own, the demo territory in them, a clock, how results are printed.

`Ground` sets the environment up as a site that serves people (no debugging): enter it before importing a model.
Databases are made on the server of DATABASE_URL and dropped at the end, also after Ctrl-C; files go to a temporary
folder.
"""

import json
import os
import signal
import statistics
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
import psycopg
from django.apps import apps
from psycopg import sql
from psycopg.conninfo import make_conninfo

ROOT = Path(__file__).resolve().parents[1]
TERRITORY = ROOT / "territories" / "val-de-marne"
PERCENTILE_95 = 94


class Ground(AbstractContextManager["Ground"]):
    """One run's databases: "demo" holds the demo territory; others are copies of one."""

    def __init__(self) -> None:
        self.url = os.environ.get("DATABASE_URL", "")
        if not self.url:
            raise SystemExit("DATABASE_URL names no server; ./run bench NAME starts one.")
        self.prefix = f"bench_{os.getpid()}_"
        self.made: list[str] = []
        self.stack = ExitStack()

    def __enter__(self) -> "Ground":
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
        try:
            self.data = self.stack.enter_context(TemporaryDirectory(prefix="parcours-bench-"))
            self.stack.callback(self.drop_all)
            self._create("demo", "template0")
            self._set_up_django()
            self._load()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.stack.close()

    def _set_up_django(self) -> None:
        os.environ |= {
            "DATABASE_URL": self.conninfo("demo"),
            "DJANGO_SETTINGS_MODULE": "parcours.config.settings",
            "PARCOURS_DATA": self.data,
            "PARCOURS_DEBUG": "0",
            "PARCOURS_SECRET_KEY": "bench",
            "PARCOURS_HOSTS": "127.0.0.1",
        }
        django.setup()

    def _load(self) -> None:
        from django.core.management import call_command

        from parcours.packs.load import load_pack

        with step("tables"):
            call_command("migrate", verbosity=0)
        with step("static files"):
            call_command("collectstatic", interactive=False, verbosity=0)
        with step("the demo territory"):
            load_pack(folder=TERRITORY, report=lambda part, number: None)
        self._analyse()

    def _analyse(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    def copy(self, name: str, fill: Callable[[], object], *, of: str = "demo") -> None:
        """Make a database like another one, fill it further, and use it from now on."""
        self._leave()
        self._create(name, self.prefix + of)
        self.use(name)
        with step(f"the plan “{name}”"):
            fill()
            self._analyse()

    def use(self, name: str) -> None:
        """Send every query from now on to this database."""
        from django.core.cache import cache
        from django.db import connection

        self._leave()
        connection.settings_dict["NAME"] = self.prefix + name
        cache.clear()

    def conninfo(self, name: str) -> str:
        return make_conninfo(self.url, dbname=self.prefix + name)

    def drop_all(self) -> None:
        self._leave()
        for name in self.made:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _leave(self) -> None:
        if apps.ready:
            from django.db import connection

            connection.close()

    def _create(self, name: str, template: str) -> None:
        self._execute("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'", self.prefix + name, template)
        self.made.append(self.prefix + name)

    def _execute(self, text: str, *names: str) -> None:
        with psycopg.connect(make_conninfo(self.url, dbname="postgres"), autocommit=True) as server:
            server.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


@contextmanager
def step(label: str) -> Iterator[None]:
    """Says what is done and how long it took, on the error stream: the output is the result alone."""
    start = time.perf_counter()
    yield
    print(f"  {label}: {time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)


def options(description: str) -> Namespace:
    parser = ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions; ends within 60 s")
    return parser.parse_args()


def milliseconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 2)


def p95(values: Sequence[float]) -> float:
    """The value that 95 % of the values do not exceed."""
    if len(values) < 2:
        return round(values[0], 2)
    return round(statistics.quantiles(values, n=100, method="inclusive")[PERCENTILE_95], 2)


def ratio(value: float, floor: float) -> float:
    return round(value / floor, 1)


def print_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """The first column to the left, numbers to the right."""
    texts = [list(map(str, row)) for row in (heads, *rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        print("  ".join([row[0].ljust(widths[0]), *cells]))


def print_result(name: str, *, figures: Any, floor: Any, ratios: Any) -> None:
    """The last line: everything, for programs."""
    print(json.dumps({"bench": name, "figures": figures, "floor": floor, "ratios": ratios}, ensure_ascii=False))
