"""Big files: imported in the background, seen while they are, safe when the server stops."""

import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from parcours.accounts.models import User
from parcours.imports import actions, background
from parcours.imports.choices import BatchState, JobKind, JobState
from parcours.imports.models import Batch, BatchFile, Job
from parcours.imports.registry import IMPORTERS
from parcours.imports.rules import (
    BYTES_IN_A_REQUEST,
    ROWS_IN_A_REQUEST,
    SILENCE,
    AlreadyDecided,
    AlreadyRunning,
    RowsInError,
)
from parcours.imports.tests.conftest import KIND, NOON, people, sent

pytestmark = pytest.mark.django_db(transaction=True)
MANY = ROWS_IN_A_REQUEST + 1
HALF = MANY // 2
ROOT = Path(__file__).parents[3]
HANGS_HALF_WAY = """
import sys, threading, django
django.setup()
from parcours.accounts.models import User
from parcours.imports import background, registry
from parcours.imports.models import Batch
from parcours.imports.tests.conftest import PeopleImporter
PeopleImporter.gate = threading.Event()
registry.register(PeopleImporter())
background.start(batch=Batch.objects.get(pk=sys.argv[1]), kind="apply", by=User.objects.get(name="Clerk"))
threading.Event().wait(60)
"""


def table(rows: int = MANY) -> str:
    return "email,name\n" + "".join(f"p{n}@example.org,P{n}\n" for n in range(rows))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def ended() -> None:
    """Wait until no thread of a job is left."""
    until(lambda: not any(thread.name.startswith("imports-") for thread in threading.enumerate()))


@pytest.fixture
def office(client: Client, clerk: User) -> Client:
    client.force_login(clerk, "allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Imports stop half-way until it is set."""
    importer: Any = IMPORTERS[KIND]
    importer.gate = threading.Event()
    yield importer.gate
    importer.gate.set()
    ended()


def start(batch: Batch, clerk: User, kind: JobKind = JobKind.APPLY, **options: bool) -> Job:
    return background.start(batch=batch, kind=kind, by=clerk, **options)


def state(batch: Batch) -> str:
    return Batch.objects.get(pk=batch.pk).state


def test_others_see_how_far_it_is_while_nothing_is_saved(clerk: User, gate: threading.Event) -> None:
    batch = sent(clerk, table())
    job = start(batch, clerk)
    until(lambda: Job.objects.get(pk=job.pk).done == HALF)
    assert (people(), state(batch)) == ({}, BatchState.PREVIEWED)
    gate.set()
    ended()
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.FINISHED, MANY, MANY)
    assert (len(people()), state(batch)) == (MANY, BatchState.APPLIED)


