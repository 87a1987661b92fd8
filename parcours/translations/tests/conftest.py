from collections.abc import Iterator
from typing import Any

import pytest
import rules
from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils.translation import override

from parcours.translations.fields import Translated

# The nearest model with texts lives upstairs: asked for by name, never imported.
Source = apps.get_model("directory.Source")


def make_source(key: str, **texts: Any) -> Any:
    """A source with a title (and a note) given as {language: text} or as a `Translated`."""
    values = {name: value if isinstance(value, Translated) else Translated.of(value) for name, value in texts.items()}
    return Source.objects.create(key=key, kind="plan", **values)


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    """A page that a test has asked for leaves its language behind."""
    with override("fr"):
        yield


@pytest.fixture
def person(db: None) -> Any:
    return get_user_model().objects.create(email="reader@example.org", name="Reader", language="fr")


@pytest.fixture
def translator(db: None) -> Iterator[Any]:
    """Somebody who may translate, while the test runs; others may not."""
    user = get_user_model().objects.create(email="translator@example.org", name="Translator", language="fr")
    before = rules.permissions.permissions.get("translations.edit")
    rules.set_perm("translations.edit", rules.predicate(lambda asking: asking == user))
    yield user
    if before is None:
        rules.remove_perm("translations.edit")
    else:
        rules.set_perm("translations.edit", before)
