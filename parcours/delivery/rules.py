"""Who runs programmes and editions. Whom they see is in the QuerySets (`visible_to`), never a rule here."""

from typing import Any

import rules
from django.utils import timezone

from parcours.delivery.choices import SEE_PEOPLE, StaffRole
from parcours.directory.choices import Role
from parcours.directory.rules import belongs_to, is_coordinator


@rules.predicate
def runs(user: Any, programme: Any) -> bool:
    """The user is a partner in the organisation that runs the programme."""
    return programme is not None and belongs_to(user, programme.organisation)


@rules.predicate
def leads(user: Any, edition: Any) -> bool:
    """The user leads the edition today."""
    return _holds(user, edition, StaffRole.LEAD)


@rules.predicate
def works_in(user: Any, edition: Any) -> bool:
    """The user leads or facilitates the edition today: they take attendance and hold interviews."""
    return _holds(user, edition, *SEE_PEOPLE)


@rules.predicate
def plans(user: Any) -> bool:
    """The user plans sessions somewhere: in an organisation that runs a programme, or as lead of an edition today."""
    if not user.is_authenticated:
        return False
    led = user.staffings.of(user, on=timezone.localdate(), roles=(StaffRole.LEAD,))
    organisations = user.memberships.filter(role=Role.PARTNER, organisation__programmes__isnull=False)
    return bool(led.exists() or organisations.exists())


def _holds(user: Any, edition: Any, *roles: StaffRole) -> bool:
    if edition is None or not user.is_authenticated:
        return False
    return bool(edition.staff.of(user, on=timezone.localdate(), roles=roles).exists())


rules.add_perm("delivery.add_programme", is_coordinator)
rules.add_perm("delivery.change_programme", is_coordinator | runs)  # also: to plan its editions and name their staff
rules.add_perm("delivery.change_venue", is_coordinator | plans)
rules.add_perm("delivery.change_edition", leads)
rules.add_perm("delivery.take_attendance", works_in)
