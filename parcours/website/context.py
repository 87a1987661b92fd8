"""The territory's name, in the header of every page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from parcours.delivery.choices import StaffRole
from parcours.delivery.models import Staff
from parcours.directory.models import Territory
from parcours.people.models import Person


def territory(request: HttpRequest) -> dict[str, Any]:
    return {"site_name": SimpleLazyObject(_name), "own_links": SimpleLazyObject(lambda: _own_links(request))}


def _own_links(request: HttpRequest) -> list[tuple[Any, str]]:
    """Where whoever is signed in works, and what is theirs."""
    user = request.user
    if not user.is_authenticated:
        return []
    roles = set(Staff.objects.of(user, on=timezone.localdate()).values_list("role", flat=True))
    links = [(_("Office"), reverse("plan:office"))] if user.roles else []
    if roles - {StaffRole.TUTOR}:
        links.append((_("Programmes"), reverse("delivery:index")))
    if StaffRole.TUTOR in roles:
        links.append((_("People I tutor"), reverse("portfolio:tutoring")))
    return [*links, (_("Me"), reverse("people:me"))] if Person.objects.filter(account=user).exists() else links


def _name() -> str:
    found = Territory.objects.only("name").first()
    return found.name.text if found else "Parcours"
