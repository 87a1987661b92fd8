"""Secret addresses: calendars, which programs fetch without signing in. Made from the site's key: nothing is kept."""

from secrets import compare_digest

from parcours.kit.secret import derived_secret


def secret_of(what: str) -> str:
    """The secret of a calendar: `what` names whose ("edition.<key>", "enrolment.<key>")."""
    return derived_secret("parcours.delivery.calendar", what, size=18)


def opens(secret: str, what: str) -> bool:
    return compare_digest(secret, secret_of(what))
