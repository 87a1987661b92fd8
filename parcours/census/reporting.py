"""How many of those who were asked have answered: figures with their base, and the list to take away."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.census.models import Campaign, UpdateRequest
from parcours.directory.choices import OrganisationKind
from parcours.kit.charts import Bar
from parcours.kit.dates import PartialDate
from parcours.kit.figures import Figure, format_number


@dataclass(frozen=True)
class Reporting:
    """The share that answered, in all, by commune and by kind; the answers of each day."""

    total: Figure
    areas: list[Figure]
    kinds: list[Figure]
    days: list[Bar]


def reporting(campaign: Campaign) -> Reporting:
    """One query, whatever was answered."""
    rows = campaign.requests.order_by("organisation__area__sort_key", "organisation__kind", "pk").values_list(
        "organisation__area__name", "organisation__kind", "answered_at"
    )
    areas, kinds, days = defaultdict[str, list[bool]](list), defaultdict[str, list[bool]](list), Counter[date]()
    for area, kind, answered_at in rows:
        areas[area or _("no commune")].append(answered_at is not None)
        kinds[str(OrganisationKind(kind).label)].append(answered_at is not None)
        if answered_at:
            days[timezone.localdate(answered_at)] += 1
    every = [answered for each in areas.values() for answered in each]
    return Reporting(
        _share(campaign, "all", _("have answered"), every),
        [_share(campaign, f"area.{number}", name, each) for number, (name, each) in enumerate(areas.items())],
        [_share(campaign, f"kind.{number}", name, each) for number, (name, each) in enumerate(kinds.items())],
        [Bar(PartialDate(day).formatted(), number, format_number(number)) for day, number in sorted(days.items())],
    )


def table(campaign: Campaign) -> tuple[list[str], Iterator[list[object]]]:
    """Headers and rows of the export: each organisation asked, and what became of it."""
    headers = [_("Organisation"), _("Commune"), _("Kind"), _("Written to"), _("Asked on"), _("Reminded on"),
               _("Answered on"), _("Answer"), _("Note"), _("Invented")]  # fmt: skip
    requests = campaign.requests.select_related("organisation__area")
    return headers, (_row(request) for request in requests)


def _row(request: UpdateRequest) -> list[object]:
    organisation = request.organisation
    moments = [at and timezone.localdate(at) for at in (request.sent_at, request.reminded_at, request.answered_at)]
    area = organisation.area.name if organisation.area else ""
    invented = _("yes") if organisation.is_invented else ""
    return [organisation.name, area, organisation.get_kind_display(), request.address, *moments,
            request.get_outcome_display(), request.note, invented]  # fmt: skip


def _share(campaign: Campaign, key: str, label: str, answered: list[bool]) -> Figure:
    return Figure.share(
        f"census.campaign{campaign.pk}.{key}",
        label,
        n=sum(answered),
        base=len(answered),
        base_label=_("organisations asked"),
        period=f"{campaign.opens_on:%d/%m/%Y} – {campaign.closes_on:%d/%m/%Y}",
        source=campaign.title,
        how=_("those that answered by their link or by phone; not those that could not be reached"),
        decimals=0,
    )
