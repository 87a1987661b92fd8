"""Many rows at once."""

import pgtrigger
import pytest
from django.db import connection, transaction

from parcours.kit.bulk import prepare_triggers

pytestmark = pytest.mark.django_db


def ignored() -> list[str]:
    """As pgtrigger's own function reads it; an error when there is no such setting."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pgtrigger.ignore')::text[]")
        (names,) = cursor.fetchone()
    return list(names)


def test_triggers_find_the_setting_that_they_ask_for_and_what_is_ignored_stays_so() -> None:
    prepare_triggers()
    assert ignored() == []
    with pgtrigger.ignore("plan.Change:kept"):
        prepare_triggers()
        assert any(name.startswith("pgtrigger_kept") for name in ignored())
