"""The demo has no mailbox: it shows the messages it would have sent, and only those to invented persons."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

from parcours.accounts.models import User

# The file backend of Django ends each message with this line.
SEPARATOR = "-" * 79
NEWEST = 200


def demo_outbox(address: str) -> str | None:
    """The last message written for this address of an invented person; None outside the demo or when there is none."""
    if not settings.DEMO or not User.objects.invented().with_address(address).exists():
        return None
    outbox = Path(settings.DATA) / "outbox"
    files = sorted(outbox.glob("*.*"), key=lambda file: file.stat().st_mtime_ns, reverse=True)[:NEWEST]
    return next((text for file in files if (text := _message_to(address, file)) is not None), None)


def _message_to(address: str, file: Path) -> str | None:
    """The last message to `address` in a file of the outbox; mails of one connection follow each other."""
    for raw in reversed(file.read_bytes().split(SEPARATOR.encode())):
        message = message_from_bytes(raw.lstrip(), EmailMessage, policy=policy.default)  # type: ignore[arg-type]
        if address in str(message["To"] or "").split(", "):
            body = message.get_body(("plain",))
            return str(body.get_content()).strip() if body else None
    return None
