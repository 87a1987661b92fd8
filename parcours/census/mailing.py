"""A round of messages, one by one: what is common to campaigns and to the waves of a survey."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

Report = Callable[[int, int], None]
# writes to one row for the moment named ("sent_at", "reminded_at"); says whether a message left, raises NotSent
SendOne = Callable[[str, int, BaseEmailBackend], bool]


class NotSent(Exception):
    """The mail server did not take a message; it stays to be sent."""


@dataclass
class Sent:
    """What a round of sending did, in messages and organisations; `left` are still to be written to."""

    asked: int = 0
    reminded: int = 0
    failed: int = 0
    to_call: int = 0
    left: int = 0


def send_round(
    due: Sequence[tuple[str, int]], send_one: SendOne, *, limit: int | None = None, report: Report | None = None
) -> Sent:
    """Write to those due, (moment, row's number), at most `limit` of them, over one connection to the mail server.

    `report` is told how many of how many are done. A message that the server does not take stays to be sent.
    """
    sent = Sent(left=max(0, len(due) - limit) if limit is not None else 0)
    connection = get_connection()
    for number, (moment, pk) in enumerate(due[:limit], start=1):
        try:
            left = send_one(moment, pk, connection)
        except NotSent:
            connection.close()
            sent.failed += 1
        else:
            sent.asked += left and moment == "sent_at"
            sent.reminded += left and moment == "reminded_at"
        if report:
            report(number, len(due[:limit]))
    connection.close()
    return sent


def is_refused(error: Exception) -> bool:
    """For good (5xx): a server that says "later" (4xx) is asked again."""
    return isinstance(error, SMTPRecipientsRefused) and all(code >= 500 for code, _why in error.recipients.values())
