"""Small rows for tests: each function makes one valid row, and what it stands on when that is not given."""

from collections.abc import Iterable
from datetime import date
from itertools import count
from typing import Any

from parcours.accounts.models import User
from parcours.directory.choices import OrganisationKind, Role, SourceKind
from parcours.directory.models import Membership, Organisation, Source
from parcours.geo.choices import AreaLevel
from parcours.geo.models import Area
from parcours.plan.actions.change import create_action
from parcours.plan.choices import BodyKind, FundingLevel, WorkshopKind
from parcours.plan.models import (
    Action,
    Axis,
    Body,
    Challenge,
    Decision,
    FundingSource,
    Meeting,
    Note,
    Plan,
    Public,
    Theme,
    Workshop,
)
from parcours.translations.fields import Translated

TODAY = date(2026, 11, 22)
_numbers = count(1)


def words(fr: str, en: str = "", **others: str) -> Translated:
    """A French text, with its other versions when given."""
    return Translated.of({"fr": fr, "en": en, **others})


def make_area(
    name: str = "", *, parent: Area | None = None, level: str = AreaLevel.COMMUNE, code: str = "", **values: Any
) -> Area:
    """A place; with `parent`, one that lies in it."""
    number = next(_numbers)
    code = code or f"{90000 + number}"
    name = name or f"Commune {number}"
    system = {AreaLevel.COMMUNE: "insee-commune", AreaLevel.DEPARTEMENT: "insee-departement"}.get(level, "test")
    path = f"{parent.path if parent else ''}{system}:{code}/"
    defaults = {"slug": f"area-{number}", "path": path, "sort_key": name.lower(), "search_names": [name.lower()]}
    return Area.objects.create(
        parent=parent, level=level, code_system=system, code=code, name=name, **{**defaults, **values}
    )


def make_source(key: str = "liap-2018", **values: Any) -> Source:
    defaults = {"title": words("Le plan de 2018", "The plan of 2018"), "kind": SourceKind.PLAN, "year": 2018}
    source, _created = Source.objects.get_or_create(key=key, defaults={**defaults, **values})
    return source


def make_organisation(name: str = "", **values: Any) -> Organisation:
    number = next(_numbers)
    name = name or f"Association {number}"
    organisation = Organisation(
        **{
            "key": f"organisation-{number}",
            "name": name,
            "sort_key": name.lower(),
            "kind": OrganisationKind.ASSOCIATION,
            **values,
        }
    )
    organisation.refresh_search_text()
    organisation.save()
    return organisation


def make_plan(**values: Any) -> Plan:
    """The current plan of a département of its own."""
    number = next(_numbers)
    if "area" not in values:
        values["area"] = make_area("Val-de-Test", level=AreaLevel.DEPARTEMENT, code=f"D{number}")
    defaults = {
        "slug": f"plan-{number}",
        "title": words("Plan d’action local", "Local action plan", ar="خطة العمل المحلية"),
        "summary": words("Le plan en bref.", "The plan in short."),
        "adopted_on": date(2018, 2, 1),
    }
    return Plan.objects.create(**{**defaults, **values})


def make_axis(plan: Plan, key: str = "rights", **values: Any) -> Axis:
    defaults = {"title": words("Les droits", "Rights"), "order": plan.axes.count() + 1}
    return Axis.objects.create(plan=plan, key=key, **{**defaults, **values})


def make_theme(plan: Plan, key: str = "theme", **values: Any) -> Theme:
    return Theme.objects.create(plan=plan, key=key, **{"title": words("Thème", "Theme"), **values})


def make_challenge(plan: Plan, key: str = "challenge", **values: Any) -> Challenge:
    challenge = Challenge(plan=plan, key=key, **{"title": words("Un enjeu", "A challenge"), **values})
    challenge.refresh_search_text()
    challenge.save()
    return challenge


def make_public(plan: Plan, key: str = "migrants", **values: Any) -> Public:
    return Public.objects.create(plan=plan, key=key, **{"name": words("Personnes migrantes", "Migrants"), **values})


def make_funding_source(plan: Plan, key: str = "fund", **values: Any) -> FundingSource:
    defaults = {"name": words("Un fonds", "A fund"), "level": FundingLevel.EUROPEAN}
    return FundingSource.objects.create(plan=plan, key=key, **{**defaults, **values})


def make_action(plan: Plan, code: str = "", *, on: date = TODAY, by: User | None = None, **changes: Any) -> Action:
    """A public action under way; `changes` are fields of `records.FIELDS`, texts as `words(…)` or stored."""
    code = code or f"A1.{next(_numbers):02}"
    defaults = {"title": words(f"Action {code}", f"Action {code}"), "stage": "under_way", "is_public": True}
    record = {
        name: value.stored() if isinstance(value, Translated) else value for name, value in (defaults | changes).items()
    }
    return create_action(plan=plan, code=code, changes=record, on=on, by=by)


def make_idea(plan: Plan, code: str = "", **changes: Any) -> Action:
    return make_action(plan, code or f"I.{next(_numbers)}", **{"stage": "idea", **changes})


def make_workshop(plan: Plan, key: str = "", **values: Any) -> Workshop:
    defaults = {"title": words("Atelier", "Workshop"), "kind": WorkshopKind.AXIS, "held_on": date(2017, 5, 1)}
    workshop = Workshop(plan=plan, key=key or f"workshop-{next(_numbers)}", **{**defaults, **values})
    workshop.refresh_search_text()
    workshop.save()
    return workshop


def make_note(workshop: Workshop, text: str = "Une note", **values: Any) -> Note:
    return Note.objects.create(workshop=workshop, text=words(text), **values)


def make_body(plan: Plan, key: str = "", **values: Any) -> Body:
    defaults = {"name": words("Comité partenarial", "Partnership committee"), "kind": BodyKind.COMMITTEE}
    return Body.objects.create(plan=plan, key=key or f"body-{next(_numbers)}", **{**defaults, **values})


def make_meeting(body: Body, held_on: date = TODAY, **values: Any) -> Meeting:
    return Meeting.objects.create(body=body, held_on=held_on, **{"title": words("Réunion", "Meeting"), **values})


def make_decision(plan: Plan, actions: Iterable[Action] = (), **values: Any) -> Decision:
    defaults = {"decided_on": TODAY, "text": words("Décidé ainsi", "So decided")}
    decision = Decision.objects.create(plan=plan, **{**defaults, **values})
    decision.actions.set(actions)
    return decision


def make_user(role: Role | str | None = None, organisation: Organisation | None = None, **values: Any) -> User:
    """Someone with an account; with `role`, who holds it (a partner in `organisation`)."""
    number = next(_numbers)
    user = User.objects.create(
        **{"email": f"person{number}@example.org", "name": f"Person {number}", "language": "fr", **values}
    )
    if role is not None:
        Membership.objects.create(user=user, role=role, organisation=organisation)
    return user


def make_coordinator() -> User:
    return make_user(Role.COORDINATOR)
