"""How long the server takes for each public page, with the demo's plan and with one a hundred times larger.

Requests go through the WSGI application in this process, templates warm, one after another and page by page in turn, so
that a noisy machine bears on all alike; "best" is the quickest request, nearest to a quiet machine. A page that takes
seconds is asked less often. The floor of the same run: an empty page with the same middleware and frame, and a static
file. The home page is also asked of a real server over the loopback.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from typing import Any
from wsgiref.util import setup_testing_defaults

from bench._ground import ROOT, Ground, median, milliseconds, options, p95, print_result, print_table, ratio, step

TIMES, QUICK_TIMES = 100, 20
BUDGET_MS, BUDGET_BYTES = 50, 150_000
PATIENCE_MS = 5_000  # for one page, all its requests together
FLOOR = "empty page"


def main() -> None:
    chosen = options("Times, bytes and queries of the public pages.")
    repeats, times = (10, QUICK_TIMES) if chosen.quick else (40, TIMES)
    with Ground() as ground:
        from bench._enlarge import enlarge

        sizes = {"1": measure(repeats), "1 over loopback": over_loopback(ground, "demo", repeats)}
        ground.copy("large", lambda: enlarge(times))
        sizes |= {str(times): measure(repeats), f"{times} over loopback": over_loopback(ground, "large", repeats)}
    report(sizes, str(times))


def measure(repeats: int) -> dict[str, dict[str, float]]:
    """Median and p95 in ms, bytes and queries by page."""
    site = Site()
    pages = site.pages()
    with step("requests"):
        for url in pages.values():
            site.ask(url)
        counted = {name: site.ask(url) for name, url in pages.items()}
        times: dict[str, list[float]] = {name: [] for name in pages}
        for _number in range(repeats):
            for name, url in pages.items():
                if sum(times[name]) < PATIENCE_MS:
                    times[name].append(milliseconds(lambda url=url: site.ask(url)))
    return {
        name: {
            "median": median(times[name]),
            "p95": p95(times[name]),
            "best": round(min(times[name]), 2),
            "bytes": counted[name][0],
            "queries": counted[name][1],
        }
        for name in pages
    }


class Site:
    """The WSGI application with the floor's page added."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.core.wsgi import get_wsgi_application
        from django.urls import clear_url_caches, set_urlconf

        settings.ROOT_URLCONF = "bench._urls"
        clear_url_caches()
        set_urlconf(None)
        self.application = get_wsgi_application()

    def ask(self, url: str) -> tuple[int, int]:
        """Bytes and queries of one page; fails when it does not answer."""
        from django.db import connection

        path, _mark, query = url.partition("?")
        environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "127.0.0.1"}
        setup_testing_defaults(environ)
        said: list[str] = []
        queries = []

        def count(execute: Any, *arguments: Any) -> Any:
            queries.append(arguments[0])
            return execute(*arguments)

        with connection.execute_wrapper(count):
            answer = self.application(environ, lambda status, headers, *rest: said.append(status))
            weight = sum(map(len, answer))
            answer.close()
        if not said[0].startswith("200"):
            raise SystemExit(f"{url} answers {said[0]}")
        return weight, len(queries)

    def pages(self) -> dict[str, str]:
        """The pages by name; of each kind the one that has most to show."""
        from django.templatetags.static import static
        from django.urls import reverse
        from django.utils.translation import override

        with override("fr"):
            plain = {name: reverse(view) for name, view in PAGES.items()}
            return {FLOOR: reverse("bench-empty"), "static file": static("kit/site.css")} | plain | fullest(reverse)


PAGES = {
    "home": "website:home",
    "plan": "plan:plan",
    "actions": "plan:actions",
    "challenges": "plan:challenges",
    "coverage": "plan:coverage",
    "workshops": "plan:workshops",
    "follow-up": "plan:follow-up",
    "releases": "plan:releases",
    "document": "plan:document",
    "organisations": "directory:organisations",
    "communes": "website:areas",
    "figures": "website:figures",
    "site map": "website:sitemap",
    "about": "website:about",
}


