"""What else an answer can become: apps above say it in `AppConfig.ready`, as the plan does for “your actions”."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise


@dataclass(frozen=True)
class Told:
    """One thing that an answer tells: the facts of one row of a repeat, by what they fill ("title" of "action.title").

    `place` names it in the response: "actions.2".
    """

    place: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """What may be made of it: a new record (key ""), or one that is there, and why it looks alike."""

    key: str
    label: str
    reason: str = ""


class Receiver(Protocol):
    """Makes records of what answers tell; `subject`: the first word of `parcours_field`, "action" of "action.title"."""

    subject: str
    label: str | Promise

    def choices(self, told: Told, *, response: Any) -> Sequence[Choice]:
        """What it could be, the likeliest first; always with a new one."""

    def accept(self, told: Told, *, key: str, response: Any, by: Any, at: datetime) -> Any:
        """Make or change the record, citing the wave's source; gives it. Raises ValidationError."""


RECEIVERS: dict[str, Receiver] = {}


def register(receiver: Receiver) -> None:
    RECEIVERS[receiver.subject] = receiver
