"""The secret link of an organisation that is asked: made from the site's key, so that the database can keep a digest
only and a reminder can still carry the link of the first message."""

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import override

if TYPE_CHECKING:
    from parcours.census.models import UpdateRequest


def secret_of(request: "UpdateRequest") -> str:
    """Another one for each campaign, organisation and day on which it ends."""
    said = f"{request.campaign_id}.{request.organisation_id}.{int(request.expires_at.timestamp())}"
    signed = salted_hmac("parcours.census.answer", said, algorithm="sha256").digest()
    return urlsafe_b64encode(signed[:24]).decode()


def answer_url(request: "UpdateRequest", *, site: str) -> str:
    """The page where the organisation answers, in its own language."""
    with override(request.language):
        return site.rstrip("/") + reverse("census:answer", args=[secret_of(request)])
