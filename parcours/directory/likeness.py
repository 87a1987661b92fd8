"""What looks like a service that somebody is about to add: a floor above, which can compare, registers how."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from parcours.directory.models import Organisation, Service
from parcours.directory.records import Values

Text = str | Promise


@dataclass(frozen=True)
class Likeness:
    """A service that may be the same, how sure that is, in a word, and what speaks for it."""

    service: Service
    sure: Text
    reasons: list[Text]


Finder = Callable[[Values, Organisation], list[Likeness]]
FINDERS: list[Finder] = []


def register(finder: Finder) -> None:
    """Ask this one, too, before a service is added."""
    FINDERS.append(finder)


def services_like(values: Values, organisation: Organisation) -> list[Likeness]:
    """The services, of whatever state, that look like this new one of the organisation; the likest first."""
    return [one for finder in FINDERS for one in finder(values, organisation)]
