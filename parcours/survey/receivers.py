"""What else an answer can become: apps above say it in `AppConfig.ready`, as the plan does for “your actions”."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise

NEW = ""  # the key of a new record, whatever it becomes


@dataclass(frozen=True)
class Told:
    """One thing that an answer tells: the facts of one row of a repeat, by what they fill ("title" of "action.title").

    `place` names it in the response: "actions.2". Choices are told by their names; `words` are the facts as the
    respondent read them.
    """

    place: str
    facts: dict[str, Any]
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """What may be made of it: a new record (key NEW), or one that is there, and why it looks alike."""

    key: str
    label: str
    reason: str = ""


class Receiver(Protocol):
    """Makes records of what answers tell; `subject`: the first word of `parcours_field`, "action" of "action.title".

    `fields`: the facts that it understands, and what each is called.
    """

    subject: str
    label: str | Promise
    fields: Mapping[str, str | Promise]

    def choices(self, told: Sequence[Told], *, response: Any) -> list[list[Choice]]:
        """What each could be, the likeliest first, always with a new one; reads as often for many as for one."""

    def accept(self, told: Told, *, key: str, response: Any, by: Any, at: datetime) -> str:
        """Make or change the record, citing the wave's source; gives what finds it again. Raises ValidationError."""

    def take_back(self, made: str, told: Told, *, key: str, response: Any, by: Any) -> None:
        """Undo what `accept` made of it with this key. Raises ValidationError where something was built on it."""


RECEIVERS: dict[str, Receiver] = {}


def register(receiver: Receiver) -> None:
    RECEIVERS[receiver.subject] = receiver
