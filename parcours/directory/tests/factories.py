"""Small rows for tests of the directory: each function makes one valid row, and what it stands on."""

from itertools import count
from typing import Any

from parcours.directory.actions.organisations import save_organisation
from parcours.directory.actions.services import create_service
from parcours.directory.choices import OrganisationKind, SourceKind
from parcours.directory.models import Organisation, Service, Source
from parcours.geo.choices import AreaLevel
from parcours.geo.models import Area
from parcours.translations.fields import Translated

_numbers = count(1)
_areas = count(1)  # of their own: a code that a test chose is never reached


def words(fr: str, en: str = "", **others: str) -> Translated:
    """A French text, with its other versions when given."""
    return Translated.of({"fr": fr, "en": en, **others})


def area(name: str = "Testville", *, code: str = "", parent: Area | None = None, **values: Any) -> Area:
    """A commune."""
    number = next(_areas)
    code = code or f"{90000 + number}"
    path = f"{parent.path if parent else ''}insee-commune:{code}/"
    defaults = {"slug": f"area-{number}", "path": path, "sort_key": name.lower(), "search_names": [name.lower()]}
    return Area.objects.create(
        level=AreaLevel.COMMUNE, code_system="insee-commune", code=code, name=name, parent=parent, **defaults | values
    )


def source(key: str = "test", **values: Any) -> Source:
    defaults = {"title": words(key), "kind": SourceKind.OPEN_DATA, **values}
    return Source.objects.get_or_create(key=key, defaults=defaults)[0]


def organisation(name: str = "", **values: Any) -> Organisation:
    number = next(_numbers)
    defaults = {"key": f"organisation-{number}", "kind": OrganisationKind.ASSOCIATION, "source": source()}
    return save_organisation(organisation=Organisation(name=name or f"Association {number}", **{**defaults, **values}))


def service(name: str = "Cours de français", *, of: Organisation | None = None, **values: Any) -> Service:
    """A published service with these values, in the shape of `records`; its name in French."""
    return create_service(
        organisation=of or organisation(),
        source=source(),
        external_id=f"service-{next(_numbers)}",
        values={"name": words(name).stored(), **values},
    )
