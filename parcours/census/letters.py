"""The messages that the census writes: each in the language of whoever reads it, as plain text."""

import re
from typing import Any

from django.core.mail import send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from parcours.census.asked import targets_of
from parcours.census.checks import links_of
from parcours.census.choices import CorrectionState
from parcours.census.links import answer_url
from parcours.census.models import Check, Correction, UpdateRequest
from parcours.directory.models import Territory


def ask(request: UpdateRequest, *, site: str, is_reminder: bool, connection: BaseEmailBackend | None = None) -> None:
    """Ask an organisation whether what is known of it is still true."""
    organisation, *services = targets_of(request.organisation)
    with override(request.language):
        question = _("Still true? %(name)s") % {"name": organisation.name}
        _send(
            "reminder" if is_reminder else "question",
            _("A reminder: %(question)s") % {"question": question} if is_reminder else question,
            request.address,
            connection,
            request=request,
            services=services,
            territory=Territory.objects.select_related("owner").first(),
            broken=[check.value for check in Check.objects.failing().of_links(links_of(organisation, services))],
            link=answer_url(request, site=site),
        )


def tell_decision(correction: Correction, *, to: str) -> None:
    """Write to whoever asked for a correction what became of it; nothing without an address."""
    if not to:
        return
    with override(correction.language):
        accepted = correction.state == CorrectionState.ACCEPTED
        subject = _("Your correction was taken in") if accepted else _("Your correction was not taken in")
        _send("decision", subject, to, correction=correction)


def _send(name: str, subject: str, to: str, connection: BaseEmailBackend | None = None, **context: Any) -> None:
    subject = " ".join(subject.split())
    body = render_to_string(f"census/email/{name}.txt", context | {"subject": subject})
    body = re.sub(r"\n{3,}", "\n\n", body.strip())
    send_mail(subject, body + "\n", None, [to], connection=connection)
