"""What may be done with people. Whom one sees is `Person.objects.visible_to`, never a rule here."""

from typing import Any

import rules
from django.utils import timezone

from parcours.people import sight


@rules.predicate
def is_coordinator(user: Any) -> bool:
    """The user coordinates the territory."""
    return bool(user.is_authenticated and user.has_role("coordinator"))


@rules.predicate
def is_oneself(user: Any, person: Any) -> bool:
    """The person is the one who is signed in."""
    return person is not None and user.is_authenticated and person.account_id == user.pk


@rules.predicate
def accompanies(user: Any, person: Any) -> bool:
    """The user leads or facilitates an edition that the person is in: they may correct what is kept."""
    if person is None or not user.is_authenticated:
        return False
    return bool(type(person).objects.filter(sight.changed_by(user, timezone.now()), pk=person.pk).exists())


rules.add_perm("people.own", is_oneself)
rules.add_perm("people.change_person", is_oneself | accompanies)
rules.add_perm("people.see_proofs", is_coordinator)
