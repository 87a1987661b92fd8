"""Photos and papers that show a competence: made small, without their hidden data, and sealed."""

from io import BytesIO
from secrets import token_hex
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from parcours.kit.sealed import open_bytes, seal_bytes
from parcours.portfolio.models import Claim, Evidence

MAX_BYTES = 12_000_000
LONGEST_SIDE = 1600  # pixels
MOST = 40
PDF = b"%PDF-"
Image.MAX_IMAGE_PIXELS = 80_000_000


@transaction.atomic
def add_evidence(*, claim: Claim, file: "UploadedFile[Any]", title: str) -> Evidence:
    """Keep a picture (JPEG, PNG, WebP) or a PDF. Raises ValidationError that says what to do."""
    if (file.size or 0) > MAX_BYTES:
        raise ValidationError({"file": [_("The file is larger than 12 MB: take the photo smaller.")]})
    if claim.portfolio.evidence.count() >= MOST:
        raise ValidationError({"file": [_("There are forty files already: take one out first.")]})
    raw = file.read()
    content, kind = (raw, "application/pdf") if raw.startswith(PDF) else (_small(raw), "image/jpeg")
    made = Evidence(portfolio=claim.portfolio, claim=claim, title=title or _("photo"), media_type=kind)
    made.file.save(token_hex(12), ContentFile(seal_bytes(content)), save=False)
    made.save()
    return made


def _small(raw: bytes) -> bytes:
    """A JPEG that an old telephone loads; where and when the photo was taken is left out."""
    try:
        with Image.open(BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            out = BytesIO()
            upright.save(out, "JPEG", quality=80, optimize=True)
            return out.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(
            {"file": [_("This is no picture that we can read: send a photo (JPEG, PNG) or a PDF.")]}
        ) from error


def content_of(evidence: Evidence) -> bytes:
    """Raises kit.sealed.CannotOpen."""
    with evidence.file.open("rb") as file:
        return open_bytes(file.read())