def test_the_page_follows_a_big_import_and_its_undo(office: Client, clerk: User, gate: threading.Event) -> None:
    batch = sent(clerk, table())
    url = f"/en/imports/{batch.pk}/"
    assert office.post(f"{url}apply/").url == url
    until(lambda: Job.objects.get().done == HALF)
    page = office.get(url).content.decode()
    assert f'<progress id="job" max="{MANY}" value="{HALF}"></progress> {HALF} of {MANY} rows' in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert ("You may close this page" in page, "Import these rows" in page) == (True, False)
    assert f'value="{HALF}"' in office.get(f"{url}progress/", headers={"HX-Request": "true"}).content.decode()
    gate.set()
    ended()
    assert office.get(f"{url}progress/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert office.get(f"{url}progress/").url == url
    page = office.get(url).content.decode()
    assert ("Undo this import" in page, "<progress" in page, "http-equiv" in page) == (True, False, False)
    assert office.post(f"{url}undo/").url == url
    ended()
    assert (people(), state(batch)) == ({}, BatchState.UNDONE)


def test_a_small_import_stays_in_its_request(office: Client, clerk: User) -> None:
    batch = sent(clerk, table(ROWS_IN_A_REQUEST))
    office.post(f"/en/imports/{batch.pk}/apply/")
    assert (Job.objects.count(), state(batch)) == (0, BatchState.APPLIED)


def test_two_clicks_at_once_start_one_job(clerk: User, gate: threading.Event) -> None:
    batch, together, outcomes = sent(clerk, table()), threading.Barrier(2), []

    def click() -> None:
        together.wait()
        try:
            start(batch, clerk)
            outcomes.append("started")
        except AlreadyRunning:
            outcomes.append("running already")
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join(timeout=20)
    assert sorted(outcomes) == ["running already", "started"]
    gate.set()
    ended()
    assert (len(people()), Job.objects.count()) == (MANY, 1)


def test_a_click_during_an_import_says_that_it_runs(office: Client, clerk: User, gate: threading.Event) -> None:
    batch = sent(clerk, table())
    office.post(f"/en/imports/{batch.pk}/apply/")
    for verb in ("apply", "abandon"):
        answer = office.post(f"/en/imports/{batch.pk}/{verb}/", follow=True)
        assert "nothing was started twice" in answer.content.decode()
    assert Job.objects.count() == 1


def test_the_database_refuses_a_second_running_job(clerk: User) -> None:
    batch = sent(clerk, table(1))
    values = {"batch": batch, "kind": "apply", "total": 1, "started_by": clerk, "started_at": NOON, "beat_at": NOON}
    Job.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(**values)


def killed_half_way(batch: Batch) -> Job:
    """A real process that starts the import and is killed in the middle of it."""
    name = connection.settings_dict
    url = f"postgres://{name['USER']}:{name['PASSWORD']}@/{name['NAME']}?host={name['HOST']}&port={name['PORT']}"
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "parcours.config.settings"}
    environment["PARCOURS_SECRET_KEY"] = "tests"
    process = subprocess.Popen([sys.executable, "-c", HANGS_HALF_WAY, str(batch.pk)], env=environment, cwd=ROOT)
    try:
        until(lambda: batch.jobs.filter(done=HALF).exists())
    finally:
        process.kill()
        process.wait()
    return batch.jobs.get()


def test_a_killed_import_saves_nothing_and_is_repeated(office: Client, clerk: User) -> None:
    batch = sent(clerk, table())
    job = killed_half_way(batch)
    assert (people(), state(batch), job.state) == ({}, BatchState.PREVIEWED, JobState.RUNNING)
    Job.objects.update(beat_at=timezone.now() - SILENCE - timedelta(seconds=1))
    page = office.get(f"/en/imports/{batch.pk}/").content.decode()
    shown = [text in page for text in ("Nothing was imported", "The server was stopped", "Import these rows")]
    assert (shown, "<progress" in page) == ([True] * 3, False)
    office.post(f"/en/imports/{batch.pk}/apply/")
    ended()
    assert (len(people()), state(batch)) == (MANY, BatchState.APPLIED)
    assert list(batch.jobs.values_list("state", flat=True)) == [JobState.FINISHED, JobState.FAILED]


def test_a_job_taken_for_dead_saves_nothing_when_it_wakes_up(clerk: User, gate: threading.Event) -> None:
    batch = sent(clerk, table(3))
    start(batch, clerk)
    Job.objects.update(state=JobState.FAILED)
    gate.set()
    ended()
    assert (people(), state(batch), Job.objects.get().state) == ({}, BatchState.PREVIEWED, JobState.FAILED)


def test_a_refused_import_says_why_and_leaves_the_batch_as_it_was(office: Client, clerk: User) -> None:
    actions.apply(batch=sent(clerk, table()), by=clerk, at=NOON)
    changes = "email,name\n" + "".join(f"p{n}@example.org,Q{n}\n" for n in range(MANY))
    batch = sent(clerk, changes)
    User.objects.filter(email="p7@example.org").update(name="Amina")
    before = people()
    office.post(f"/en/imports/{batch.pk}/apply/")
    ended()
    assert (people(), state(batch)) == (before, BatchState.PREVIEWED)
    page = office.get(f"/en/imports/{batch.pk}/").content.decode()
    shown = [text in page for text in ("Nothing was saved", "Row 9, Q7:", "renamed since", "Import these rows")]
    assert shown == [True] * 4


