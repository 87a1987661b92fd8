"""The secret link of whoever is asked: made from the site's key, so that the database can keep a digest only and a
reminder can still carry the link of the first message."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import override

from parcours.kit.secret import derived_secret

if TYPE_CHECKING:
    from parcours.survey.models import Ask


def secret_of(ask: "Ask") -> str:
    """Another one for each wave, organisation and moment at which it ends."""
    said = f"{ask.wave_id}.{ask.organisation_id}.{int(ask.expires_at.timestamp())}"
    return derived_secret("parcours.survey.answer", said)


def answer_url(ask: "Ask", *, site: str) -> str:
    """The page where the organisation answers, in its own language."""
    with override(ask.language):
        return site.rstrip("/") + reverse("survey:answer", args=[secret_of(ask)])
