"""What the coordinator does: from a note to a published release, and a table that goes out and comes back."""

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from tests.journeys.axe import faults

pytestmark = pytest.mark.journey

TITLE = "Un café des droits dans chaque ville"
DECISION = "Le comité retient le café des droits et en confie le pilotage au FORIM."
RELEASE = "Version de l’automne"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("link", name=name, exact=True).first.click()
    return Path(started.value.path()).read_bytes()


def test_the_coordinator_turns_a_note_into_an_action_and_publishes_it(member):
    page = member("coordinator")
    make_an_idea_of_a_note(page)
    code = adopt_the_idea(page)
    publish(page)
    expect(page.locator("main")).to_contain_text(RELEASE)
    pdf = page.request.get(page.get_by_role("link", name="Télécharger en PDF").get_attribute("href")).body()
    assert pdf.startswith(b"%PDF-")
    assert b"pdfuaid:part" in pdf
    page.get_by_role("link", name="Voir ce qu’elle a changé.").click()
    entry = page.locator(f"#action-{code.replace('.', chr(92) + '.')}")
    expect(entry).to_contain_text(TITLE)
    expect(entry).to_contain_text(DECISION)
    page.goto("/fr/plan/actions/")
    table = load_workbook(BytesIO(downloaded(page, "Télécharger (XLSX)"))).worksheets[0]
    assert TITLE in {cell.value for row in table.iter_rows() for cell in row}


def make_an_idea_of_a_note(page: Page) -> None:
    page.goto("/fr/plan/workshops/workshop-rights/")
    page.get_by_role("link", name="Travailler sur les notes").click()
    page.get_by_label("Une personne appelle cinq services avant de trouver le bon.").check()
    page.locator("input[name=title]").fill(TITLE)
    page.locator("button[value=idea]").click()
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"L’idée I\.\d+ est créée"))


def adopt_the_idea(page: Page) -> str:
    """Through the office; gives the code of the action."""
    page.goto("/fr/plan/office/")
    idea = page.locator("li", has=page.get_by_role("link", name=TITLE)).last
    idea.get_by_role("link", name="En faire une action").click()
    page.locator("[name=decision]").fill(DECISION)
    page.locator("[name=lead]").fill("FORIM")
    page.locator("[name=starts_on]").fill("mars 2027")
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_role("status")).to_have_text("L’idée est maintenant une action du plan.")
    facts = page.locator("main dl.facts")
    expect(facts).to_contain_text("Forum des organisations de solidarité internationale issues des migrations")
    expect(facts).to_contain_text("mars 2027")
    return page.url.rstrip("/").rpartition("/")[2]


def publish(page: Page) -> None:
    page.goto("/fr/plan/releases/")
    page.get_by_role("link", name="Préparer la prochaine version").click()
    expect(page.locator("main")).to_contain_text(DECISION)
    page.locator("[name=title_fr]").fill(RELEASE)
    page.locator("[name=title_en]").fill("Autumn release")
    page.get_by_role("button", name="Publier définitivement").click()
    expect(page.get_by_role("status")).to_have_text("La version 2 est publiée.")


def workbook(rows: Iterable[Iterable[Any]]) -> dict[str, Any]:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    made = BytesIO()
    book.save(made)
    return {"name": "actions.xlsx", "mimeType": XLSX, "buffer": made.getvalue()}


def send(page: Page, file: dict[str, Any]) -> None:
    page.goto("/fr/plan/office/import/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button[type=submit]").click()


def test_what_is_exported_and_brought_back_changes_nothing(member):
    page = member("coordinator")
    page.goto("/fr/plan/actions/")
    send(page, {"name": "actions.xlsx", "mimeType": XLSX, "buffer": downloaded(page, "Télécharger (XLSX)")})
    expect(page.get_by_text("Ce fichier ne change rien")).to_be_visible()


HEADERS = ["Titre", "Commune", "Porteur", "Début"]
GOOD = ["Permanence du mardi", "Vitry-sur-Seine", "GRDR", "28/02/2027"]
FAULTY = [
    GOOD,
    ["Permanence du jeudi", "Champigni-sur-Marne", "GRDR", "2027-02-28"],
    ["Chorale des voisins", "Ivry-sur-Seine", "Les Voisins", "février 2027"],
    ["Jardin des langues", "Arcueil", "GRDR", "31/02/2027"],
    ["Carnet de recettes", "Orly", "GRDR", '=TEXT(TODAY(),"yyyy")'],
]
MENDED = [
    ["Permanence du jeudi", "Champigny-sur-Marne", "GRDR", "2027-02-28"],
    ["Chorale des voisins", "Ivry-sur-Seine", "FORIM", "février 2027"],
    ["Jardin des langues", "Arcueil", "GRDR", "28/02/2027"],
    ["Carnet de recettes", "Orly", "GRDR", "2027"],
]


def name_two_alike(page: Page) -> None:
    for key in ("ahuefa", "ameri"):
        page.goto(f"/fr/organisations/{key}/edit/")
        page.locator("[name=acronym]").fill("Les Voisins")
        page.locator("main form button[type=submit]").click()


def test_a_faulty_table_is_explained_mended_brought_in_and_taken_back(member):
    page = member("coordinator")
    name_two_alike(page)
    send(page, workbook([HEADERS[1:], GOOD[1:]]))
    expect(page.locator("main .errorlist")).to_contain_text("« code » ou « title_fr » (ou « Titre ») manque")
    send(page, workbook([HEADERS, *FAULTY]))
    assert faults(page) == []
    rows = [re.sub(r"\s+", " ", row).strip() for row in page.locator("main tbody tr").all_inner_texts()]
    said = {row.partition(" ")[0]: row for row in rows}
    expected = {
        "3": ("Commune", "Champigny-sur-Marne (94017)"),
        "4": ("Porteur", "« Les Voisins » peut désigner l’un de ceux-ci, écrivez le bon"),
        "5": ("Début", "« 31/02/2027 »", "28/02/2018"),
        "6": ("Début", "Cette cellule contient une formule : donnez plutôt sa valeur"),
    }
    assert {row: [part for part in parts if part not in said[row]] for row, parts in expected.items()} == {
        row: [] for row in expected
    }
    assert titles_among_the_actions(page) == []
    send(page, workbook([HEADERS, GOOD, *MENDED]))
    page.get_by_role("button", name="Importer ces lignes").click()
    expect(page.get_by_role("status")).to_have_text("Le fichier est importé.")
    batch = page.url
    assert titles_among_the_actions(page) == sorted([GOOD[0], *(row[0] for row in MENDED)])
    page.goto(batch)
    page.locator("summary", has_text="Annuler cet import").click()
    page.get_by_role("button", name="Annuler cet import").click()
    expect(page.get_by_role("status")).to_have_text("L’import est annulé : tout est comme avant.")
    assert titles_among_the_actions(page) == []


def titles_among_the_actions(page: Page) -> list[str]:
    """Those of the table that the plan holds, as its export tells."""
    page.goto("/fr/plan/actions/")
    table = load_workbook(BytesIO(downloaded(page, "Télécharger (XLSX)"))).worksheets[0]
    held = {cell.value for row in table.iter_rows() for cell in row}
    return sorted(title for title, *_rest in [GOOD, *MENDED] if title in held)
