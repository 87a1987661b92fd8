"""Finding what a cell names (an axis, a commune, an organisation…) by key or any name, without a query per cell."""

import difflib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_noop

from parcours.directory.models import Organisation
from parcours.geo.models import Area
from parcours.geo.rules import fold
from parcours.plan.models import Plan
from parcours.plan.spreadsheet.cells import CellError
from parcours.translations.fields import Translated

UNKNOWN = gettext_noop("“%(value)s” is not known here.")
UNKNOWN_NEAR = gettext_noop("“%(value)s” is not known here. Did you mean: %(near)s?")
SEVERAL = gettext_noop("“%(value)s” may be any of these, write the one you mean: %(near)s.")
# Near names cost some milliseconds each: in a file of nothing but unknown names the first ones are enough.
MAX_SUGGESTED = 200
MAX_NAMED = 6


class Names:
    """The names of one kind of row. `by_prefix` lets "Champigny" find Champigny-sur-Marne when it is alone."""

    def __init__(self, *, by_prefix: bool = False) -> None:
        self.by_prefix = by_prefix
        self.labels: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.names: dict[str, set[str]] = defaultdict(set)
        self.suggested = 0
        self.answers: dict[str, str | CellError] = {}

    def add(self, key: str, label: str, names: Iterable[str | Translated]) -> None:
        """A row of this key, shown as `label`, found by these names too."""
        self.labels[key] = label
        self.keys[key.casefold()] = key
        for name in (key, label, *names):
            texts = [version.text for version in name.versions.values()] if isinstance(name, Translated) else [name]
            for text in texts:
                if folded := fold(text):
                    self.names[folded].add(key)

    def written(self, key: str) -> str:
        """As an error names it: label and key."""
        return f"{self.labels[key]} ({key})" if self.labels[key] != key else key

    def find(self, value: str) -> str:
        """The key of what is named. Raises CellError when nothing or more than one thing is."""
        if value not in self.answers:
            try:
                self.answers[value] = self._find(value.strip())
            except CellError as error:
                self.answers[value] = error
        answer = self.answers[value]
        if isinstance(answer, CellError):
            raise answer
        return answer

    def _find(self, text: str) -> str:
        if key := self.keys.get(text.casefold()):
            return key
        bracketed = text.rpartition("(")[2].rstrip(")").casefold() if text.endswith(")") else ""
        if key := self.keys.get(bracketed):
            return key
        found = self.names.get(fold(text), set())
        if not found and self.by_prefix:
            found = {key for name, keys in self.names.items() if name.startswith(fold(text) + " ") for key in keys}
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise CellError(SEVERAL, value=text, near=", ".join(self.written(key) for key in sorted(found)[:MAX_NAMED]))
        if near := self._near(text):
            raise CellError(UNKNOWN_NEAR, value=text, near=", ".join(near))
        raise CellError(UNKNOWN, value=text)

    def _near(self, text: str) -> list[str]:
        self.suggested += 1
        if self.suggested > MAX_SUGGESTED:
            return []
        close = difflib.get_close_matches(fold(text), self.names, n=3, cutoff=0.6)
        keys = dict.fromkeys(key for name in close for key in sorted(self.names[name]))
        return [self.written(key) for key in list(keys)[:3]]


def _parts(rows: Iterable[Any], name: str) -> Names:
    names = Names()
    for row in rows:
        label = getattr(row, name)
        names.add(row.key, label.text, [label, *([row.letter] if getattr(row, "letter", "") else [])])
    return names


def _communes(plan: Plan) -> Names:
    names = Names(by_prefix=True)
    inside = Area.objects.filter(Q(pk=plan.area_id) | Q(pk__in=Area.objects.within(plan.area).values("pk")))
    for code, name, others in inside.values_list("code", "name", "search_names"):
        # a spreadsheet takes 01004 for a number
        names.add(code, name, [*others, code.lstrip("0")])
    return names


def _organisations() -> Names:
    names = Names()
    for key, name, acronym, merged in Organisation.objects.values_list("key", "name", "acronym", "merged_into"):
        # one that was merged into another is found by its key alone
        names.add(key, *((key, []) if merged else (name, [acronym])))
    return names


def references(plan: Plan) -> dict[str, Names]:
    """What cells may name, by kind; one query each."""
    axes = _parts(plan.axes.all(), "title")
    for axis in plan.axes.all():
        axes.add(axis.key, axis.title.text, [axis.short_title])
    return {
        "axis": axes,
        "theme": _parts(plan.themes.all(), "title"),
        "challenges": _parts(plan.challenges.all(), "title"),
        "publics": _parts(plan.publics.all(), "name"),
        "funding_source": _parts(plan.funding_sources.all(), "name"),
        "areas": _communes(plan),
        "organisation": _organisations(),
    }


# The kind of name that each field of a record holds.
KIND_OF = {
    "axis": "axis",
    "theme": "theme",
    "challenges": "challenges",
    "publics": "publics",
    "funding_sources": "funding_source",
    "areas": "areas",
    "lead": "organisation",
}
