"""Text messages leave by the function that PARCOURS_SMS_BACKEND names: `(*, to: str, text: str) -> None`."""

import logging
import time

from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


def send_sms(*, to: str, text: str) -> None:
    """Send `text` to a number in international form."""
    import_string(settings.PARCOURS_SMS_BACKEND)(to=to, text=text)


def file_sms(*, to: str, text: str) -> None:
    """For the demo and developers: one file per message in DATA/outbox."""
    outbox = settings.DATA / "outbox"
    outbox.mkdir(parents=True, exist_ok=True)
    (outbox / f"{time.time_ns()}.sms").write_text(f"To: {to}\n\n{text}\n", encoding="utf-8")


def no_sms(*, to: str, text: str) -> None:
    """Where no provider is configured: say so to the operator, never what the message or the number was."""
    logger.error("A text message was not sent: PARCOURS_SMS_BACKEND names no provider.")
