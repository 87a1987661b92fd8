"""The messages that a survey writes: each in the language of whoever reads it, as plain text."""

import re

from django.core.mail import send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from parcours.directory.models import Territory
from parcours.survey.links import answer_url
from parcours.survey.models import Ask


def invite(ask: Ask, *, site: str, is_reminder: bool, connection: BaseEmailBackend | None = None) -> None:
    """Ask an organisation to answer, or remind it."""
    with override(ask.language):
        said = {"name": ask.organisation.name, "title": ask.wave.title}
        subject = _("%(title)s: your answers, %(name)s") % said
        context = {
            "ask": ask,
            "link": answer_url(ask, site=site),
            "pages": len(ask.wave.form.pages()),
            "territory": Territory.objects.select_related("owner").first(),
        }
        name = "reminder" if is_reminder else "invitation"
        body = re.sub(r"\n{3,}", "\n\n", render_to_string(f"survey/email/{name}.txt", context).strip())
        subject = _("A reminder: %(question)s") % {"question": subject} if is_reminder else subject
        send_mail(" ".join(subject.split()), body + "\n", None, [ask.address], connection=connection)
