"""Links that open or not, asked of a real server on this machine; SIRETs that have closed."""

import os
import threading
import time
from collections import Counter
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import make_conninfo

from parcours.census import linkcheck
from parcours.census.actions.campaigns import open_campaign, send_due
from parcours.census.actions.checks import NetworkDown, check_due, note
from parcours.census.checks import due, explain
from parcours.census.choices import CheckKind, CheckState
from parcours.census.linkcheck import Found, Pace, check_link, check_links
from parcours.census.management.commands.keep_true import LOCK
from parcours.census.models import Check
from parcours.census.registers import csv_register, no_register
from parcours.census.tests.cast import NOON, SITE, association, campaign, coordinator, signed_in
from parcours.directory.actions.services import set_state
from parcours.directory.choices import ServiceState
from parcours.directory.models import Identifier, Service
from parcours.directory.tests import factories as make

OK, BROKEN, CLOSED, UNKNOWN = CheckState.OK, CheckState.BROKEN, CheckState.CLOSED, CheckState.UNKNOWN
GONE = Found(BROKEN, "http 404")
db = pytest.mark.django_db


class Site(BaseHTTPRequestHandler):
    """Answers by the path: a status, a redirect, nothing at all."""

    asked: list[tuple[str, str, float]] = []

    def do_HEAD(self):
        path = urlsplit(self.path).path
        self.asked.append((self.command, path, time.monotonic()))
        if path == "/slow":
            time.sleep(1.5)
        status, location = {
            "/gone": (404, ""), "/error": (500, ""), "/guarded": (403, ""), "/moved": (301, "/here"),
            "/circle": (302, "/circle"), "/away": (302, "ftp://example.org/"), "/inside": (302, "http://10.0.0.1/"),
            "/%C3%A9cole": (301, "http://[::1"), "/no-head": (405 if self.command == "HEAD" else 200, ""),
        }.get(path, (200, ""))  # fmt: skip
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815

    def log_message(self, *_args):
        pass


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Site.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def ask(url):
    return check_link(url, Pace(0), allow_private=True)


@pytest.mark.parametrize(
    ("path", "state", "detail"),
    [
        ("/", OK, ""),
        ("/no-head", OK, ""),
        ("/gone", BROKEN, "http 404"),
        ("/error", BROKEN, "http 500"),
        ("/guarded", UNKNOWN, "http 403"),
        ("/circle", BROKEN, "redirects"),
        ("/away", UNKNOWN, "scheme"),
        ("/école", UNKNOWN, "address"),
        ("/cours?q=français", OK, ""),
    ],
)
def test_what_a_site_answers_is_what_is_found(site, path, state, detail):
    assert ask(site + path) == Found(state, detail)


def test_a_redirect_is_followed_and_told(site):
    assert ask(f"{site}/moved?x=1#part") == Found(OK, f"moved {site}/here")
    assert [path for _method, path, _at in Site.asked] == ["/moved", "/here"]


def test_a_site_that_is_silent_too_long_is_broken(site, monkeypatch):
    monkeypatch.setattr(linkcheck, "TIMEOUT", 0.2)
    assert ask(f"{site}/slow") == Found(BROKEN, "time")


def test_a_site_that_is_not_there_is_broken(site):
    port = urlsplit(site).port
    assert ask(f"http://127.0.0.1:{port - 1 or 1}/") == Found(BROKEN, "connection")
    assert ask("http://no-such-site.invalid/") == Found(BROKEN, "host")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://10.1.2.3/", "http://192.168.1.1/", "http://169.254.169.254/",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fd00::1]/", "http://[64:ff9b::a00:1]/",
        "http://[2002:7f00:1::]/", "http://0.0.0.0/", "http://2130706433/", "http://224.0.0.1/",
    ],
)  # fmt: skip
def test_this_server_asks_none_of_its_neighbours(url):
    assert check_link(url, Pace(0)) == Found(UNKNOWN, "private")


@given(st.ip_addresses(v=4))
def test_no_address_of_the_old_internet_hides_in_one_of_the_new(address):
    high, low = divmod(int(address), 2**16)
    for hidden in (f"::ffff:{address}", f"64:ff9b::{address}", f"2002:{high:x}:{low:x}::"):
        assert not linkcheck._is_public(hidden)
    assert linkcheck._is_public(str(address)) == (address.is_global and not address.is_multicast)


