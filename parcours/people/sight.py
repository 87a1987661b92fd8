"""Who may see whom. This app knows only that everybody sees themselves; apps above register why others may.

`register("delivery", lambda user, at: Q(…))` in an `AppConfig.ready`; the conditions are joined by "or".
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q

Sight = Callable[[Any, datetime], Q]
_SIGHTS: dict[str, Sight] = {}


def register(name: str, sight: Sight) -> None:
    """Let `sight(user, at)` say, as a condition on people, whom this user may see at that moment."""
    _SIGHTS[name] = sight


def seen_by(user: Any, at: datetime) -> Q:
    """Everybody whom any registered reason lets the user see; nobody without one."""
    condition = Q(pk__in=[])
    for sight in _SIGHTS.values():
        condition |= sight(user, at)
    return condition
