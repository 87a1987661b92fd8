"""What a page of results shows: the services of its matches, why they stand there, and where they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from parcours.directory.finding.question import Question
from parcours.directory.finding.ranking import Match
from parcours.directory.finding.reasons import Reason, reasons
from parcours.directory.models import Listing
from parcours.geo.points import Door, DoorMap, door_map

if TYPE_CHECKING:
    from parcours.directory.models import Organisation, Place, Service


@dataclass(frozen=True)
class Result:
    """One service of the page; `number` is its place among all that were found, and on the map."""

    number: int
    service: "Service"
    place: "Place | None"
    reasons: list[Reason]
    # the first of those that fit in part
    begins_part: bool = False

    @property
    def organisation(self) -> "Organisation":
        return self.service.organisation


def shown(matches: Sequence[Match], question: Question, at: datetime, *, first: int = 1) -> list[Result]:
    """The results of one page in order; two queries, whatever their number."""
    rows = (
        Listing.objects.filter(pk__in=[match.pk for match in matches])
        .select_related("service__organisation", "place__area")
        .defer(
            "head",
            "body",
            "facts",
            "service__description",
            "service__organisation__search_text",
            "place__area__outline",
        )
        .prefetch_related("service__languages")
    )
    by_key = {row.pk: row for row in rows}
    there = [(match, by_key[match.pk]) for match in matches if match.pk in by_key]
    first_part = next((match.pk for match, _row in there if not match.is_whole), None)
    return [
        Result(number, row.service, row.place, reasons(row, match, question, at), match.pk == first_part)
        for number, (match, row) in enumerate(there, first)
    ]


def map_of(results: Iterable[Result], language: str) -> DoorMap | None:
    """The doors of a page on a map, numbered as in the list."""
    doors = [
        Door(result.place.lon, result.place.lat, result.service.name.text, result.number)
        for result in results
        if result.place and result.place.lon is not None and result.place.lat is not None
    ]
    return door_map(doors, language=language, tile_url=settings.PARCOURS_TILE_URL)
