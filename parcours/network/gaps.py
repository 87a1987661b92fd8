"""Ties that are missing: two that do the same thing in the same place, and neither named the other."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from parcours.directory.models import Service
from parcours.directory.vocabulary import vocabulary
from parcours.engines.network import Gap, missing_links
from parcours.geo.models import Area
from parcours.kit.punctuation import listed
from parcours.network.measures import remembered
from parcours.network.reading import Actor, Reading

MOST = 50


# Of one organisation, so many of the likeliest pairs of all those it could meet are looked through.
LOOKED_THROUGH = 10_000

Done = tuple[str, str]


@dataclass(frozen=True)
class Suggestion:
    """Two that could meet, what both do where ("French lessons: Vitry, Ivry"), and who works with both.

    `certain`: both have answered; else the one that has not may work with the other without our knowing.
    """

    left: Actor
    right: Actor
    reasons: Sequence[tuple[str, str]]
    partners: Sequence[Actor]
    certain: bool


def done_where(pks: Collection[int]) -> dict[int, set[Done]]:
    """Of each organisation the themes of its public services, each with a place where that service is given."""
    found: defaultdict[int, set[Done]] = defaultdict(set)
    known = vocabulary("themes")
    services = Service.objects.public().filter(organisation__in=pks).exclude(at__place__area=None)
    rows = services.order_by("pk").values_list("organisation", "themes", "at__place__area__slug")
    for pk, themes, area in rows:
        found[pk].update((theme, area) for theme in themes if theme in known)
    return dict(found)


def suggestions(reading: Reading, *, of: int | None = None, most: int = MOST) -> list[Suggestion]:
    """The likeliest pairs without a tie, or those of one organisation."""
    done = done_where(reading.actors.keys())
    if of is not None:
        # only what it shares with others can make a pair
        done = {pk: values & done.get(of, set()) for pk, values in done.items()}
    features = {pk: {"done": values} for pk, values in done.items()}
    looked = most if of is None else LOOKED_THROUGH
    gaps = remembered("gaps", reading.network, lambda: missing_links(reading.network, features, most=looked), looked,
                      sorted((pk, sorted(values)) for pk, values in done.items()))  # fmt: skip
    chosen = [gap for gap in gaps if of is None or of in (gap.left, gap.right)][:most]
    language = get_language() or "fr"
    areas = Area.objects.filter(slug__in={area for gap in chosen for _theme, area in _shared(gap)})
    names = {area.slug: area.name_in(language) for area in areas}
    return [_told(reading, gap, names, language) for gap in chosen]


def _shared(gap: Gap) -> Sequence[Done]:
    return gap.shared["done"]


def _told(reading: Reading, gap: Gap, names: dict[str, str], language: str) -> Suggestion:
    themes, places = vocabulary("themes"), defaultdict[str, list[str]](list)
    for theme, area in _shared(gap):
        places[themes.label(theme, language).text].append(names[area])
    left, right, *partners = (reading.actors[pk] for pk in (gap.left, gap.right, *gap.partners))
    return Suggestion(
        left, right, [(theme, listed(sorted(where))) for theme, where in places.items()], partners, gap.certain
    )
