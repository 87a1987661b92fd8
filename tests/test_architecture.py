"""The house keeps its floors: what import-linter cannot see, and what each model and app must say of itself."""

import ast
import re
from pathlib import Path

import pghistory.models
import pytest
from django.apps import apps
from django.db import models

from parcours.kit.pii import Pii

ROOT = Path(__file__).parents[1]
FLOORS = [
    {"website", "packs", "api"},
    {"network"},
    {"plan"},
    {"feedback", "portfolio"},
    {"delivery"},
    {"survey"},
    {"census"},
    {"directory", "people"},
    {"imports"},
    {"accounts", "geo", "translations"},
    {"kit"},
]
HEIGHT = {label: -depth for depth, floor in enumerate(FLOORS) for label in floor}
MODELS = [model for model in apps.get_models() if model.__module__.startswith("parcours.")]
OWN = [model for model in MODELS if not issubclass(model, pghistory.models.Event)]
APPS = sorted({label for floor in FLOORS for label in floor})


def test_no_foreign_key_points_up_or_sideways():
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in MODELS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and field.related_model._meta.app_label in HEIGHT
        and field.related_model._meta.app_label != model._meta.app_label
        and HEIGHT[field.related_model._meta.app_label] >= HEIGHT[model._meta.app_label]
    ]
    assert wrong == []


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_every_model_declares_its_personal_data(model):
    pii = model.__dict__.get("pii")
    assert isinstance(pii, Pii), f"{model._meta.label} declares no personal data"
    assert bool(pii.fields) == bool(pii.why) == bool(pii.until)
    names = {field.name for field in model._meta.get_fields()}
    assert set(pii.fields) <= names


def test_every_person_named_by_a_foreign_key_is_declared():
    user = apps.get_model("accounts", "User")
    undeclared = [
        f"{model._meta.label}.{field.name}"
        for model in OWN
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model is user and field.name not in model.pii.fields
    ]
    assert undeclared == []


def test_every_model_is_in_the_glossary():
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", glossary))
    assert sorted(model.__name__ for model in OWN if model.__name__ not in named) == []


@pytest.mark.parametrize("app", [*APPS, "engines"])
def test_every_app_has_a_short_readme(app):
    text = (ROOT / "parcours" / app / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {app}")
    assert 3 <= len(text.splitlines()) <= 25


def test_no_file_is_longer_than_400_lines():
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in (ROOT / "parcours").rglob("*.py")
        if not {"migrations", "tests"} & set(path.parts)
        and (lines := path.read_text(encoding="utf-8").count("\n")) > 400
    ]
    assert long == []


def test_no_function_is_longer_than_50_lines():
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in (ROOT / "parcours").rglob("*.py")
        if not {"migrations", "tests"} & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 50
    ]
    assert long == []
