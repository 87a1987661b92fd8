"""What is written to a person about what is kept of them."""

from datetime import date

from django.conf import settings
from django.core.mail import send_mail
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from parcours.accounts.sms import send_sms
from parcours.people.choices import Channel
from parcours.people.models import Person
from parcours.translations.languages import site_language


def tell_of_erasure(person: Person, *, on: date) -> None:
    """By the channel they chose; who is told in person only is told by nobody after two years of silence."""
    with override(site_language(person.language)):
        subject = _("What we keep of you will be erased")
        body = _(
            "We have not met for two years. On %(day)s all that we keep of you is erased. Take it away before: %(url)s"
        )
        text = body % {"day": date_format(on, "j F Y"), "url": settings.PARCOURS_ADDRESS}
    if person.channel == Channel.SMS:
        send_sms(to=person.phone, text=text)
    elif person.channel == Channel.EMAIL:
        send_mail(subject, text + "\n", None, [person.email])
