"""A reader who follows the cursor has what we have: nothing skipped, nothing told twice, whoever writes meanwhile."""

import random
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from parcours.api import queries
from parcours.api.public import id_of
from parcours.directory.actions.organisations import save_organisation
from parcours.directory.actions.services import create_service, save_service, set_state
from parcours.directory.choices import ServiceState
from parcours.directory.models import Service
from parcours.directory.tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, WRITES, SEED = 4, 12, 20261125


class Reader:
    """Keeps a copy, as another program would."""

    def __init__(self, path: str = "services") -> None:
        self.client, self.path, self.cursor = Client(), f"/api/v1/{path}", ""
        self.copy: dict[str, dict] = {}
        self.told: list[tuple[str, str]] = []

    def read(self) -> bool:
        """One page; whether there is more."""
        query = {"limit": "3"} | ({"cursor": self.cursor} if self.cursor else {})
        response = self.client.get(self.path, query)
        assert response.status_code == 200, response.content
        page = response.json()
        for one in page["results"]:
            if one["gone"]:
                self.copy.pop(one["id"], None)
            else:
                self.copy[one["id"]] = one
                self.told.append((one["id"], one["changed_at"]))
        self.cursor = page["next"]
        return page["more"]

    def catch_up(self) -> None:
        while self.read():
            pass


@pytest.fixture(autouse=True)
def unhurried(settings):
    settings.PARCOURS_API_PER_MINUTE = 100_000


def test_what_is_written_first_and_ends_last_is_not_skipped():
    early, late = make.service("Le premier"), make.service("Le second")
    reader = Reader()
    reader.catch_up()
    written, may_end = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            set_state(service=early, state=ServiceState.PUBLISHED)
            written.set()
            may_end.wait(10)
        connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    written.wait(10)
    set_state(service=late, state=ServiceState.PUBLISHED)
    reader.catch_up()
    seen = len(reader.told)
    may_end.set()
    writer.join()
    reader.catch_up()
    assert seen == 2, "told of what came after a change that had not ended"
    assert [identifier for identifier, _ in reader.told[2:]] == [id_of(early), id_of(late)]


def test_a_reader_and_many_writers_agree_in_the_end(monkeypatch):
    # a clock read in Python, then a pause, then the transaction: what the lag is there for
    monkeypatch.setattr(queries, "LAG", timedelta(seconds=0.5))
    organisations = [make.organisation(f"Association {number}") for number in range(WRITERS)]
    for number in range(6):
        make.service(f"Cours {number}", of=organisations[number % WRITERS])
    faults: list[BaseException] = []

    def write(number: int) -> None:
        chance = random.Random(SEED + number)
        try:
            for step in range(WRITES):
                with transaction.atomic():
                    _change_something(chance, organisations[number], f"{number}-{step}")
                    time.sleep(chance.random() * 0.05)
        except BaseException as fault:  # noqa: BLE001 (told by the test itself)
            faults.append(fault)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=[number]) for number in range(WRITERS)]
    reader = Reader()
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        reader.read()
        time.sleep(0.02)
    assert faults == []
    time.sleep(0.6)
    reader.catch_up()
    now = {id_of(service): service for service in Service.objects.public()}
    assert now
    assert {key: one["name"]["text"] for key, one in reader.copy.items()} == {
        key: service.name.text for key, service in now.items()
    }
    assert len(reader.told) == len(set(reader.told)), "a version was told twice"


def _change_something(chance, organisation, name):
    mine = list(Service.objects.kept().filter(organisation=organisation).order_by("pk"))
    what = chance.choice(["create", "rename", "rename", "close", "publish", "merge", "erase"]) if mine else "create"
    service = chance.choice(mine) if mine else None
    if what == "create":
        values = {"name": make.words(f"Nouveau {name}").stored()}
        create_service(organisation=organisation, source=make.source(), external_id=name, values=values)
    elif what == "rename":
        save_service(service=service, values={"name": make.words(f"Renommé {name}").stored()})
    elif what in ("close", "publish"):
        set_state(service=service, state=ServiceState.CLOSED if what == "close" else ServiceState.PUBLISHED)
    elif what == "merge" and len(mine) > 1:
        service.merged_into = next(one for one in mine if one != service)
        service.save()
    elif what == "erase":
        service.delete()


def test_what_is_merged_withheld_or_erased_is_told_as_gone():
    kept, merged, erased, withheld = (make.service(name) for name in ("Un", "Deux", "Trois", "Quatre"))
    reader, of_organisations = Reader(), Reader("organisations")
    reader.catch_up()
    of_organisations.catch_up()
    gone = {id_of(merged): id_of(kept), id_of(erased): None, id_of(withheld): None}
    merged.merged_into = kept
    merged.save()
    erased.delete()
    withheld.organisation.consent = "refused"
    save_organisation(organisation=withheld.organisation)
    told = Client().get("/api/v1/services", {"cursor": reader.cursor}).json()["results"]
    assert {one["id"]: one["merged_into"] for one in told} == gone
    reader.catch_up()
    of_organisations.catch_up()
    assert set(reader.copy) == {id_of(kept)}
    assert id_of(withheld.organisation) not in of_organisations.copy


def test_whoever_begins_now_is_not_told_of_what_they_never_had():
    make.service("Un").delete()
    set_state(service=make.service("Deux"), state=ServiceState.CLOSED)
    assert Client().get("/api/v1/services").json()["results"] == []
    since = (timezone.now() - timedelta(hours=1)).isoformat()
    assert [one["gone"] for one in Client().get("/api/v1/services", {"since": since}).json()["results"]] == [True, True]