def test_a_public_site_cannot_send_it_to_a_neighbour(site, monkeypatch):
    judge = linkcheck._judged
    monkeypatch.setattr(linkcheck, "_judged", lambda host, port, _all: judge(host, port, host == "127.0.0.1"))
    assert check_link(f"{site}/inside", Pace(0)) == Found(UNKNOWN, "private")


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("file:///etc/passwd", "scheme"), ("gopher://example.org/", "scheme"), ("javascript:alert(1)", "scheme"),
        ("http://user:secret@example.org/", "address"), ("http:///path", "address"),
        ("http://exa mple.org/", "address"),
        ("http://example.org:99999/", "address"), ("http://[::1/", "address"),
        ("http://example.org/a\r\nX: 1", "address"),
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_not_asked(url, detail):
    assert check_link(url, Pace(0)) in (Found(UNKNOWN, detail), Found(BROKEN, "host"))


def test_one_host_is_asked_once_in_a_while_even_by_several_threads(site):
    urls = [f"{site}/{number}" for number in range(4)]
    found = dict(check_links(urls, checker=partial(check_link, allow_private=True), pace=Pace(0.2)))
    assert found == dict.fromkeys(urls, Found(OK))
    moments = sorted(at for _method, _path, at in Site.asked)
    assert min(after - before for before, after in pairwise(moments)) > 0.15


def always(found):
    return lambda _url, _pace: found


def run(at=NOON, found=GONE, register=no_register):
    return check_due(at=at, report=lambda done, total: None, checker=always(found), register=register)


@db
def test_a_link_is_broken_once_it_failed_on_two_different_days():
    association(website="https://gone.example.org/")
    states = []
    for hours in (0, 2, 24):
        run(at=NOON + timedelta(hours=hours))
        states.append(Check.objects.get().state)
    assert states == ["unknown", "unknown", "broken"]
    assert Check.objects.get().failing_since == NOON
    run(at=NOON + timedelta(days=2), found=Found(OK))
    assert (Check.objects.get().state, Check.objects.get().failing_since) == ("ok", None)


@db
def test_what_works_is_looked_at_again_after_a_week_and_what_fails_the_next_day():
    association(website="https://good.example.org/")
    assert run(found=Found(OK)) == Counter(ok=1)
    days = [sum(run(at=NOON + timedelta(days=number), found=Found(OK)).values()) for number in (1, 6, 7)]
    assert days == [0, 0, 1]


@db
def test_every_link_that_the_directory_shows_is_checked_once():
    organisation = association(services=0, website="https://a.example.org/")
    organisation.links.create(url="https://b.example.org/")
    make.service(of=organisation, website="https://a.example.org/", enrolment_url="https://c.example.org/")
    closed = make.service(of=organisation, website="https://d.example.org/")
    set_state(service=closed, state=ServiceState.CLOSED)
    run()
    assert [check.value[8:9] for check in Check.objects.all()] == ["a", "b", "c"]


@db
def test_what_no_record_holds_any_more_is_forgotten():
    note(kind=CheckKind.LINK, value="https://old.example.org/", found=Found(OK), at=NOON)
    run()
    assert not Check.objects.exists()


@db
def test_stopped_half_way_the_next_run_goes_on_from_there():
    association(website="https://a.example.org/")
    association("B", website="https://b.example.org/")

    def stops(done, _total):
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_due(at=NOON, report=stops, checker=always(Found(OK)), register=no_register)
    assert Check.objects.count() == 1
    assert run(found=Found(OK)) == Counter(ok=1)


@db
def test_a_machine_without_network_blames_nobody():
    association(website="https://a.example.org/")
    association("B", website="https://b.example.org/")
    with pytest.raises(NetworkDown):
        run(found=Found(BROKEN, "host"))
    assert not Check.objects.exists()


@db
def test_a_closed_siret_is_told_with_its_successor(settings, tmp_path):
    file = tmp_path / "sirets.csv"
    file.write_text("siret,state,closed_on,successor\n73282932000074,closed,2026-01-31,44306184100047\n")
    settings.PARCOURS_SIRET_FILE = str(file)
    organisation = association(services=0)
    for value in ("73282932000074", "44306184100047"):
        Identifier.objects.create(organisation=organisation, scheme="siret", value=value)
    run(register=csv_register)
    active, closed = Check.objects.order_by("-value")[::-1]
    assert (active.state, active.detail) == ("unknown", "register")
    assert (closed.state, closed.detail, closed.successor) == ("closed", "closed 2026-01-31", "44306184100047")
    assert "2026-01-31" in explain(closed.detail)


def test_a_register_that_is_not_there_or_lacks_a_column_says_which(settings, tmp_path):
    settings.PARCOURS_SIRET_FILE = str(tmp_path / "none.csv")
    with pytest.raises(ImproperlyConfigured, match=r"none\.csv"):
        csv_register("1")
    (tmp_path / "none.csv").write_text("siret,state\n1,closed\n")
    with pytest.raises(ImproperlyConfigured, match="closed_on, successor"):
        csv_register("1")


