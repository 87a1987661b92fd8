"""Secret addresses: calendars, which programs fetch without signing in, and bookings. Made from the site's key: nothing
is kept."""

from secrets import compare_digest
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from parcours.kit.secret import derived_secret

if TYPE_CHECKING:
    from parcours.delivery.models import Booking


def secret_of(what: str) -> str:
    """The secret of an address: `what` names whose ("edition.<key>", "enrolment.<key>", "booking.<key>")."""
    return derived_secret("parcours.delivery.calendar", what, size=18)


def opens(secret: str, what: str) -> bool:
    return compare_digest(secret, secret_of(what))


def path_of(booking: "Booking") -> str:
    """Where a party sees and changes its booking."""
    return reverse("delivery:booking", args=[booking.key, secret_of(f"booking.{booking.key}")])


def url_of(booking: "Booking") -> str:
    """The same with the site's address, in the language of the moment."""
    return settings.PARCOURS_ADDRESS.rstrip("/") + path_of(booking)
