"""The secret link of a participant: made from the site's key, so that slips and reminders carry the same."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from parcours.kit.secret import derived_secret
from parcours.translations.languages import site_language

if TYPE_CHECKING:
    from parcours.delivery.models import Enrolment
    from parcours.feedback.models import Evaluation, Invitee


def secret_for(evaluation: "Evaluation", enrolment: "Enrolment") -> str:
    return derived_secret("parcours.feedback", f"{evaluation.pk}.{enrolment.key}")


def path_of(invitee: "Invitee") -> str:
    """Where the participant answers, in their language where the form has it."""
    address = reverse("survey:answer", args=[secret_for(invitee.evaluation, invitee.enrolment)])
    return f"{address}?lang={invitee.response.language}"


def url_of(invitee: "Invitee", language: str) -> str:
    """The same with the site's address, for messages and slips, in the person's language."""
    with override(site_language(language)):
        return settings.PARCOURS_ADDRESS.rstrip("/") + path_of(invitee)
