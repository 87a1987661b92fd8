"""What takes minutes: in a thread of this process, with a database connection of its own."""

import logging
import threading
from typing import Any

import pghistory
from django.db import connection, transaction
from django.utils import timezone

from parcours.census.actions.duplicates import look_for_duplicates
from parcours.census.actions.sources import rank_source
from parcours.census.searches import AlreadySearching

log = logging.getLogger(__name__)
SECONDS_TO_BEGIN = 5


def look_later(kind: str) -> None:
    """Begin to look for duplicates, and answer once the search shows among those at work."""
    begun = threading.Event()

    def search() -> None:
        try:
            look_for_duplicates(kind=kind, at=timezone.now(), report=lambda _done: begun.set())
        except AlreadySearching:
            log.info("duplicates of kind %s are being looked for already", kind)
        except Exception:
            log.exception("the search for duplicates of kind %s failed", kind)
        finally:
            begun.set()
            connection.close()

    # daemon: a stopping server does not wait for it, and the database forgets what it did not finish
    threading.Thread(target=search, name=f"duplicates-{kind}", daemon=True).start()
    begun.wait(SECONDS_TO_BEGIN)


def rank_later(*, user: int, **wanted: Any) -> None:
    """`rank_source`, once this request's own work is saved: one transaction, a stopped server leaves all as it was."""

    def work() -> None:
        try:
            with pghistory.context(user=user):
                rank_source(**wanted)
        except Exception:
            log.exception("a source was not ranked")
        finally:
            connection.close()

    transaction.on_commit(threading.Thread(target=work, name="census-rank", daemon=True).start)
