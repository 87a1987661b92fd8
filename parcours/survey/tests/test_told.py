"""What answers tell, by the facts that the questions fill."""

import re

import pytest
from django.conf import settings

from parcours.directory.cleaning import Known
from parcours.directory.tests import factories as make
from parcours.engines.questionnaire.reading import read_form
from parcours.engines.questionnaire.sheets import Sheets
from parcours.survey.choices import TieKind
from parcours.survey.receivers import Told
from parcours.survey.tests import register_cast as cast
from parcours.survey.told import (
    check_fields,
    known_facts,
    respondent_told,
    respondent_values,
    things_told,
    ties_told,
    worded_problem,
)


def problems(*rows):
    form = read_form(Sheets.of(survey=[*rows], choices=cast.CHOICES, settings=[{"form_title": "F"}])).form
    return [(one.code, one.row, one.detail) for one in check_fields(form)]


def repeat(*rows):
    return [{"type": "begin_repeat", "name": "r", "label": "R"}, *rows, {"type": "end_repeat"}]


def test_a_form_that_fills_facts_that_the_register_knows_is_without_fault():
    assert problems(*cast.SURVEY) == []


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([cast.row("text", "q", "organisation.colour")], "field_unknown"),
        ([cast.row("text", "q", "people.name")], "field_unknown"),
        ([cast.row("text", "q", "name")], "field_unknown"),
        ([cast.row("note", "q", "organisation.name")], "field_not_asked"),
        (repeat(cast.row("text", "q", "organisation.name")), "field_in_repeat"),
        ([cast.row("text", "q", "partner.email")], "field_outside_repeat"),
        ([cast.row("text", "q", "organisation.kind")], "field_choices"),
        ([cast.row("select_one town", "q", "organisation.kind")], "field_choices"),
        (repeat(cast.row("select_one town", "q", "partner.tie")), "field_choices"),
    ],
)
def test_a_question_that_cannot_fill_its_fact_is_named_with_its_row(rows, code):
    fills = next(row["parcours_field"] for row in rows if "parcours_field" in row)
    assert problems(*rows) == [(code, 3 if len(rows) > 1 else 2, fills)]


def test_every_problem_of_a_field_has_its_sentence():
    form = read_form(
        Sheets.of(survey=[cast.row("select_one town", "q", "organisation.kind")], choices=cast.CHOICES)
    ).form
    assert "association, network" in str(worded_problem(check_fields(form)[0]))


@pytest.mark.django_db
def test_only_what_was_answered_is_told():
    told = [{"name": "Les Voisins", "tie": ["funds", "hosts"]}, {"name": ""}, {"email": "a@example.org"}]
    response = cast.answered(make.organisation(), by=cast.wave(), phone="01 45 67 89 01", email="", partners=told)
    assert respondent_told(response).facts == {"phone": "01 45 67 89 01"}
    partners = things_told(response)["partner"]
    assert [(one.place, one.facts) for one in partners] == [
        ("partners.0", {"name": "Les Voisins", "tie": ["funds", "hosts"]}),
        ("partners.2", {"email": "a@example.org"}),
    ]
    assert [*map(ties_told, partners)] == [[TieKind.FUNDS, TieKind.HOSTS], [TieKind.WORKS_WITH]]


@pytest.mark.django_db
def test_a_choice_is_taken_by_its_name_and_else_by_its_label():
    make.area("Vitry-sur-Seine", code="94081")
    make.area("Créteil", code="94028", search_names=["creteil"])
    for name, expected in (("94081", "insee-commune:94081"), ("home", "insee-commune:94028")):
        told = Told("", {"area": name}, {"area": {"94081": "Vitry-sur-Seine", "home": "Créteil"}[name]})
        assert respondent_values(told, language="fr", known=Known()) == ({"area": expected}, [])


@pytest.mark.django_db
def test_what_cannot_be_taken_is_told_with_its_field():
    told = Told("", {"email": "nobody", "name": "Les Voisins"}, {"email": "nobody", "name": "Les Voisins"})
    values, found = respondent_values(told, language="fr", known=Known())
    assert values == {"name": "Les Voisins"}
    assert [one.column for one in found] == ["email"]


@pytest.mark.django_db
def test_one_open_question_tells_a_partner_on_each_line():
    wave = cast.wave([cast.row("text", "with", "partner.name")])
    response = cast.answered(make.organisation(), by=wave, **{"with": "Les Voisins\n\n  Emmaüs \n"})
    assert [(one.place, one.facts) for one in things_told(response)["partner"]] == [
        ("with.0", {"name": "Les Voisins"}),
        ("with.1", {"name": "Emmaüs"}),
    ]


def test_the_documentation_names_every_fact_and_no_other():
    text = (settings.ROOT / "docs" / "questionnaires.md").read_text(encoding="utf-8")
    known = {f"{subject}.{fact}" for subject, facts in known_facts().items() for fact in facts}
    assert set(re.findall(r"^\| `(\w+\.[\w.]+)` \|", text, re.MULTILINE)) == known
