"""Forms that nobody here wrote: pyxform's own test forms come in, and go out as they came."""

import os
import tarfile
from pathlib import Path

import pytest

from parcours.engines.questionnaire.reading import read_form
from parcours.engines.questionnaire.sheets import Sheets, UnreadableForm, read_sheets, write_sheets

SOURCES = os.environ.get("PARCOURS_FORMS", "")
pytestmark = [
    pytest.mark.skipif(not SOURCES, reason="PARCOURS_FORMS names no sources of pyxform: ./run test fetches them"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
# What these forms are made to show, and what is no form at all.
NOT_FORMS = {"duplicate_columns.xlsx", "fruits.csv", "select_one_external.csv"}


@pytest.fixture(scope="module")
def forms() -> dict[str, Sheets]:
    """Every form of the sources, by its path; `read_sheets` must refuse the others."""
    found: dict[str, Sheets] = {}
    refused = set()
    with tarfile.open(SOURCES) as sources:
        for member in sources:
            if member.name.endswith((".xls", ".xlsx", ".csv")):
                try:
                    found[member.name] = read_sheets(sources.extractfile(member).read(), member.name)
                except UnreadableForm:
                    refused.add(Path(member.name).name)
    assert refused == NOT_FORMS
    assert len(found) == 67
    return found


def test_every_form_goes_out_as_it_came_in(forms):
    for name, sheets in forms.items():
        again = read_sheets(write_sheets(sheets), "again.xlsx")
        assert (again.columns, again.rows) == (sheets.columns, sheets.rows), name


def test_every_form_is_read_and_each_error_has_its_place(forms):
    readings = {Path(name).name: read_form(sheets) for name, sheets in forms.items()}
    assert {"repeat_date_test.xls", "simple_loop.xls"} <= set(readings)
    assert sum(not reading.errors for reading in readings.values()) >= 20
    placeless = {"nothing_asked", "no_sheet", "no_column", "pyxform"}
    for name, reading in readings.items():
        for problem in reading.errors:
            assert problem.code in placeless or problem.row, name
            assert problem.code in placeless or problem.sheet in ("survey", "choices"), name