def test_an_error_of_ours_ends_the_job_in_the_readers_language(clerk: User, caplog: Any) -> None:
    batch = sent(clerk, table(2) + f"long@example.org,{'N' * 1000}\n")
    with translation.override("en"):
        job = start(batch, clerk)
    ended()
    job.refresh_from_db()
    assert job.message == "An error that is ours stopped it; it is written in the server’s log."
    assert (job.state, state(batch), len(people())) == (JobState.FAILED, BatchState.PREVIEWED, 0)
    assert [record.getMessage() for record in caplog.records] == [f"job {job.pk} failed"]


def test_a_job_is_not_started_for_what_cannot_be_done(clerk: User) -> None:
    faulty = sent(clerk, table(2) + "nameless@example.org,\n")
    with pytest.raises(RowsInError):
        start(faulty, clerk)
    with pytest.raises(AlreadyDecided):
        start(faulty, clerk, JobKind.UNDO)
    assert Job.objects.count() == 0
    start(faulty, clerk, leave_out_errors=True)
    ended()
    assert (len(people()), Batch.objects.get().leaves_out_errors) == (2, True)


def received(clerk: User, text: str) -> Batch:
    file = io.BytesIO(text.encode())
    return actions.receive(kind=KIND, file=file, filename="people.csv", by=clerk, at=NOON)


def long_names(rows: int = 3) -> str:
    """A table larger than what is read in a request."""
    return "email,name\n" + "".join(f"p{n}@example.org,{'N' * BYTES_IN_A_REQUEST}\n" for n in range(rows))


def test_a_large_file_is_read_in_the_background_and_its_page_says_so(office: Client) -> None:
    page = office.post(f"/en/imports/{KIND}/new/", {"file": SimpleUploadedFile("people.csv", table(4000).encode())})
    batch = Batch.objects.get()
    assert page.url == f"/en/imports/{batch.pk}/"
    ended()
    assert (state(batch), batch.rows.count(), people()) == (BatchState.PREVIEWED, 4000, {})
    assert "Import these rows" in office.get(page.url).content.decode()


def test_a_page_loaded_again_shows_how_far_the_reading_is(office: Client, clerk: User) -> None:
    batch = received(clerk, table(3))
    job = actions.start_job(batch=batch, kind=JobKind.READ, by=clerk, at=timezone.now())
    actions.beat(job=job, done=2000, at=timezone.now())
    page = office.get(f"/en/imports/{batch.pk}/").content.decode()
    assert '<progress id="job"></progress> 2000 rows read so far' in page
    with pytest.raises(AlreadyRunning):
        start(batch, clerk, JobKind.READ)


def test_a_large_file_that_cannot_be_read_says_why_and_can_be_put_aside(office: Client, clerk: User) -> None:
    text = long_names().replace("email,name", "colour,name")
    url = office.post(f"/en/imports/{KIND}/new/", {"file": SimpleUploadedFile("people.csv", text.encode())}).url
    ended()
    page = office.get(url).content.decode()
    shown = [
        said in page
        for said in ("The file could not be read", "The columns are email and name.", "Put this file aside")
    ]
    assert shown == [True] * 3
    office.post(f"{url}abandon/")
    assert (state(Batch.objects.get()), BatchFile.objects.count()) == (BatchState.ABANDONED, 0)


def test_a_file_is_kept_until_it_is_imported_and_can_be_read_otherwise(clerk: User) -> None:
    batch = received(clerk, table(2))
    actions.read(batch=batch, at=NOON)
    actions.choose(batch=batch, options={"columns": {}})
    again = actions.read(batch=batch, at=NOON)
    assert (again.options, batch.rows.count()) == ({"columns": {}}, 2)
    actions.apply(batch=batch, by=clerk, at=NOON)
    assert BatchFile.objects.count() == 0
    with pytest.raises(AlreadyDecided):
        actions.choose(batch=batch, options={})
