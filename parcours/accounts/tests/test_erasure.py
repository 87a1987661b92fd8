"""An account that is no longer used is forgotten; what was done with it stays, without a name."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection

from parcours.accounts.actions import create_user, erase_unused_accounts, erase_user, update_profile
from parcours.accounts.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def tables_that_hold(text: str) -> list[str]:
    """Every table of the database of which some row holds this text."""
    with connection.cursor() as cursor:
        names = [table.name for table in connection.introspection.get_table_list(cursor)]
        found = []
        for name in names:
            cursor.execute(f'SELECT 1 FROM "{name}" AS t WHERE t::text ILIKE %s LIMIT 1', [f"%{text}%"])
            if cursor.fetchone():
                found.append(name)
    return found


def test_nothing_is_left_of_an_erased_person_in_any_table():
    user = create_user(email="zenobie.quillfeather@example.org", phone="+33639980011", name="Zénobie", language="fr")
    update_profile(user=user, name="Zénobie Quillfeather", language="fr")
    assert tables_that_hold("quillfeather") == ["accounts_user"]
    erase_user(user=user)
    assert [tables_that_hold(trace) for trace in ("quillfeather", "Zénobie", "639980011")] == [[], [], []]
    assert User.objects.get(pk=user.pk).is_active is False


@pytest.mark.parametrize(
    ("last_login", "joined", "kept"),
    [
        (datetime(2024, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC), False),
        (datetime(2025, 6, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC), True),
        (None, datetime(2020, 1, 1, tzinfo=UTC), False),
        (None, datetime(2026, 1, 1, tzinfo=UTC), True),
    ],
)
def test_an_account_is_erased_two_years_after_the_last_sign_in(last_login, joined, kept):
    user = create_user(email="person@example.org", name="Person", language="fr")
    User.objects.filter(pk=user.pk).update(last_login=last_login, date_joined=joined)
    assert erase_unused_accounts(at=NOW) == (0 if kept else 1)
    assert erase_unused_accounts(at=NOW) == 0
    assert User.objects.filter(email="person@example.org").exists() == kept


def test_the_command_can_run_every_day(capsys):
    call_command("erase_unused_accounts")
    assert capsys.readouterr().out == "0 erased\n"
