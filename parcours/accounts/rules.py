"""What addresses look like, and who must protect their account with a second factor."""

import re
from typing import TYPE_CHECKING

from django.conf import settings
from rules.predicates import predicate

from parcours.accounts.choices import E164

if TYPE_CHECKING:
    from parcours.accounts.models import User


def normal_email(text: str) -> str:
    """An address as it is stored: without spaces around, in lower case."""
    return text.strip().lower()


def normal_phone(text: str, *, prefix: str) -> str | None:
    """A phone number in international form (E.164), or None when it cannot be one.

    `prefix` is the territory's, "+33": it replaces the leading 0 of a national number. Spaces, dots, dashes,
    slashes and brackets do not count.
    """
    digits = re.sub(r"[\s./()\u2010-\u2015-]", "", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = prefix + digits[1:]
    return digits if re.match(E164, digits) else None


@predicate
def is_staff(user: "User") -> bool:
    """Whether the person sees or changes other people's data: by a role (PARCOURS_STAFF_ROLES), or in an edition."""
    return user.is_active and (not user.roles.isdisjoint(settings.PARCOURS_STAFF_ROLES) or user.works_in_an_edition)
