"""What the keys of a record are called: the choices of forms, and records in the words of a reader."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from parcours.directory.models import Organisation
from parcours.engines.words import fold
from parcours.geo.models import Area
from parcours.plan.choices import LineKind, LinkKind, PartnerRole
from parcours.plan.models import Plan
from parcours.plan.records import BY_NAME
from parcours.plan.wording import in_words
from parcours.translations.fields import Translated

Choices = list[tuple[str, str]]


class References:
    """The rows that a plan's actions may point at, each list read once and only when asked for."""

    def __init__(self, plan: Plan, language: str) -> None:
        self.plan, self.language = plan, language

    def titles(self, rows: Iterable[Any], name: str = "title") -> Choices:
        return [(row.key, getattr(row, name).in_language(self.language).text) for row in rows]

    @cached_property
    def axis(self) -> Choices:
        return self.titles(self.plan.axes.all())

    @cached_property
    def theme(self) -> Choices:
        return self.titles(self.plan.themes.all())

    @cached_property
    def challenges(self) -> Choices:
        return self.titles(self.plan.challenges.all())

    @cached_property
    def publics(self) -> Choices:
        return self.titles(self.plan.publics.all(), "name")

    @cached_property
    def funding_sources(self) -> Choices:
        return self.titles(self.plan.funding_sources.all(), "name")

    @cached_property
    def organisations(self) -> dict[str, str]:
        """Key to name; two of one name, and one that was merged into another, are told apart by their key."""
        rows = list(Organisation.objects.values_list("key", "name", "merged_into"))
        times = Counter(name for _key, name, merged in rows if not merged)
        return {key: f"{name} ({key})" if merged or times[name] > 1 else name for key, name, merged in rows}

    @cached_property
    def organisation_names(self) -> dict[str, list[str]]:
        """Folded name, acronym or label to the keys of those so called."""
        found: dict[str, set[str]] = defaultdict(set)
        rows = Organisation.objects.values_list("key", "name", "acronym", "merged_into")
        for key, name, acronym, merged in rows:
            for text in (key, self.organisations[key], *(() if merged else (name, acronym))):
                found[fold(text)].add(key)
        return {text: sorted(keys) for text, keys in found.items() if text}

    @cached_property
    def actions(self) -> dict[str, str]:
        """Code to code and title."""
        rows = self.plan.actions.values_list("code", "title")
        return {code: f"{code} {title.in_language(self.language).text}" for code, title in rows}

    @cached_property
    def action_names(self) -> dict[str, list[str]]:
        return {fold(text): [code] for code, label in self.actions.items() for text in (code, label)}

    @cached_property
    def areas(self) -> list[tuple[str, Any]]:
        """The whole territory, then its communes under the inter-commune body they belong to."""
        area = self.plan.area
        groups: dict[str, Choices] = defaultdict(list)
        communes = Area.objects.communes_of(area).in_reading_order().prefetch_related("groupings")
        for commune in communes.defer("outline"):
            bodies = sorted(body.name_in(self.language) for body in commune.groupings.all())
            groups[bodies[0] if bodies else _("Communes")].append((commune.code, commune.name_in(self.language)))
        return [(area.code, _("the whole territory")), *sorted(groups.items())]

    @cached_property
    def area_names(self) -> dict[str, str]:
        whole, *groups = self.areas
        return dict([whole, *(pair for _body, pairs in groups for pair in pairs)])

    def names_of(self, name: str) -> dict[str, str]:
        """Key to label, for a field of references."""
        if name == "areas":
            return self.area_names
        return self.organisations if name == "lead" else dict(getattr(self, name))

    def shown(self, name: str, value: Any) -> str:
        """A record's value in words, its lines one under the other; "" for none."""
        field = BY_NAME[name]
        if value in (None, "", [], {}):
            return ""
        if field.kind == "one":
            return self.names_of(name).get(value, str(value))
        if field.kind == "many":
            names = self.names_of(name)
            return ", ".join(names.get(key, key) for key in value)
        if field.kind == "lines":
            return "\n".join(self._line(line) for line in value)
        return in_words(field, value, self.language)

    def _line(self, line: dict[str, Any]) -> str:
        parts = [self._cell(name, value) for name, value in line.items() if name not in ("section", "is_invented")]
        return " · ".join(part for part in parts if part)

    def _cell(self, name: str, value: Any) -> str:
        if isinstance(value, dict):
            return Translated.parse(value).in_language(self.language).text
        if isinstance(value, bool):
            return _("secured") if value and name == "is_secured" else ""
        if name == "role":
            return str(dict(PartnerRole.choices).get(value, value))
        if name == "kind":
            return str(dict([*LineKind.choices, *LinkKind.choices]).get(value, value))
        named = {"organisation": "organisations", "target": "actions", "funding_source": "funding_sources"}
        return dict(getattr(self, named[name])).get(value, value) if name in named and value else str(value or "")
