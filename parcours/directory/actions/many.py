"""The verbs of records for many of them at once: what they leave is what one call for each would.

Values are canonical, as `cleaning.clean` gives them: nothing is validated again, only the database's constraints hold.
A caller gives some hundreds or thousands at a time; all of them belong to one transaction.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from parcours.directory.actions.records import follow, keep_what_stands, ranks_of
from parcours.directory.actions.services import areas_by_key, complete_place, links_to, place_key, record_key
from parcours.directory.choices import PublicationConsent, RecordKind, ServiceState
from parcours.directory.listing import listings_of
from parcours.directory.models import (
    Contact,
    Identifier,
    Listing,
    Organisation,
    Place,
    Service,
    ServiceLanguage,
    ServicePlace,
    Source,
    SourceRecord,
)
from parcours.directory.records import FIELDS, Values, column_value
from parcours.engines.words import fold
from parcours.geo.models import Area
from parcours.kit.bulk import copy_in, copy_over
from parcours.translations.texts import Translated


@dataclass(frozen=True)
class Draft:
    """What a source tells of one record. `target` is the number of the one that stands, 0 for a new one.

    `kind` is what a new organisation is where its source does not say it: it is then nobody's word. `state` is a new
    service's.
    """

    external_id: str
    values: Values
    observed_on: date | None = None
    target: int = 0
    organisation: int = 0
    kind: str = ""
    state: str = ServiceState.PUBLISHED.value


@transaction.atomic
def create_organisations(
    *, source: Source, drafts: Sequence[Draft], consent: PublicationConsent = PublicationConsent.PUBLIC_DOCUMENT
) -> list[Organisation]:
    """Add organisations as a source tells them. Raises IntegrityError for one that it told before."""
    made = [
        Organisation(
            key=record_key(draft.values["name"], source.key, draft.external_id),
            source=source,
            kind=draft.kind,
            consent=consent,
            observed_on=draft.observed_on,
        )
        for draft in drafts
    ]
    values = [draft.values for draft in drafts]
    _set_organisations(made, values)
    copy_in(made)
    _note(source, made, drafts)
    _hang_on_organisations(made, values)
    return made


@transaction.atomic
def create_services(*, source: Source, drafts: Sequence[Draft]) -> list[Service]:
    """Add services to the organisations that the drafts name. Raises IntegrityError for one that it told before."""
    made = [
        Service(
            key=record_key(Translated.parse(draft.values["name"]).source_text, source.key, draft.external_id),
            organisation_id=draft.organisation,
            state=draft.state,
            source=source,
            observed_on=draft.observed_on,
        )
        for draft in drafts
    ]
    values = [draft.values for draft in drafts]
    _set_columns(made, values)
    copy_in(made)
    _note(source, made, drafts)
    _hang_on_services(made, values)
    return made


@transaction.atomic
def put_records(*, source: Source, kind: RecordKind, drafts: Sequence[Draft]) -> None:
    """Note what a source says of records that stand, in place of what it said before, and let them follow."""
    targets = _locked(kind, [draft.target for draft in drafts])
    for target in targets.values():
        keep_what_stands(target)
    known = SourceRecord.objects.filter(
        source=source, kind=kind, external_id__in=[draft.external_id for draft in drafts]
    )
    by_id = {record.external_id: record for record in known}
    told = [draft for draft in drafts if draft.external_id in by_id]
    for draft in told:
        record = by_id[draft.external_id]
        setattr(record, kind.value, targets[draft.target])
        record.values, record.observed_on = draft.values, draft.observed_on
    copy_over([by_id[draft.external_id] for draft in told], [kind.value, "values", "observed_on", "recorded_at"])
    new = [draft for draft in drafts if draft.external_id not in by_id]
    _note(source, [targets[draft.target] for draft in new], new)
    settle_many(kind=kind, targets=targets)


@transaction.atomic
def settle_many(*, kind: RecordKind, targets: Collection[int]) -> None:
    """Let these records follow what their used sources say."""
    locked = _locked(kind, targets)
    told: dict[int, list[SourceRecord]] = {pk: [] for pk in locked}
    records = list(SourceRecord.objects.filter(**{f"{kind}__in": locked}).select_related("source"))
    for record in records:
        told[getattr(record, f"{kind}_id")].append(record)
    ranks = ranks_of(records)
    followed = {pk: said for pk, target in locked.items() if (said := follow(target, told[pk], ranks))}
    if not followed:
        return
    rows, values = [locked[pk] for pk in followed], list(followed.values())
    columns = [field.name for field in FIELDS[kind] if field.kind != "rows"]
    columns += ["observed_on", "confirmed_on", "version", "changed_at"]
    if kind == RecordKind.SERVICE:
        _set_columns(rows, values)
        copy_over(rows, columns)
        _hang_on_services(rows, values)
    else:
        _set_organisations(rows, values)
        copy_over(rows, [*columns, "sort_key", "search_text"])
        _hang_on_organisations(rows, values)
        relist_many(services=Service.objects.filter(organisation__in=rows).values_list("pk", flat=True))


@transaction.atomic
def set_state_many(*, services: Collection[int], before: ServiceState, after: ServiceState) -> None:
    """Those of these services that are in one state are put in another."""
    moved = list(Service.objects.filter(pk__in=services, state=before).values_list("pk", flat=True))
    Service.objects.filter(pk__in=moved).update(state=after, version=F("version") + 1, changed_at=timezone.now())
    relist_many(services=moved)


@transaction.atomic
def delete_many(*, kind: RecordKind, numbers: Collection[int]) -> None:
    """Remove records with what hangs on them."""
    parts: tuple[Any, ...] = (Identifier, Contact, Place, SourceRecord)
    if kind == RecordKind.SERVICE:
        parts = (Listing, ServicePlace, ServiceLanguage, Contact, SourceRecord)
    for part in parts:
        part.objects.filter(**{f"{kind}__in": numbers}).delete()
    _model(kind).objects.filter(pk__in=numbers).delete()


@transaction.atomic
def relist_many(*, services: Iterable[int]) -> None:
    """Make the listings of these services anew; those that are not public have none."""
    numbers = list(services)
    Listing.objects.filter(service__in=numbers).delete()
    shown = Service.objects.public().with_details().filter(pk__in=numbers)
    copy_in([listing for service in shown for listing in listings_of(service)])


def _locked(kind: RecordKind, numbers: Collection[int]) -> dict[int, Any]:
    rows = _model(kind).objects.select_for_update(of=("self",)).filter(pk__in=list(numbers)).order_by("pk")
    return {row.pk: row for row in rows.prefetch_related("source_records")}


def _model(kind: RecordKind) -> Any:
    return Service if kind == RecordKind.SERVICE else Organisation


def _note(source: Source, rows: Sequence[Any], drafts: Sequence[Draft]) -> None:
    """Write down what the source says of each row."""
    copy_in(
        [
            SourceRecord(
                source=source,
                kind=_kind(row),
                external_id=draft.external_id,
                values=draft.values,
                observed_on=draft.observed_on,
                **{_kind(row).value: row},
            )
            for row, draft in zip(rows, drafts, strict=True)
        ]
    )


def _kind(row: Service | Organisation) -> RecordKind:
    return RecordKind.SERVICE if isinstance(row, Service) else RecordKind.ORGANISATION


def _set_columns(rows: Sequence[Any], values: Sequence[Values]) -> None:
    for row, said in zip(rows, values, strict=True):
        for field in FIELDS[_kind(row)]:
            if field.name in said and field.kind != "rows" and field.name != "area":
                setattr(row, field.name, column_value(field, said[field.name]))


def _set_organisations(rows: Sequence[Organisation], values: Sequence[Values]) -> None:
    areas = areas_by_key([said.get("area") or "" for said in values])
    _set_columns(rows, values)
    for organisation, said in zip(rows, values, strict=True):
        if "area" in said:
            organisation.area = areas.get(said["area"] or "")
        organisation.sort_key = fold(organisation.name)[:200]
        organisation.refresh_search_text()


def _hang_on_organisations(rows: Sequence[Organisation], values: Sequence[Values]) -> None:
    _replace_rows(Identifier, "organisation", "identifiers", rows, values)
    _replace_rows(Contact, "organisation", "contacts", rows, values)
    spoken = [(row, (said["places"] or [])[:1]) for row, said in zip(rows, values, strict=True) if "places" in said]
    placed = [(row, place) for row, given in spoken for place in given]
    places = _Places([row.pk for row, _given in spoken], [place for _row, place in placed])
    places.leave_main()
    for organisation, place in placed:
        places.put(organisation, place).is_main = True
    places.write()


def _hang_on_services(rows: Sequence[Service], values: Sequence[Values]) -> None:
    _replace_rows(ServiceLanguage, "service", "languages", rows, values)
    _replace_rows(Contact, "service", "contacts", rows, values)
    placed = [(row, said["places"] or []) for row, said in zip(rows, values, strict=True) if "places" in said]
    places = _Places([row.organisation_id for row, _places in placed], [one for _row, each in placed for one in each])
    at = [(row, [places.put(row, one) for one in each], each) for row, each in placed]
    places.write()
    ServicePlace.objects.filter(service__in=[row for row, _places in placed]).delete()
    copy_in([link for row, found, each in at for link in links_to(row, found, each)])
    relist_many(services={*(row.pk for row in rows), *places.services()})


def _replace_rows(model: Any, owner: str, name: str, rows: Sequence[Any], values: Sequence[Values]) -> None:
    """The rows of one kind that hang on each record, where its values speak of them."""
    spoken = [(row, said[name] or []) for row, said in zip(rows, values, strict=True) if name in said]
    model.objects.filter(**{f"{owner}__in": [row for row, _given in spoken]}).delete()
    copy_in([model(**{owner: row}, **each) for row, given in spoken for each in given])


class _Places:
    """The places of some organisations, completed in memory and written once."""

    def __init__(self, organisations: Collection[int], rows: Sequence[Values]) -> None:
        self.areas: Mapping[str, Area] = areas_by_key([row.get("area", "") for row in rows])
        known = Place.objects.filter(organisation__in=set(organisations)).select_related("area")
        self.by_key = {(place.organisation_id, place.match_key): place for place in known}
        self.new: list[Place] = []
        self.touched: dict[int, Place] = {}
        self.changed: set[int] = set()

    def leave_main(self) -> None:
        """None of them is its organisation's main place any more."""
        Place.objects.filter(pk__in=[place.pk for place in self.by_key.values() if place.is_main]).update(is_main=False)
        for place in self.by_key.values():
            place.is_main = False

    def put(self, row: Service | Organisation, values: Values) -> Place:
        """The organisation's place at this address, made or completed."""
        organisation = row.organisation_id if isinstance(row, Service) else row.pk
        key = place_key(values)
        place = self.by_key.get((organisation, key))
        if place is None:
            place = Place(organisation_id=organisation, match_key=key, is_invented=row.is_invented)
            self.by_key[organisation, key] = place
            self.new.append(place)
        elif place.pk:
            self.touched[place.pk] = place
        if complete_place(place, values, self.areas) and place.pk:
            self.changed.add(place.pk)
        return place

    def write(self) -> None:
        copy_in(self.new)
        names = [field.name for field in Place._meta.concrete_fields if not field.primary_key]
        copy_over(list(self.touched.values()), names)

    def services(self) -> list[int]:
        """Those that were given at a place of which something else is said now."""
        return list(Service.objects.filter(at__place__in=self.changed).values_list("pk", flat=True).distinct())
