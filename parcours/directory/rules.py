"""Who may do what with organisations, memberships and translations."""

from typing import Any

import rules

from parcours.directory.choices import Role


def holds(role: Role) -> Any:
    """A predicate: the user holds this role."""

    @rules.predicate(name=f"is_{role}")
    def predicate(user: Any) -> bool:
        return bool(user.is_authenticated and user.has_role(role.value))

    return predicate


is_coordinator = holds(Role.COORDINATOR)
is_translator = holds(Role.TRANSLATOR)


@rules.predicate
def belongs_to(user: Any, organisation: Any) -> bool:
    """The user is a partner in this organisation."""
    if organisation is None or not user.is_authenticated:
        return False
    return any(membership.organisation_id == organisation.pk for membership in user.memberships.all())


rules.add_perm("directory.invite", is_coordinator)
rules.add_perm("directory.change_organisation", is_coordinator | belongs_to)
# Translators know no roles: the floor below asks for a permission, this floor says who has it.
rules.add_perm("translations.edit", is_coordinator | is_translator)
