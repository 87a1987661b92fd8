"""What is checked, when it is checked again, and what two failures mean."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parcours.census.choices import CheckKind, CheckState
from parcours.census.linkcheck import Found
from parcours.census.models import Check
from parcours.directory.choices import ServiceState
from parcours.directory.models import Identifier, Link, Organisation, Service

AGAIN_AFTER = timedelta(days=7)
DETAILS = {
    "http": _("the site answers %(more)s"),
    "moved": _("now at %(more)s"),
    "host": _("no site has this name"),
    "connection": _("the site does not answer"),
    "time": _("the site takes too long to answer"),
    "certificate": _("the site’s certificate is not valid"),
    "redirects": _("the site sends one in circles"),
    "private": _("not an address of the public internet"),
    "scheme": _("not an address of the web"),
    "address": _("not a web address"),
    "closed": _("closed on %(more)s"),
    "register": _("the register does not know it"),
    "none": _("no register is connected"),
}


def explain(detail: str) -> str:
    """The detail of a check in words."""
    code, _space, more = detail.partition(" ")
    return str(DETAILS[code]) % {"more": more} if code in DETAILS else detail


def links_of(organisation: Organisation, services: Iterable[Service]) -> list[str]:
    """The web addresses of an organisation and of these services."""
    found = [organisation.website, *(link.url for link in organisation.links.all())]
    found += [url for service in services for url in (service.website, service.enrolment_url)]
    return sorted({url for url in found if url})


def links() -> list[str]:
    """Every web address that the directory shows."""
    services = Service.objects.kept().exclude(state=ServiceState.CLOSED)
    found = (
        Organisation.objects.kept()
        .values_list("website")
        .union(
            Link.objects.filter(organisation__merged_into=None).values_list("url"),
            services.values_list("website"),
            services.values_list("enrolment_url"),
        )
    )
    return sorted(url for (url,) in found if url)


def sirets() -> list[str]:
    """Every SIRET of an organisation that was not merged into another."""
    found = Identifier.objects.filter(scheme__iexact="siret", organisation__merged_into=None)
    return sorted(found.values_list("value", flat=True))


def due(kind: CheckKind, values: Iterable[str], *, at: datetime) -> list[str]:
    """Those to be checked: never yet, not for a week, or failing and not looked at today."""
    failing = ~Q(failing_since=None) | Q(state__in=[CheckState.BROKEN, CheckState.CLOSED])
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    fresh = Q(checked_at__gte=today) | Q(checked_at__gt=at - AGAIN_AFTER) & ~failing
    known = set(Check.objects.filter(fresh, kind=kind).values_list("value", flat=True))
    return [value for value in values if value not in known]


def judged(found: Found, before: Check | None, *, at: datetime) -> dict[str, Any]:
    """The columns of a check. A link is broken once it failed on two different days."""
    state, since = found.state, None
    if state == CheckState.BROKEN:
        since = (before and before.failing_since) or at
        if timezone.localdate(since) == timezone.localdate(at):
            state = CheckState.UNKNOWN
    detail, successor = found.detail[:200], found.successor[:40]
    return {"state": state, "failing_since": since, "detail": detail, "successor": successor, "checked_at": at}
