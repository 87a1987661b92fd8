"""What the plan's tests share: a reader of French, and staff who need no second factor."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_french(settings: Any) -> Iterator[None]:
    settings.PARCOURS_STAFF_MFA = False
    with translation.override("fr"):
        yield
