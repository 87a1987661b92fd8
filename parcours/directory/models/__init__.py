"""The directory's nouns, by subject."""

from parcours.directory.models.finding import Listing, SearchMiss
from parcours.directory.models.organisations import (
    Citation,
    Cited,
    Identifier,
    Invitation,
    Link,
    Membership,
    Organisation,
    Relation,
    Source,
    Territory,
)
from parcours.directory.models.services import Contact, Place, Service, ServiceLanguage, ServicePlace
from parcours.directory.models.sources import Precedence, SourceRecord

__all__ = [
    "Citation",
    "Cited",
    "Contact",
    "Identifier",
    "Invitation",
    "Link",
    "Listing",
    "Membership",
    "Organisation",
    "Place",
    "Precedence",
    "Relation",
    "SearchMiss",
    "Service",
    "ServiceLanguage",
    "ServicePlace",
    "Source",
    "SourceRecord",
    "Territory",
]
