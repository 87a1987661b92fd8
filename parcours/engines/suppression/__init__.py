"""Small cells are hidden so that nobody can compute them: `protect` before publishing, `audit` to prove it."""

from parcours.engines.suppression.amounts import Gift, protect_amounts, tells_of_one
from parcours.engines.suppression.layout import EVERYONE, LEFT_OUT, TICKS, Key
from parcours.engines.suppression.measures import ProtectedNumbers, protect_numbers
from parcours.engines.suppression.protect import Protected, Recoverable, audit, intervals, protect

__all__ = [
    "EVERYONE",
    "LEFT_OUT",
    "TICKS",
    "Gift",
    "Key",
    "Protected",
    "ProtectedNumbers",
    "Recoverable",
    "audit",
    "intervals",
    "protect",
    "protect_amounts",
    "protect_numbers",
    "tells_of_one",
]
