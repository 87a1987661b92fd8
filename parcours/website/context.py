"""The territory's name, in the header of every page."""

from contextlib import suppress
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from parcours.delivery.choices import StaffRole
from parcours.directory.models import Territory


def territory(request: HttpRequest) -> dict[str, Any]:
    return {"site_name": SimpleLazyObject(_name), "own_links": SimpleLazyObject(lambda: _own_links(request))}


def _own_links(request: HttpRequest) -> list[tuple[Any, str]]:
    """Where whoever is signed in works, and what is theirs: those of the pages that exist."""
    user = request.user
    if not user.is_authenticated:
        return []
    today = timezone.localdate()
    held = "staffings__role", "staffings__since", "staffings__until", "person"
    rows = list(get_user_model().objects.filter(pk=user.pk).values_list(*held))
    roles = {role for role, since, until, _person in rows if role and since <= today <= until}
    wanted = [
        (bool(user.roles), _("Office"), "plan:office"),
        (bool(roles - {StaffRole.TUTOR}), _("Programmes"), "delivery:index"),
        (StaffRole.TUTOR in roles, _("People I tutor"), "portfolio:tutoring"),
        (any(person for *_role, person in rows), _("Me"), "people:me"),
    ]
    links = []
    for is_wanted, label, name in wanted:
        with suppress(NoReverseMatch):
            links += [(label, reverse(name))] if is_wanted else []
    return links


def _name() -> str:
    found = Territory.objects.only("name").first()
    return found.name.text if found else "Parcours"
