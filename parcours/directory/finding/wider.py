"""What was given up so that something was found, in words."""

from collections.abc import Callable, Mapping

from django.utils.translation import get_language, gettext

from parcours.directory.finding.places import Gazetteer
from parcours.directory.finding.question import Question
from parcours.directory.finding.reasons import label, labels
from parcours.kit.figures import format_number

Said = Callable[[Question, Question, Gazetteer], str]


def wider_words(given_up: tuple[str, ...], strict: Question, wider: Question, known: Gazetteer) -> list[str]:
    """One sentence for each thing that was given up, from the question that was asked and the one that was answered."""
    return [SAID[name](strict, wider, known) for name in given_up]


def _when(strict: Question, _wider: Question, _known: Gazetteer) -> str:
    when = label("when", strict.when, get_language() or "fr")
    return gettext("Whenever it is open, not only: %(when)s.") % {"when": when}


def _farther(_strict: Question, wider: Question, _known: Gazetteer) -> str:
    return gettext("Up to %(km)s km away.") % {"km": format_number(round(wider.km or 0))}


def _area(_strict: Question, wider: Question, known: Gazetteer) -> str:
    spot = known.spots.get(wider.within)
    return gettext("Anywhere in %(area)s.") % {"area": spot.label if spot else wider.within}


def _publics(strict: Question, _wider: Question, _known: Gazetteer) -> str:
    return gettext("For others than: %(publics)s.") % {"publics": labels("publics", strict.publics)}


SAID: Mapping[str, Said] = {
    "when": _when,
    "farther": _farther,
    "area": _area,
    "everywhere": lambda *_: gettext("However far away."),
    "is_accessible": lambda *_: gettext("Also where a wheelchair cannot enter."),
    "is_remote": lambda *_: gettext("Also where one must go there."),
    "has_places": lambda *_: gettext("Also where no place is left now."),
    "is_free": lambda *_: gettext("Also what costs something."),
    "publics": _publics,
    "level": lambda *_: gettext("At another level of French."),
    "age": lambda *_: gettext("For people of another age."),
}
