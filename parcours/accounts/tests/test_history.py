from collections.abc import Callable
from datetime import timedelta

import pghistory
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from parcours.accounts.actions import create_user, update_profile
from parcours.accounts.models import User
from parcours.accounts.queries import history_of, recent_events


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_userhistory SET pgh_context = NULL",
        "UPDATE accounts_userhistory SET language = 'xx'",
        "DELETE FROM accounts_userhistory",
    ],
)
def test_the_database_refuses_to_rewrite_history(amina: User, statement: str) -> None:
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
        connection.cursor().execute(statement)
    assert [event.what for event in history_of(amina)] == ["insert"]


def test_a_change_made_behind_the_application_s_back_is_recorded(amina: User) -> None:
    connection.cursor().execute("UPDATE accounts_user SET language = 'ar' WHERE id = %s", [amina.pk])
    event = history_of(amina)[0]
    assert [(c.field.name, c.before, c.after) for c in event.changes] == [("language", "en", "ar")]
    assert (event.who, event.actor_id, event.what) == (None, None, "update")


def test_the_history_says_who_did_it_and_on_which_page(client: Client, amina: User) -> None:
    client.force_login(amina)
    client.post("/en/accounts/?private=detail", {"name": "Amina Example", "language": "fr"})
    event = history_of(amina)[0]
    assert (event.who, event.url, event.model, event.object_id) == (amina, "/en/accounts/", User, amina.pk)
    assert event.snapshot["language"] == "fr"


def test_the_history_says_that_a_name_or_an_address_changed_and_not_what_it_was(amina: User) -> None:
    update_profile(user=amina, name="Amina Other", language="en")
    User.objects.filter(pk=amina.pk).update(email="other@example.org")
    assert [event.what for event in history_of(amina)] == ["address", "renamed", "insert"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT h::text FROM accounts_userhistory h")
        rows = [row[0] for row in cursor.fetchall()]
    assert [row for row in rows if "mina" in row or "example.org" in row] == []


def test_signing_in_is_not_a_change(client: Client, amina: User) -> None:
    client.force_login(amina)
    assert [event.what for event in history_of(amina)] == ["insert"]


def test_an_actor_whose_account_is_gone_is_still_told_from_nobody(amina: User) -> None:
    with pghistory.context(user=987_654):
        update_profile(user=amina, name="Amina Example", language="fr")
    event = history_of(amina)[0]
    assert (event.who, event.actor_id) == (None, 987_654)


@pytest.mark.parametrize("people", [1, 3])
def test_recent_events_come_newest_first_in_as_many_queries_for_one_as_for_three(
    db: None, people: int, django_assert_num_queries: object
) -> None:
    for n in range(people):
        user = create_user(email=f"p{n}@example.org", name=f"P{n}", language="en")
        with pghistory.context(user=user.pk):
            update_profile(user=user, name=f"P{n}", language="fr")
    with django_assert_num_queries(3):  # type: ignore[operator]
        events = recent_events([User])
    expected = [(what, n) for n in reversed(range(people)) for what in ("update", "insert")]
    pks = {user.pk: n for n, user in enumerate(User.objects.order_by("pk"))}
    assert [(event.what, pks[event.object_id]) for event in events] == expected


def test_recent_events_of_several_models_are_one_list(amina: User, give_role: Callable[[User, str], None]) -> None:
    with pghistory.context(user=amina.pk, url="/en/roles/"):
        give_role(amina, "committee")
    membership = amina.memberships.get()
    events = recent_events([User, type(membership)])
    assert [(event.model, event.what) for event in events if event.url] == [(type(membership), "insert")]
    assert {event.model for event in events} == {User, type(membership)}
    assert [event.who for event in history_of(membership)] == [amina]


def test_recent_events_are_paged_by_time(amina: User) -> None:
    first = recent_events([User])[0]
    assert recent_events([User], before=first.at) == []
    assert [event.what for event in recent_events([User], before=first.at + timedelta(seconds=1))] == ["insert"]


def test_what_is_not_tracked_has_no_history(amina: User) -> None:
    assert history_of(User.history.rel.related_model()) == []
