"""Secret addresses: calendars, which programs fetch without signing in. Made from the site's key: nothing is kept."""

from base64 import urlsafe_b64encode
from secrets import compare_digest

from django.utils.crypto import salted_hmac


def secret_of(what: str) -> str:
    """The secret of a calendar: `what` names whose ("edition.<key>", "enrolment.<key>")."""
    signed = salted_hmac("parcours.delivery.calendar", what, algorithm="sha256").digest()
    return urlsafe_b64encode(signed[:18]).decode()


def opens(secret: str, what: str) -> bool:
    return compare_digest(secret, secret_of(what))
