"""Secrets of links: the database keeps a digest, so that whoever reads it opens nothing."""

import hashlib


def secret_digest(secret: str) -> str:
    """What the database keeps of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
