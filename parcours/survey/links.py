"""The secret link of whoever is asked: made from the site's key, so that the database can keep a digest only and a
reminder can still carry the link of the first message."""

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import override

if TYPE_CHECKING:
    from parcours.survey.models import Ask


def secret_of(ask: "Ask") -> str:
    """Another one for each wave, organisation and moment at which it ends."""
    said = f"{ask.wave_id}.{ask.organisation_id}.{int(ask.expires_at.timestamp())}"
    signed = salted_hmac("parcours.survey.answer", said, algorithm="sha256").digest()
    return urlsafe_b64encode(signed[:24]).decode()


def answer_url(ask: "Ask", *, site: str) -> str:
    """The page where the organisation answers, in its own language."""
    with override(ask.language):
        return site.rstrip("/") + reverse("survey:answer", args=[secret_of(ask)])
