"""Who may do what with organisations, memberships and translations."""

from typing import Any

import rules

from parcours.directory.choices import Role, ServiceState, SourceKind


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


@rules.predicate
def gives(user: Any, service: Any) -> bool:
    """The user is a partner in the organisation that gives this service."""
    return service is not None and belongs_to(user, service.organisation)


@rules.predicate
def is_professional(user: Any) -> bool:
    """The user holds any role."""
    return bool(user.is_authenticated and user.roles)


def hand_of(user: Any) -> SourceKind:
    """In whose name the user writes on the directory: the office's, or their own organisation's."""
    return SourceKind.OFFICE if user.has_role(Role.COORDINATOR.value) else SourceKind.OWNER


# What an organisation does with its own service; only the coordinator publishes what is proposed or was closed.
OWN_STATES = {
    ServiceState.PROPOSED: (ServiceState.CLOSED,),
    ServiceState.PUBLISHED: (ServiceState.SUSPENDED, ServiceState.CLOSED),
    ServiceState.SUSPENDED: (ServiceState.PUBLISHED, ServiceState.CLOSED),
    ServiceState.CLOSED: (),
}


def next_states(user: Any, service: Any) -> tuple[ServiceState, ...]:
    """The states that this user may give the service now."""
    if user.has_perm("directory.moderate"):
        return tuple(state for state in ServiceState if state not in (service.state, ServiceState.PROPOSED))
    return OWN_STATES[ServiceState(service.state)] if user.has_perm("directory.change_service", service) else ()


rules.add_perm("directory.invite", is_coordinator)
rules.add_perm("directory.change_organisation", is_coordinator | belongs_to)
rules.add_perm("directory.change_service", is_coordinator | gives)
# what others propose, which source wins, what is merged and imported
rules.add_perm("directory.moderate", is_coordinator)
# contacts that are for professionals: whoever holds a role here
rules.add_perm("directory.see_private_contacts", is_professional)
# Translators know no roles: the floor below asks for a permission, this floor says who has it.
rules.add_perm("translations.edit", is_coordinator | is_translator)
