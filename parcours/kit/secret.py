"""Secrets of links: the database keeps a digest, so that whoever reads it opens nothing."""

import hashlib
from base64 import urlsafe_b64encode

from django.utils.crypto import salted_hmac


def secret_digest(secret: str) -> str:
    """What the database keeps of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def derived_secret(purpose: str, said: str, *, size: int = 24) -> str:
    """A secret of `size` bytes that follows from the site's key: it can be made again, and need not be kept."""
    signed = salted_hmac(purpose, said, algorithm="sha256").digest()
    return urlsafe_b64encode(signed[:size]).decode()
