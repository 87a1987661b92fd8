"""Texts that the database holds encrypted: whoever reads a copy of it reads none of them.

Keys are PARCOURS_SEAL_KEYS, newest first: the first seals, all of them open. `reseal_narratives` writes everything
anew with the first, after which the others can be taken away. Sealed texts cannot be searched, sorted or made unique.
"""

import hashlib
from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class CannotOpen(Exception):
    """A sealed text was made with a key that PARCOURS_SEAL_KEYS no longer names, or was changed since."""


@lru_cache(maxsize=8)
def _locks(keys: tuple[str, ...]) -> MultiFernet:
    """The keys are long random texts: a digest makes them 32 bytes, no stretching is needed."""
    return MultiFernet([Fernet(urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys])


def lock() -> MultiFernet:
    return _locks(tuple(settings.PARCOURS_SEAL_KEYS))


def seal_bytes(content: bytes) -> bytes:
    """Encrypted and authenticated (Fernet: AES-128-CBC with HMAC-SHA256)."""
    return lock().encrypt(content)


def open_bytes(sealed: bytes) -> bytes:
    """Raises CannotOpen."""
    try:
        return lock().decrypt(sealed)
    except InvalidToken as error:
        raise CannotOpen from error


class SealedField(models.TextField):  # type: ignore[type-arg]
    """A text that is encrypted on its way to the database; an empty one stays empty. Reading raises CannotOpen."""

    description = "Encrypted text"

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        text = super().get_db_prep_save(value, connection)
        return seal_bytes(str(text).encode()).decode() if text else text

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return open_bytes(value.encode()).decode() if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Only "is it empty?" can be asked of a text that nobody reads."""
        return super().get_lookup(lookup_name) if lookup_name in ("isnull", "exact") else None
