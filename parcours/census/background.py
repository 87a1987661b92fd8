"""Long searches for duplicates: in a thread of this process, with a database connection of its own."""

import logging
import threading

from django.db import connection
from django.utils import timezone

from parcours.census.actions.duplicates import look_for_duplicates
from parcours.census.searches import AlreadySearching

log = logging.getLogger(__name__)
SECONDS_TO_BEGIN = 5


def start(kind: str) -> None:
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
