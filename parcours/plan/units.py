"""The words for the units and periods that sources and people give; what they wrote otherwise stands as it is."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parcours.kit.figures import Text

UNITS: dict[str, Text] = {
    "persons": _("people"),
    "organisations": _("organisations"),
    "classes": _("classes"),
    "hostels": _("hostels"),
    "jobs": _("jobs"),
    "schools": _("schools"),
    "workshops": _("workshops"),
    "years": _("years"),
    "persons a year": _("people a year"),
}
PERIODS: dict[str, Text] = {
    "year": _("a year"),
    "month": _("a month"),
    "before 1945": _("before 1945"),
    "from 1945": _("from 1945"),
    "from 1975": _("from 1975"),
}
SECTIONS: dict[str, Text] = {"preamble": pgettext_lazy("part of a document", "preamble")}


def unit_in_words(unit: str) -> Text:
    return UNITS.get(unit, unit)


def period_in_words(period: str) -> Text:
    return PERIODS.get(period, period)


def section_in_words(section: str) -> Text:
    return SECTIONS.get(section, section)
