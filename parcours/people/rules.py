"""What may be done with people. Whom one sees is `Person.objects.visible_to`, never a rule here."""

from typing import Any

import rules


@rules.predicate
def is_oneself(user: Any, person: Any) -> bool:
    """The person is the one who is signed in."""
    return person is not None and user.is_authenticated and person.account_id == user.pk


rules.add_perm("people.own", is_oneself)