def fullest(reverse: Any) -> dict[str, str]:
    """Pages of one thing: the axis, action, workshop, organisation, commune with most; lists narrowed and searched."""
    from django.db.models import Count

    from parcours.directory.models import Organisation
    from parcours.geo.models import Area
    from parcours.plan.models import Plan

    def most(rows: Any, *related: str) -> Any:
        ties = sum(Count(name, distinct=True) for name in related)
        return rows.annotate(tied=ties).order_by("-tied", "pk").first()

    plan = Plan.objects.current()
    axis = most(plan.axes, "actions")
    release = plan.releases.last().number
    action = most(plan.actions.public(), "partners")
    listed = reverse("plan:actions")
    return {
        "actions, filtered": f"{listed}?axis={axis.key}&status=late",
        "actions, searched": f"{listed}?q=acces+aux+droits",
        "actions, last page": f"{listed}?page=9999",
        "axis": axis.get_absolute_url(),
        "action": action.get_absolute_url(),
        "history": reverse("plan:history", args=[action.code]),
        "workshop": most(plan.workshops, "notes").get_absolute_url(),
        "release": reverse("plan:release", args=[release]),
        "difference": reverse("plan:diff", args=[release, "working"]),
        "organisation": most(Organisation.objects.public(), "led_actions", "partnerships").get_absolute_url(),
        "organisations, searched": f"{reverse('directory:organisations')}?q=association",
        "commune": most(Area.objects.communes_of(plan.area), "actions").get_absolute_url(),
        "search": f"{reverse('website:search')}?q=logement",
        "search, one letter": f"{reverse('website:search')}?q=a",
    }


def over_loopback(ground: Ground, name: str, repeats: int) -> dict[str, dict[str, float]]:
    """The home page from a server as `./run serve` starts it, on one connection."""
    with step("over the loopback"), granian(ground.conninfo(name)) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)

        def ask() -> bytes:
            connection.request("GET", "/fr/")
            return connection.getresponse().read()

        for _number in range(8):  # each worker and thread once
            ask()
        times = [milliseconds(ask) for _number in range(repeats)]
        weight = len(ask())
        connection.close()
    return {"home": {"median": median(times), "p95": p95(times), "bytes": weight}}


@contextmanager
def granian(database: str) -> Iterator[int]:
    from parcours.config.site import GRANIAN, free_port

    port = free_port("127.0.0.1", 18000)
    argv = [sys.executable, "-m", "granian", *GRANIAN, f"--port={port}", "parcours.config.wsgi:application"]
    env, silent = {**os.environ, "DATABASE_URL": database}, subprocess.DEVNULL
    server = subprocess.Popen(argv, cwd=ROOT, env=env, stdout=silent, stderr=silent)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with suppress(OSError):
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/fr/")
            connection.getresponse().read()
            connection.close()
            return
        time.sleep(0.1)
    raise SystemExit("The server does not answer")


def report(sizes: dict[str, Any], times: str) -> None:
    small, large = sizes["1"], sizes[times]
    rows = []
    for name, one in small.items():
        many = large[name]
        misses = [
            *(["slow"] if many["median"] > BUDGET_MS else []),
            *(["heavy"] if many["bytes"] > BUDGET_BYTES else []),
            *(["queries grow"] if many["queries"] > one["queries"] else []),
        ]
        over = ratio(many["median"], large[FLOOR]["median"])
        numbers = [
            [*(f"{page[key]:.1f}" for key in ("median", "p95", "best")), round(page["bytes"] / 1000), page["queries"]]
            for page in (one, many)
        ]
        rows.append([name, *numbers[0], *numbers[1], over, ", ".join(misses)])
    heads = [f"{head} {size}×" for size in ("1", times) for head in ("ms", "p95", "best", "kB", "queries")]
    print_table(["page", *heads, "× floor", "misses"], rows)
    for size in ("1", times):
        home = sizes[f"{size} over loopback"]["home"]
        print(f"home over the loopback, {size}×: {home['median']} ms, p95 {home['p95']} ms")
    ratios = {name: ratio(page["median"], large[FLOOR]["median"]) for name, page in large.items()}
    floor = {size: {name: sizes[size].pop(name) for name in (FLOOR, "static file")} for size in ("1", times)}
    print_result("pages", figures=sizes, floor=floor, ratios=ratios)


if __name__ == "__main__":
    main()
