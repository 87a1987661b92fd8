"""The messages that the census writes: each in the language of whoever reads it, as plain text."""

from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from parcours.census.choices import CorrectionState
from parcours.census.models import Correction


def tell_decision(correction: Correction, *, to: str) -> None:
    """Write to whoever asked for a correction what became of it; nothing without an address."""
    if not to:
        return
    with override(correction.language):
        accepted = correction.state == CorrectionState.ACCEPTED
        subject = _("Your correction was taken in") if accepted else _("Your correction was not taken in")
        _send("decision", subject, to, correction=correction, accepted=accepted)


def _send(name: str, subject: str, to: str, **context: Any) -> None:
    body = render_to_string(f"census/email/{name}.txt", context | {"subject": subject})
    send_mail(subject, body.strip() + "\n", None, [to])