@db
def test_without_a_register_nothing_is_said_of_a_siret():
    Identifier.objects.create(organisation=association(services=0), scheme="siret", value="73282932000074")
    assert run() == Counter(unknown=1)


def gone(_url, _pace):
    """A checker as a setting names it."""
    return GONE


@db
def test_the_command_checks_with_the_sites_own_checker_and_says_what_it_found(settings, capsys):
    settings.PARCOURS_LINK_CHECKER = f"{__name__}.gone"
    association(website="https://gone.example.org/")
    call_command("keep_true", "--checks")
    assert "1 unknown" in capsys.readouterr().out
    call_command("keep_true", "--checks")
    assert "nothing to check" in capsys.readouterr().out


@db
def test_two_processes_do_not_check_together(capsys):
    association(website="https://gone.example.org/")
    address = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    with psycopg.connect(address) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        call_command("keep_true", "--checks")
    assert "Another process" in capsys.readouterr().out
    assert not Check.objects.exists()


@db
def test_a_setting_that_cannot_work_stops_the_command_with_the_cause(settings):
    settings.PARCOURS_SIRET_REGISTER, settings.PARCOURS_SIRET_FILE = (
        "parcours.census.registers.csv_register",
        "/none.csv",
    )
    Identifier.objects.create(organisation=association(services=0), scheme="siret", value="73282932000074")
    with pytest.raises(CommandError, match=r"/none\.csv"):
        call_command("keep_true", "--checks")


@db
def test_the_owner_reads_of_broken_links_in_the_next_message():
    association(website="https://gone.example.org/")
    for day in (0, 1):
        run(at=NOON + timedelta(days=day))
    open_campaign(campaign=campaign(), at=NOON)
    send_due(at=NOON, site=SITE)
    assert "- https://gone.example.org/" in mail.outbox[0].body


@db
def test_the_page_lists_what_fails_and_the_records_that_hold_it(settings):
    settings.PARCOURS_STAFF_MFA = False
    association("Les Voisins", website="https://gone.example.org/")
    association("B", website="https://good.example.org/")
    for day in (0, 1):
        note(
            kind=CheckKind.LINK,
            value="https://gone.example.org/",
            found=GONE,
            at=NOON + timedelta(day),
        )
    note(kind=CheckKind.LINK, value="https://good.example.org/", found=Found(OK), at=NOON)
    client = signed_in(coordinator())
    response = client.get(reverse("census:checks"))
    ((check, detail, (holder,)),) = response.context["rows"]
    assert (check.value, holder.name) == ("https://gone.example.org/", "Les Voisins")
    assert "404" in detail
    assert (response.context["figure"].n, response.context["figure"].base) == (1, 2)
    assert len(client.get(reverse("census:checks") + "?all").context["rows"]) == 2


@db
def test_the_page_of_a_record_says_what_fails_to_those_who_may_mend_it(settings):
    settings.PARCOURS_STAFF_MFA = False
    url = "https://gone.example.org/"
    organisation = association("Les Voisins", website=url)
    service = organisation.services.get()
    Service.objects.filter(pk=service.pk).update(enrolment_url=url)
    Identifier.objects.create(organisation=organisation, scheme="siret", value="73282932000074")
    for day in (0, 1):
        note(kind=CheckKind.LINK, value=url, found=GONE, at=NOON + timedelta(day))
    note(kind=CheckKind.SIRET, value="73282932000074", found=Found(CLOSED, "closed 2026-01-31"), at=NOON)
    office = signed_in(coordinator())
    pages = {one: office.get(one.get_absolute_url()).content.decode() for one in (organisation, service)}
    assert all("the site answers 404" in page for page in pages.values())
    assert "SIRET <bdi>73282932000074</bdi>" in pages[organisation]
    assert "the site answers 404" not in Client().get(organisation.get_absolute_url()).content.decode()


@db
def test_a_check_is_due_in_the_days_of_the_place():
    late = timezone.make_aware(timezone.datetime(2026, 11, 25, 23, 30))
    note(kind=CheckKind.LINK, value="https://a.example.org/", found=Found(BROKEN, "time"), at=late)
    assert due(CheckKind.LINK, ["https://a.example.org/"], at=late + timedelta(minutes=20)) == []
    assert due(CheckKind.LINK, ["https://a.example.org/"], at=late + timedelta(hours=1)) == ["https://a.example.org/"]
