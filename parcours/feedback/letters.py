"""The message that asks for somebody's opinion, in their language, short enough for a telephone."""

from typing import TYPE_CHECKING

from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from parcours.accounts.sms import send_sms
from parcours.feedback.links import url_of
from parcours.people.choices import Channel
from parcours.translations.languages import site_language

if TYPE_CHECKING:
    from parcours.feedback.models import Invitee
    from parcours.people.models import Person


def invite_by(invitee: "Invitee", person: "Person") -> None:
    """Send it by the person's own channel. Raises what the mail server raises."""
    with override(site_language(person.language)):
        programme = str(invitee.evaluation.edition.programme.title)
        subject = _("%(programme)s: what do you think of it?") % {"programme": programme}
        body = (
            _("A few questions, three minutes. Nobody reads them with your name:")
            + f" {url_of(invitee, person.language)}"
        )
    if person.channel == Channel.SMS:
        send_sms(to=person.phone, text=f"{subject} {body}")
    else:
        send_mail(subject, body + "\n", None, [person.email])
