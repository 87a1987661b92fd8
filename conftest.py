"""What every test lives with: undefined template variables and unordered lists fail; a demo territory on demand."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.defaulttags import ForNode
from django.utils import translation

TERRITORY = Path(__file__).parent / "territories" / "val-de-marne"


class Undefined(str):
    """What Django prints for a variable that does not exist; here it fails, naming the variable."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return True

    def __mod__(self, variable: Any) -> str:
        pytest.fail(f"a template uses an undefined variable: {variable}")


def pytest_configure() -> None:
    settings.SECRET_KEY = os.environ.get("PARCOURS_SECRET_KEY", "tests")
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("%s")
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = None
    settings.DEMO = False
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def language_of_the_site() -> None:
    """Each test begins in the site's own language, whatever the one before it read."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def lists_are_ordered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A template that loops over an unordered queryset shows its rows in whatever order: it fails."""
    render = ForNode.render

    def checked(node: ForNode, context: Any) -> str:
        rows = node.sequence.resolve(context, ignore_failures=True)
        if isinstance(rows, QuerySet) and not rows.ordered:
            pytest.fail(f"a template shows an unordered queryset: {node.sequence}")
        return render(node, context)

    monkeypatch.setattr(ForNode, "render", checked)


@pytest.fixture(scope="module")
def demo_territory(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """Val-de-Marne as `./run demo` loads it, for all tests of a module; gone after them."""
    from parcours.packs.load import load_pack  # noqa: PLC0415 (models exist only once Django is set up)

    with django_db_blocker.unblock(), transaction.atomic():
        yield load_pack(folder=TERRITORY, report=lambda part, number: None)
        transaction.set_rollback(True)


@pytest.fixture
def demo(demo_territory: Any, db: None) -> Any:
    """The demo's plan."""
    return demo_territory
