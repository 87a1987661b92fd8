"""A pack's sources, organisations and territory."""

from collections.abc import Sequence

from parcours.directory.actions.organisations import save_organisation
from parcours.directory.models import Citation, Link, Organisation, Relation, Source, Territory
from parcours.geo.models import Area
from parcours.packs.pack import Pack, Row


def load_sources(pack: Pack) -> dict[str, Source]:
    for row in pack.rows("sources.yaml"):
        Source.objects.get_or_create(
            key=row["key"],
            defaults={
                "title": pack.text(row["title"]),
                "publisher": row.get("publisher") or "",
                "year": row.get("year"),
                "language": row.get("language") or "",
                "kind": row["kind"],
                "note": pack.text(row.get("note")),
            },
        )
    return {source.key: source for source in Source.objects.all()}


def load_organisations(pack: Pack, sources: dict[str, Source]) -> int:
    """Add the organisations of the pack that are missing; gives how many."""
    return load_organisation_rows(pack, pack.rows("organisations.yaml"), sources)


def load_organisation_rows(pack: Pack, rows: Sequence[Row], sources: dict[str, Source]) -> int:
    """Add the organisations that are missing, then what ties them together; gives how many were added."""
    areas = {area.code: area for area in Area.objects.all()}
    known = {organisation.key: organisation for organisation in Organisation.objects.all()}
    added = []
    for row in rows:
        if row["key"] not in known:
            known[row["key"]] = _organisation(pack, row, areas, sources)
            added.append(row)
    for row in added:
        _ties(row, known, sources)
        # the words by which its sources name it are found too
        save_organisation(organisation=known[row["key"]])
    return len(added)


def _organisation(pack: Pack, row: Row, areas: dict[str, Area], sources: dict[str, Source]) -> Organisation:
    return save_organisation(
        organisation=Organisation(
            key=row["key"],
            name=row["name"],
            names=pack.text({pack.territory["source_language"]: row["name"], **row.get("names", {})}),
            name_status=row["name_status"],
            is_generic=bool(row.get("generic")),
            acronym=row.get("acronym") or "",
            kind=row["kind"],
            area=areas[row["commune"]] if row.get("commune") else None,
            country=row.get("country") or "",
            description=pack.text(row.get("description")),
            notes=pack.text(row.get("notes")),
            consent=row["publication"],
            source=sources[row["source"]],
            section=row["section"],
        )
    )


def _ties(row: Row, known: dict[str, Organisation], sources: dict[str, Source]) -> None:
    organisation, source = known[row["key"]], sources[row["source"]]
    Link.objects.bulk_create(Link(organisation=organisation, url=url) for url in row["links"])
    Citation.objects.bulk_create(
        Citation(organisation=organisation, source=source, section=name["section"], named_as=name["text"])
        for name in row["named_as"]
    )
    relations = [(tie["kind"], tie["to"], tie["section"]) for tie in row["relations"]]
    if row.get("parent"):
        relations.append(("part-of", row["parent"], row["section"]))
    relations += [("maybe-same-as", key, row["section"]) for key in row.get("maybe_same_as", [])]
    for kind, target, section in dict.fromkeys(relations):
        Relation.objects.get_or_create(
            origin=organisation,
            kind=kind,
            target=known[target],
            defaults={"source": source, "section": section},
        )


def load_territory_row(pack: Pack) -> Territory:
    row = pack.territory
    territory, _created = Territory.objects.get_or_create(
        pk=1,
        defaults={
            "name": pack.text(row["name"]),
            "summary": pack.text(row["summary"]),
            "area": Area.objects.get(code=row["area"]),
            "owner": Organisation.objects.get(key=row["owner"]),
        },
    )
    return territory
