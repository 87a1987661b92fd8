"""What may leave of a record, and how it is named outside: every format and the API begin here."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from parcours.directory.records import Values, kind_of, read_values

if TYPE_CHECKING:
    from parcours.directory.models import Organisation, Service

# Never changed: whoever keeps a copy knows our records by what is made with it.
NAMESPACE = UUID("5b6f1c0e-6a54-4b8e-9f3b-0d9e6d1a94aa")
# What we hold about persons stays here, even what our own pages show: licences of open data do not fit it.
PERSONAL = "contacts"


def public_values(target: "Service | Organisation") -> Values:
    """The record's values in the shape of `directory.records`, without what is about persons."""
    return {name: value for name, value in read_values(target).items() if name != PERSONAL}


def public_id(kind: str, *parts: str) -> str:
    """How a thing is named outside. It does not show the key, which holds words of the name of what is withheld."""
    return str(uuid5(NAMESPACE, "\0".join((kind, *parts))))


def id_of(target: "Service | Organisation") -> str:
    return public_id(kind_of(target), target.key)


def page_of(target: "Service | Organisation", root: str, language: str = settings.LANGUAGE_CODE) -> str:
    """The address of its page in a language of the site. `root` is the site's: "https://example.org"."""
    name = {"service": "services:service", "organisation": "directory:organisation"}[kind_of(target)]
    with override(language):
        return root + reverse(name, args=[target.key])
