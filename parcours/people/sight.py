"""Who may see whom. This app knows only that everybody sees themselves; apps above register why others may.

`register("delivery", lambda user, at: Q(…))` in an `AppConfig.ready`; the conditions are joined by "or".
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q

Sight = Callable[[Any, datetime], Q]
_SIGHTS: dict[str, Sight] = {}
_HANDS: dict[str, Sight] = {}


def register(name: str, sight: Sight, *, may_change: bool = False) -> None:
    """Let `sight(user, at)` say, as a condition on people, whom this user may see (and change) at that moment."""
    _SIGHTS[name] = sight
    if may_change:
        _HANDS[name] = sight


def changed_by(user: Any, at: datetime) -> Q:
    """Whose facts the user may correct for them."""
    return _joined(_HANDS, user, at)


def seen_by(user: Any, at: datetime) -> Q:
    """Everybody whom any registered reason lets the user see; nobody without one."""
    return _joined(_SIGHTS, user, at)


def _joined(reasons: dict[str, Sight], user: Any, at: datetime) -> Q:
    condition = Q(pk__in=[])
    for reason in reasons.values():
        condition |= reason(user, at)
    return condition
