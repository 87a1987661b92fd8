"""What a file does to the directory: identity, duplicates, what is gone, undo."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from parcours.accounts.models import User
from parcours.census.actions.sources import rank_source
from parcours.census.tests.conftest import NOON, imported, previewed, problems, service, structure
from parcours.directory.actions.records import change_by_hand, put_record
from parcours.directory.choices import ServiceState, SourceKind
from parcours.directory.models import (
    Contact,
    Identifier,
    Listing,
    Organisation,
    Place,
    Service,
    Source,
    SourceRecord,
)
from parcours.directory.tests import factories as make
from parcours.imports import actions
from parcours.imports.models import Batch
from parcours.imports.rules import NotPossible

SIRET = "73282932000074"


def undo(batch: Batch, by: User) -> None:
    actions.undo(batch=batch, by=by, at=NOON)


def rows_of_the_directory() -> dict[str, list[Any]]:
    """All that stands, without what changes at every writing."""
    return {
        model.__name__: sorted(map(str, model._default_manager.values_list(*fields)))
        for model, fields in {
            Organisation: ("key", "name", "phone", "description"),
            Service: ("key", "name", "state", "phone"),
            Place: ("match_key", "is_main", "organisation__key"),
            Identifier: ("scheme", "value"),
            Contact: ("name", "phone"),
            Listing: ("service__key", "head"),
            SourceRecord: ("external_id", "values", "observed_on"),
        }.items()
    }


def test_a_siret_that_is_known_joins_its_organisation(coordinator: User) -> None:
    known = make.organisation("Les Voisins")
    Identifier.objects.create(organisation=known, scheme="siret", value=SIRET)
    imported(coordinator, [structure(siret=SIRET)], kind="organisations")
    assert Organisation.objects.get() == known
    known.refresh_from_db()
    assert (known.name, known.source_records.count()) == ("Association 1", 2)


def test_a_siret_held_by_another_organisation_is_an_error_naming_it(coordinator: User) -> None:
    imported(coordinator, [structure()], kind="organisations")
    Identifier.objects.create(organisation=make.organisation("Les Voisins"), scheme="siret", value=SIRET)
    batch = previewed(coordinator, [structure(siret=SIRET)], kind="organisations")
    said = f"SIRET {SIRET} is held by another organisation here, “Les Voisins”."
    assert problems(batch) == [(1, "siret", said)]


def test_an_identifier_and_a_siret_stand_once_in_a_file(coordinator: User) -> None:
    rows = [structure(1, siret=SIRET), structure(2, siret=SIRET), structure(1)]
    assert problems(previewed(coordinator, rows, kind="organisations")) == [
        (2, "siret", f"Rows 1 and 2 have the same SIRET, {SIRET}: one of them must be another."),
        (3, "id", "Rows 1 and 3 have the same identifier, “dora--o1”: one row for each record."),
    ]


def test_an_undo_leaves_the_directory_as_it_was(coordinator: User) -> None:
    known = make.organisation("Les Voisins", phone="+33145678909")
    Identifier.objects.create(organisation=known, scheme="siret", value=SIRET)
    first = {"structures": [structure(1), structure(3, siret=SIRET)], "services": [service(1)]}
    imported(coordinator, first)
    before = rows_of_the_directory()
    changed = {
        "structures": [structure(1, nom="Autre nom"), structure(2), structure(3, siret=SIRET, telephone="3949")],
        "services": [service(1, nom="Autre cours", adresse="9 rue Noire"), service(2, of=2)],
    }
    batch = imported(coordinator, changed)
    assert Service.objects.filter(name__texts__fr__text="Autre cours").exists()
    undo(batch, coordinator)
    assert rows_of_the_directory() == before
    undo(Batch.objects.order_by("pk").first(), coordinator)
    assert [str(one) for one in Organisation.objects.all()] == ["Les Voisins"]
    assert (Service.objects.count(), Organisation.objects.get().phone) == (0, "+33145678909")


def test_an_undo_stops_at_what_was_changed_or_built_upon_since(coordinator: User) -> None:
    batch = imported(coordinator, {"structures": [structure(1), structure(2)], "services": [service(1), service(2)]})
    kept, given = (
        Service.objects.get(name__texts__fr__text="Cours de français 1"),
        Organisation.objects.get(name="Association 2"),
    )
    change_by_hand(target=kept, values={"phone": "+33145678909"}, by=SourceKind.OWNER, at=NOON)
    make.service("Permanence", of=given)
    with pytest.raises(NotPossible) as refused:
        undo(batch, coordinator)
    assert [(one.label.partition(" ")[2], one.reason) for one in refused.value.obstacles] == [
        ("Cours de français 1", "Somebody changed or confirmed it since, or another source tells of it."),
        ("Association 2", "Others have built upon it since."),
    ]
    assert Service.objects.count() == 3


def test_an_import_stops_when_another_was_quicker(coordinator: User) -> None:
    batch = previewed(coordinator, [structure()], kind="organisations")
    imported(coordinator, [structure(nom="Autre nom")], kind="organisations")
    with pytest.raises(NotPossible) as refused:
        actions.apply(batch=batch, by=coordinator, at=NOON)
    assert [one.reason for one in refused.value.obstacles] == ["Another import changed it since."]


def test_what_is_gone_from_a_whole_list_is_told_and_closed_on_demand(coordinator: User) -> None:
    whole = {"structures": [structure()], "services": [service(1), service(2)]}
    imported(coordinator, whole)
    fewer = {"structures": [structure()], "services": [service(1)]}
    batch = previewed(coordinator, fewer, is_full=True)
    assert "1 records of this source are not in the file. They stay as they are." in map(str, batch.file_notices)
    assert batch.rows.that_write().count() == 0
    batch = imported(coordinator, fewer, is_full=True, closes_gone=True)
    assert list(Service.objects.order_by("pk").values_list("state", flat=True)) == ["published", "closed"]
    assert Listing.objects.count() == 1
    undo(batch, coordinator)
    assert (Service.objects.filter(state=ServiceState.CLOSED).count(), Listing.objects.count()) == (0, 2)


def test_a_later_list_says_only_what_its_rows_say(coordinator: User) -> None:
    imported(coordinator, {"structures": [structure()], "services": [service()]})
    later = {"structures": [structure()], "services": [service(date_maj="2026-10-01", nom="Ateliers")]}
    batch = imported(coordinator, later)
    shown = [(change.column, change.after) for row in batch.rows.that_write() for change in row.changes]
    assert shown == [("nom", "Ateliers"), ("written on", "2026-10-01")]
    record = Service.objects.get().source_records.get()
    assert (record.observed_on, Service.objects.get().observed_on) == (date(2026, 10, 1), date(2026, 10, 1))


def test_a_source_that_is_switched_off_is_shown_no_more_and_comes_back(coordinator: User) -> None:
    imported(coordinator, {"structures": [structure()], "services": [service()]})
    source = Source.objects.get(key="list")
    rank_source(source=source, is_used=False, rank=50, fields={})
    assert (Service.objects.public().count(), Listing.objects.count(), Service.objects.count()) == (0, 0, 1)
    organisation = Organisation.objects.get()
    before, page = organisation.changed_at, organisation.get_absolute_url()
    assert (Organisation.objects.public().count(), Client().get(page).status_code) == (0, 404)
    office = Client()
    office.force_login(coordinator)
    assert "Only you can see this page" in office.get(page.replace("/fr/", "/en/")).content.decode()
    rank_source(source=source, is_used=True, rank=50, fields={})
    assert (Service.objects.public().count(), Listing.objects.count()) == (1, 1)
    assert Organisation.objects.public().get().changed_at > before


def test_an_organisation_is_shown_as_long_as_a_source_in_use_tells_of_what_it_does(coordinator: User) -> None:
    imported(coordinator, {"structures": [structure()], "services": [service()]})
    values = {"phone": "+33145678902"}
    put_record(target=Service.objects.get(), source=make.source("other"), values=values, observed_on=date(2026, 1, 1))
    rank_source(source=Source.objects.get(key="list"), is_used=False, rank=50, fields={})
    assert list(Organisation.objects.public()) == [Service.objects.public().get().organisation]


def test_a_field_may_have_a_rank_of_its_own(coordinator: User) -> None:
    imported(coordinator, {"structures": [structure()], "services": [service(telephone="01 45 67 89 01")]})
    other = {"key": "other", "title": "Autre", "kind": "list"}
    values = {"phone": "+33145678902", "email": "autre@example.org"}
    kept = Service.objects.get()
    put_record(
        target=kept,
        source=make.source(**other | {"title": make.words("Autre")}),
        values=values,
        observed_on=date(2026, 1, 1),
    )
    rank_source(source=Source.objects.get(key="other"), is_used=True, rank=60, fields={"phone": 10})
    kept.refresh_from_db()
    assert (kept.phone, kept.email) == ("+33145678902", "autre@example.org")
    rank_source(source=Source.objects.get(key="other"), is_used=True, rank=60, fields={})
    kept.refresh_from_db()
    assert kept.phone == "+33145678901"


def test_a_terminal_imports_with_the_same_verbs(coordinator: User, tmp_path: Path) -> None:
    file, out, err = tmp_path / "services.json", io.StringIO(), io.StringIO()
    services = [service(number) for number in range(1, 200)]
    file.write_text(json.dumps({"structures": [structure()], "services": services}))

    def run(*options: str) -> list[str]:
        call_command("import_services", str(file), "--source", "dora", *options, stdout=out, stderr=err, no_color=True)
        return out.getvalue().splitlines()

    with pytest.raises(CommandError, match="There is no source “dora”"):
        run()
    assert run("--title", "DORA")[0] == "new: 200, changed: 0, unchanged: 0, error: 0"
    assert Service.objects.count() == 0
    assert run("--title", "DORA", "--apply")[-1] == "The file is imported."
    assert (Service.objects.count(), err.getvalue().splitlines()[-1]) == (199, "200/200")
    assert "new: 0, changed: 0, unchanged: 200, error: 0" in run("--full")
