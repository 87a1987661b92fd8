"""What a cleaner works with: where problems are written, and what the territory knows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django.conf import settings

from parcours.directory.models import Place, Territory
from parcours.geo.models import Area
from parcours.geo.rules import fold
from parcours.imports.rules import Problem

# Overseas départements have telephone numbers of their own.
PHONE_REGIONS = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "976": "YT"}
NOTHING: Any = object()


class Wrong(Exception):
    """A value that cannot be taken: a msgid and its values."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text, values)
        self.text, self.values = text, values


class Known:
    """What values are compared with: areas, the country's telephone numbers, the site's language.

    Everything is read when it is first needed and kept: one `Known` serves a whole file.
    """

    language = settings.LANGUAGE_CODE

    @cached_property
    def areas(self) -> list[Area]:
        return list(Area.objects.defer("outline", "names").order_by("code_system", "code"))

    @cached_property
    def by_key(self) -> dict[str, Area]:
        return {f"{area.code_system}:{area.code}": area for area in self.areas}

    @cached_property
    def by_name(self) -> dict[str, list[Area]]:
        """Areas by code, and by each folded name."""
        found: dict[str, list[Area]] = {}
        for area in self.areas:
            for name in {fold(area.name), *area.search_names, area.code.lower()}:
                found.setdefault(name, []).append(area)
        return found

    @cached_property
    def territory(self) -> Area | None:
        row = Territory.objects.select_related("area").first()
        return row.area if row else None

    @cached_property
    def phone_region(self) -> str:
        """Where a number without country is called from, as `phonenumbers` names it."""
        if self.territory is None:
            return "FR"
        if self.territory.code in PHONE_REGIONS:
            return PHONE_REGIONS[self.territory.code]
        country = self.territory.path.split("/")[0]
        return country.partition(":")[2] if country.startswith("iso-3166-1:") else "FR"

    @cached_property
    def _by_postcode(self) -> dict[str, set[str]]:
        return {}

    def communes_of_postcode(self, postcode: str) -> set[str]:
        """The keys of the communes where the places known with this postcode are."""
        if postcode not in self._by_postcode:
            rows = Place.objects.filter(postcode=postcode, area__isnull=False).order_by()
            pairs = rows.values_list("area__code_system", "area__code").distinct()
            self._by_postcode[postcode] = {f"{system}:{code}" for system, code in pairs}
        return self._by_postcode[postcode]


class Desk:
    """One record being cleaned: problems are noted under the column that is being read."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []
        # numbers and addresses beyond the first of a cell: they become contacts
        self.more: list[dict[str, str]] = []
        self._column = ""

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        """Everything noted inside is about this column, or this key of the column's rows ("places.lon")."""
        before = self._column
        self._column = f"{before}.{name}" if before else name
        try:
            yield
        finally:
            self._column = before

    def read(self, name: str, cleaner: Callable[["Desk", Any], Any], value: Any) -> Any:
        """What the cleaner makes of the value; NOTHING once it is noted as wrong."""
        # as `at` does: most of the work is here, and a context manager takes longer than most cleaners
        before = self._column
        self._column = f"{before}.{name}" if before else name
        try:
            return cleaner(self, value)
        except Wrong as wrong:
            self.error(wrong)
            return NOTHING
        finally:
            self._column = before

    def error(self, wrong: Wrong) -> None:
        self.errors.append(Problem(self._column, wrong.text, wrong.values))

    def warn(self, text: str, **values: Any) -> None:
        self.warnings.append(Problem(self._column, text, values))
