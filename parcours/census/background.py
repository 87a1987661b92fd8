"""What takes minutes, in a thread of this process: one transaction, so that a stopped server leaves all as it was."""

import logging
import threading
from typing import Any

import pghistory
from django.db import connection, transaction

from parcours.census.actions.sources import rank_source

log = logging.getLogger(__name__)


def rank_later(*, user: int, **wanted: Any) -> None:
    """`rank_source`, once this request's own work is saved."""

    def work() -> None:
        try:
            with pghistory.context(user=user):
                rank_source(**wanted)
        except Exception:
            log.exception("a source was not ranked")
        finally:
            connection.close()

    transaction.on_commit(threading.Thread(target=work, name="census-rank", daemon=True).start)
