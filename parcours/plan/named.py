"""What the parts of a plan name: organisations that may be named, places, actions, figures and sources."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import translation

from parcours.directory.models import Organisation, Source
from parcours.geo.models import Area
from parcours.geo.tiles import stored_or_new
from parcours.kit import figures as known_figures
from parcours.kit.figures import UnknownFigure
from parcours.kit.prose import figure_keys
from parcours.plan.models import ActionPartner, Plan, QuotedFigure, Seat
from parcours.plan.readers import Data, Rows, cited, plain
from parcours.translations.fields import Translated

Found = dict[str, dict[str, Data]]

# Where a part names one organisation.
ORGANISATION_FIELDS = {"funding_source": "funder", "risk": "owner", "action": "lead"}
# Where it names several: lines with an organisation each.
ORGANISATION_LINES = {"body": "seats", "action": "partners"}
# Of a long list of actions, those that a part names.
EXTRACT = 30


def named(found: Found) -> dict[str, set[str]]:
    """The keys of the organisations, areas and actions that these parts name; of what came of a workshop, the first."""
    organisations = {data[field] for kind, field in ORGANISATION_FIELDS.items() for data in found[kind].values()}
    for kind, field in ORGANISATION_LINES.items():
        organisations |= {line["organisation"] for data in found[kind].values() for line in data[field]}
    organisations |= {key for data in found["workshop"].values() for key in data["facilitators"]}
    actions = {link["target"] for data in found["action"].values() for link in data["links"]}
    return {
        "organisation": organisations - {""},
        "area": {code for data in found["action"].values() for code in data["areas"]},
        "action": actions | {code for data in found["workshop"].values() for code in data["actions"][:EXTRACT]},
    }


def cited_figures(found: Found) -> set[str]:
    """The keys of the figures that any text cites."""
    return {key for text in _texts(found) if "{figure:" in text for key in figure_keys(text)}


def withhold(found: Found, *, shown: Collection[str], also: Iterable[str] = (), plan: Plan | None = None) -> None:
    """Leave out what may not be named, and describe the organisations that may.

    `shown`: the codes of the actions that a link may lead to. `also`: organisations to describe beside those named.
    `plan`: of a part, where to count what its organisations do; without it, in `found`.
    """
    keys = named(found)["organisation"] | set(also)
    works = _works_of(plan, also) if plan else _works_in(found)
    found["organisation"] = dict(_organisations(keys, works))
    may = found["organisation"]
    for kind, field in ORGANISATION_FIELDS.items():
        for data in found[kind].values():
            data[field] = data[field] if data[field] in may else ""
    for kind, field in ORGANISATION_LINES.items():
        for data in found[kind].values():
            data[field] = [line for line in data[field] if line["organisation"] in may]
    for data in found["workshop"].values():
        data["facilitators"] = [key for key in data["facilitators"] if key in may]
    for data in found["action"].values():
        data["links"] = [link for link in data["links"] if link["target"] in shown]


def _organisations(keys: set[str], works: Mapping[str, Data]) -> Rows:
    plain_columns = ("name", "acronym", "kind", "name_status", "is_generic")
    rows = Organisation.objects.public().filter(key__in=keys).select_related("area", "source")
    rows = rows.only(
        "key", *plain_columns, "names", "section", "is_invented", "area__code", "area__name", "source__key"
    )
    for row in rows.order_by("sort_key", "key") if keys else ():
        own = {name: getattr(row, name) for name in plain_columns}
        place = {"area": row.area.code if row.area else "", "place": row.area.name if row.area else ""}
        yield row.key, own | {"names": row.names.stored()} | place | works[row.key] | cited(row)


def _works(leads: Iterable[tuple[str, str]], joins: Iterable[tuple[str, str]]) -> dict[str, Data]:
    """What organisations lead and take part in, from pairs of organisation and code; nothing for others."""
    found: dict[str, Data] = defaultdict(lambda: {"leads": [], "takes_part": []})
    for name, pairs in (("leads", leads), ("takes_part", joins)):
        for key, code in sorted(set(pairs)):
            found[key][name].append(code)
    return found


def _works_in(found: Found) -> dict[str, Data]:
    rows = found["action"].items()
    return _works(
        [(data["lead"], code) for code, data in rows],
        [(line["organisation"], code) for code, data in rows for line in data["partners"]],
    )


def _works_of(plan: Plan, keys: Iterable[str]) -> dict[str, Data]:
    if not keys:
        return _works([], [])
    led = plan.actions.public().filter(lead__key__in=keys)
    joined = ActionPartner.objects.filter(action__in=plan.actions.public(), organisation__key__in=keys)
    return _works(
        led.order_by().values_list("lead__key", "code"),
        joined.order_by().values_list("organisation__key", "action__code"),
    )


def actors_of(plan: Plan) -> list[str]:
    """The keys of the organisations that the plan names and may name, in reading order; one query."""
    named_in = (
        plan.actions.public().filter(lead__isnull=False).values("lead"),
        ActionPartner.objects.filter(action__plan=plan, action__is_public=True).values("organisation"),
        Seat.objects.filter(body__plan=plan).values("organisation"),
        plan.funding_sources.filter(funder__isnull=False).values("funder"),
        plan.risks.filter(owner__isnull=False).values("owner"),
        plan.workshops.filter(facilitators__isnull=False).values("facilitators"),
    )
    anywhere = Q(pk__in=[])
    for rows in named_in:
        anywhere |= Q(pk__in=rows.order_by())
    return list(
        Organisation.objects.public().filter(anywhere).order_by("sort_key", "key").values_list("key", flat=True)
    )


def briefly(plan: Plan, codes: Collection[str]) -> dict[str, Data]:
    """Title, axis and stage of the public ones among some actions, by code."""
    rows = (
        plan.actions.public().filter(code__in=codes).values_list("code", "title", "axis__key", "stage") if codes else []
    )
    return {code: {"title": title.stored(), "axis": axis or "", "stage": stage} for code, title, axis, stage in rows}


def areas_of(plan: Plan, codes: Collection[str] | None = None) -> Rows:
    """The places of the plan's territory that actions may name, or some of them by code.

    All of them come with their tile on the map, when they are communes, and with how many actions name them.
    """
    every = Area.objects.within(plan.area).in_reading_order().defer("outline")
    areas = list(every if codes is None else every.filter(code__in=codes))
    tiles = stored_or_new([area for area in areas if area.level == "commune"]) if codes is None else {}
    counts = Counter(_places_of_actions(plan)) if codes is None else {}
    for area in areas:
        tile = list(tiles[area.pk]) if area.pk in tiles else None
        own = {"level": area.level, "name": area.name, "names": area.names}
        yield area.code, own | {"tile": tile, "actions": counts.get(area.pk, 0)}


def _places_of_actions(plan: Plan) -> Iterable[int]:
    rows = plan.actions.public().filter(areas__isnull=False).order_by()
    return rows.values_list("areas", flat=True)


def figures_of(found: Found) -> Rows:
    """The figures that any text cites, in the shape of a `QuotedFigure`."""
    keys = cited_figures(found)
    if not keys:
        return
    rows = {row.key: row for row in QuotedFigure.objects.filter(key__in=keys, plan__is_current=True)
            .select_related("source")}  # fmt: skip
    for key in sorted(keys):
        data = _quoted_figure(rows[key]) if key in rows else _counted_figure(key)
        if data:
            yield key, data


def _quoted_figure(row: QuotedFigure) -> Data:
    columns = ("label", "value", "printed", "n", "base", "unit", "period", "kind")
    return {name: plain(getattr(row, name)) for name in columns} | {"quoted": True} | cited(row)


def _counted_figure(key: str) -> Data:
    """A figure that the site counts; empty when nobody knows it: the text then shows its key."""
    try:
        figure = known_figures.get(key)
    except UnknownFigure:
        return {}
    labels = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            labels[language] = str(figure.label)
    label = Translated.of(labels, source=settings.LANGUAGE_CODE).stored()
    numbers = {"value": plain(figure.value), "n": figure.n, "base": figure.base, "unit": str(figure.unit)}
    rest = {"printed": "", "period": str(figure.period), "kind": "count", "quoted": False}
    return {"label": label, **numbers, **rest, "source": "", "section": "", "is_invented": False}


def cited_in(plan: Plan) -> set[str]:
    """The keys of the sources that the public actions and the frame of a plan cite."""
    frame = ("principles", "objectives", "definitions", "axes", "themes", "challenges", "publics", "bodies",
             "workshops", "funding_sources", "risks", "communications", "evaluation_questions")  # fmt: skip
    rows = plan.actions.public().order_by().values_list("source__key").distinct()
    others = [getattr(plan, name).order_by().values_list("source__key").distinct() for name in frame]
    seats = Seat.objects.filter(body__plan=plan).order_by().values_list("source__key").distinct()
    return {key for (key,) in rows.union(*others, seats) if key}


def sources_of(found: Found, also: Collection[str] = ()) -> Rows:
    keys = {data["source"] for rows in found.values() for data in rows.values() if "source" in data}
    keys |= {line["source"] for data in found["body"].values() for line in data["seats"]}
    for row in Source.objects.filter(key__in=(keys | set(also)) - {""}).order_by("key"):
        texts = {"title": row.title.stored(), "note": row.note.stored()}
        yield row.key, texts | {name: getattr(row, name) for name in ("publisher", "year", "language", "kind")}


def _texts(value: Any) -> Iterator[str]:
    """Every text of every language anywhere in some data."""
    if isinstance(value, dict):
        if value.keys() >= {"source", "texts"}:
            yield from (version["text"] for version in value["texts"].values())
        else:
            for inner in value.values():
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
