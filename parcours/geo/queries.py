"""Reads about areas, as sentences: Area.objects.communes_of(val_de_marne).in_reading_order()."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, Q, QuerySet

from .choices import AreaLevel
from .rules import fold

if TYPE_CHECKING:
    from .models import Area


class AreaQuerySet(QuerySet["Area"]):
    def at_level(self, level: AreaLevel | str) -> Self:
        return self.filter(level=level)

    def in_reading_order(self) -> Self:
        """By name without accents, the same on every server whatever its locale."""
        return self.order_by("sort_key", "code_system", "code")

    def with_code(self, code_system: str, code: str) -> Self:
        return self.filter(code_system=code_system, code=code)

    def descendants_of(self, area: Area) -> Self:
        """All areas below `area` in the tree, without itself."""
        if not area.path:
            return self.none()
        return self.filter(path__startswith=area.path).exclude(pk=area.pk)

    def ancestors_of(self, area: Area) -> Self:
        """From the country down to the parent."""
        steps = area.path.split("/")[:-2]
        above = ["/".join(steps[: n + 1]) + "/" for n in range(len(steps))]
        return self.filter(path__in=above).order_by("path")

    def within(self, area: Area) -> Self:
        """Below `area` in the tree, or a member of it when it is an inter-commune body."""
        below = Q(path__startswith=area.path) if area.path else Q(pk__in=[])
        members = self.model._default_manager.filter(groupings=area.pk).values("pk")
        return self.filter(below | Q(pk__in=members)).exclude(pk=area.pk)

    def communes_of(self, area: Area) -> Self:
        """The communes of a country, region, département or inter-commune body."""
        return self.within(area).at_level(AreaLevel.COMMUNE)

    def named(self, text: str) -> Self:
        """Areas whose code, name or name in another language is `text` (accents, case and hyphens left aside).

        Only where no name is exactly that, those whose name begins with these words ("Champigny" finds
        Champigny-sur-Marne; "Villeneuve" finds several: the caller asks which).
        """
        key = fold(text)
        if not key:
            return self.none()
        exact = Q(code=text.strip()) | Q(search_names__contains=[key])
        some_exact = Exists(self.model._default_manager.filter(exact))
        return self.filter(exact | Q(sort_key__startswith=key + " ") & ~some_exact)
