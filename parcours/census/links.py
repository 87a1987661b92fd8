"""The secret link of an organisation that is asked: made from the site's key, so that the database can keep a digest
only and a reminder can still carry the link of the first message."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import override

from parcours.kit.secret import derived_secret

if TYPE_CHECKING:
    from parcours.census.models import UpdateRequest


def secret_of(request: "UpdateRequest") -> str:
    """Another one for each campaign, organisation and day on which it ends."""
    said = f"{request.campaign_id}.{request.organisation_id}.{int(request.expires_at.timestamp())}"
    return derived_secret("parcours.census.answer", said)


def answer_url(request: "UpdateRequest", *, site: str) -> str:
    """The page where the organisation answers, in its own language."""
    with override(request.language):
        return site.rstrip("/") + reverse("census:answer", args=[secret_of(request)])
