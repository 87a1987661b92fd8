"""The real thing for journeys: a database of its own with the demo territory, granian in front, Chromium before it."""

import os
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import psycopg
import pytest
import yaml
from django.db import connection, connections
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path(os.environ.get("PARCOURS_CHROMIUM") or "/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
GRANIAN = ("--interface=wsgi", "--workers=1", "--blocking-threads=4", "--no-ws", "--log-level=warning")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
PATIENCE = 20_000  # milliseconds: a busy machine is not a fault
expect.set_options(timeout=PATIENCE)
PACK = ROOT / "territories" / "val-de-marne"
PEOPLE = {one["key"]: one["name"] for one in yaml.safe_load((PACK / "invented.yaml").read_text())["people"]}
PROGRAMMES = yaml.safe_load((PACK / "invented-programmes.yaml").read_text())
PEOPLE |= {one["key"]: one["name"] for one in PROGRAMMES["team"]}
PEOPLE |= {one["key"]: one["called"] for one in PROGRAMMES["people"]}


def manage(env: dict[str, str], *arguments: str) -> str:
    """Run a command; gives what it printed."""
    argv = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def database(django_db_setup: None) -> Iterator[str]:
    """The address of an empty database on the server of DATABASE_URL; dropped in the end.

    Where other tests have made theirs, it is a copy of that, so that its migrations need not run again.
    """
    chromium_or_skip()
    server, name = os.environ["DATABASE_URL"], f"journeys_{uuid.uuid4().hex[:12]}"
    made = connection.settings_dict["NAME"]
    has_copy = made != conninfo_to_dict(server)["dbname"]
    connections.close_all()
    with psycopg.connect(server, autocommit=True) as admin:
        if has_copy:  # a copy is made of what nobody reads
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [made])
        template = sql.Identifier(made if has_copy else "template1")
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
        address = make_conninfo(server, dbname=name)
        if has_copy:
            empty(address)
        yield address
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def empty(address: str) -> None:
    """As after its migrations: no row, and numbers that begin at 1."""
    with psycopg.connect(address, autocommit=True) as own:
        tables = [table for (table,) in own.execute(TABLES) if table not in KEPT]
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        own.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))


@pytest.fixture(scope="session")
def ground(database: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the demo's processes, with its territory loaded and its files collected."""
    own = {"DATABASE_URL": database, "PARCOURS_DATA": str(tmp_path_factory.mktemp("site"))}
    env = {"PARCOURS_SECRET_KEY": "journeys", **os.environ, **own, "PARCOURS_DEMO": "1", "PARCOURS_DEBUG": "0"}
    with ThreadPoolExecutor() as beside:
        static = beside.submit(manage, env, "collectstatic", "--noinput", "--verbosity=0")
        manage(env, "migrate", "--verbosity=0")
        manage(env, "load_territory", str(PACK))
        static.result()
    return env


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(env: dict[str, str], port: int) -> Iterator[str]:
    """The address of the demo, served as `./run demo` serves it, without a slash at the end."""
    address, log = f"http://127.0.0.1:{port}", Path(env["PARCOURS_DATA"]) / f"site-{port}.log"
    with log.open("w") as output:
        argv = [sys.executable, "-m", "granian", *GRANIAN, "--host=127.0.0.1", f"--port={port}"]
        server = subprocess.Popen(
            [*argv, "parcours.config.wsgi:application"], cwd=ROOT, env=env, stdout=output, stderr=output
        )
    try:
        wait_until_it_answers(server, address, log)
        yield address
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(10)
        server.kill()
        server.wait()


@pytest.fixture(scope="session")
def site(ground: dict[str, str]) -> Iterator[str]:
    with served(ground, free_port()) as address:
        yield address


def wait_until_it_answers(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    ask, end = build_opener(ProxyHandler({})), time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        try:
            ask.open(f"{address}/fr/", timeout=30).close()
            return
        except HTTPError as error:
            error.close()
            break
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the site does not answer:\n{log.read_text()[-4000:]}")


def chromium_or_skip() -> None:
    if not CHROMIUM.exists():
        reason = f"no Chromium at {CHROMIUM}: name one in PARCOURS_CHROMIUM"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Closed before other tests go on: its event loop would forbid them Django's database."""
    chromium_or_skip()
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


class Watch:
    """What no reader should meet: failed pages, errors in the console, refused by the CSP, other hosts."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.troubles: list[str] = []

    def follow(self, page: Page) -> Page:
        page.on("console", lambda one: self.heard(page, one))
        page.on("pageerror", lambda one: self.troubles.append(f"{page.url} script: {one}"))
        page.on("request", lambda one: self.own(one.url) or self.troubles.append(f"{page.url} asks {one.url}"))
        page.on("response", lambda one: one.status < 500 or self.troubles.append(f"{one.url} answers {one.status}"))
        return page

    def heard(self, page: Page, one: ConsoleMessage) -> None:
        # a form that comes back with its errors, two who changed the same thing, what is gone: answers, not failures
        if one.type == "error" and not re.search(r"status of (409|410|422)", one.text):
            self.troubles.append(f"{page.url} console: {one.text}")

    def own(self, url: str) -> bool:
        return url.startswith((f"{self.site}/", "data:", "blob:"))


Open = Callable[..., Page]


@pytest.fixture
def watch(site: str) -> Iterator[Watch]:
    """Fails the test in the end if anything was wrong on any page it opened."""
    one = Watch(site)
    yield one
    assert one.troubles == []


@pytest.fixture
def reader(browser: Browser, watch: Watch) -> Iterator[Open]:
    """Opens a browser of one's own: a person who comes with nothing but a screen and languages."""
    contexts = []

    def come(*, width: int = 1280, locale: str = "fr-FR", **more: object) -> Page:
        screen = {"width": width, "height": 800}
        context = browser.new_context(base_url=watch.site, viewport=screen, locale=locale, **more)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return watch.follow(context.new_page())

    yield come
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def keys() -> dict[str, object]:
    """Role to what keeps a browser signed in: each role signs in once."""
    return {}


@pytest.fixture
def member(reader: Open, keys: dict[str, object]) -> Open:
    """Opens the browser of the demo's person of a role, signed in."""

    def come(role: str, **more: object) -> Page:
        if role not in keys:
            page = reader(locale="fr-FR")
            sign_in(page, role)
            keys[role] = page.context.storage_state()
        return reader(storage_state=keys[role], **more)

    return come


def sign_in(page: Page, role: str) -> None:
    """As anyone does on the demo's start page: one button, then the code that the next page shows."""
    page.goto("/fr/accounts/demo/")
    page.get_by_role("row").filter(has_text=PEOPLE[role]).get_by_role("button").click()
    code = page.locator("main .notice").get_by_text(re.compile(r"^\s*\d{6}\s*$|\b\d{6}\b")).first.inner_text()
    page.locator("input[name=code]").fill(re.findall(r"\b\d{6}\b", code)[0])
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.locator("form[action$='/logout/'] button").wait_for(state="attached")
