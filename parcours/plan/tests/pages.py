"""A signed-in browser, and what it would send."""

from django.test import Client

from parcours.accounts.models import User
from parcours.kit.tests.pages import sent_as_it_stands

__all__ = ["sent_as_it_stands", "signed_in"]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
