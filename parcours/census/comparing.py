"""Two records side by side: what each holds of every field, who says so, and which value would win if they were one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from math import cos, hypot, radians
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parcours.census.models import Pair
from parcours.directory.actions.records import ranks_of
from parcours.directory.actions.services import areas_by_key
from parcours.directory.choices import RecordKind, ServiceState
from parcours.directory.models import Organisation, Service, Source, SourceRecord
from parcours.directory.provenance import Said, said_of
from parcours.directory.records import FIELDS, Field, Values, read_values
from parcours.directory.wording import area_keys, worded
from parcours.kit.worddiff import diff

# Longer texts are cut, so that a page stays light and its words quick to compare.
LETTERS = 1_500
TOKEN = 16
KM_A_DEGREE = 111.2


@dataclass(frozen=True)
class Option:
    """One value of a field on one side, who says it and when; `token` is empty where there is nothing to choose."""

    text: SafeString | str
    sources: list[tuple[str, str]]
    token: str
    is_chosen: bool


@dataclass(frozen=True)
class Row:
    """One field of both records."""

    field: Field
    left: list[Option]
    right: list[Option]
    differs: bool


@dataclass(frozen=True)
class Side:
    """One of two records: its row, its values, and what each source says of it."""

    record: Any
    values: Values
    told: list[SourceRecord]

    @property
    def facts(self) -> list[str]:
        """What tells it from others at a glance."""
        record = self.record
        is_service = isinstance(record, Service)
        about = [record.organisation.name, record.get_state_display()] if is_service else [record.get_kind_display()]
        number = ngettext("%(count)d source", "%(count)d sources", len(self.told)) % {"count": len(self.told)}
        confirmed = _("confirmed %(on)s") % {"on": _short(record.confirmed_on)} if record.confirmed_on else ""
        return [*about, number, *filter(None, [confirmed])]

    @property
    def point(self) -> tuple[float, float] | None:
        places = [place for place in self.values.get("places", []) if "lon" in place]
        return (places[0]["lon"], places[0]["lat"]) if places else None


class Comparison:
    """A pair's two records, field by field."""

    def __init__(self, pair: Pair) -> None:
        self.kind = pair.kind
        self.left, self.right = _sides(pair)
        self._both = [*self.left.told, *self.right.told]
        if not any(record.source.is_used for record in self._both):
            for record in self._both:
                record.source.is_used = True  # as a merge does where no used source speaks; nothing of it is saved
        self._ranks = ranks_of([record for record in self._both if record.pk])
        self._areas = areas_by_key(
            area_keys([*(record.values for record in self._both), self.left.values, self.right.values])
        )

    def rows(self, sent: Mapping[str, str]) -> list[Row]:
        """Every field that one of the two holds, in the order of `records`, with the tokens that were sent chosen."""
        held = [field for field in FIELDS[self.kind] if field.name in self.left.values | self.right.values]
        return [self._row(field, sent.get(field.name) or self._winner(field)) for field in held]

    @property
    def stays(self) -> str:
        """Which of the two one would keep: "left" or "right"; the published, the real, the better known, the older."""

        def worth(side: Side) -> tuple[bool, bool, int, int]:
            record = side.record
            is_public = getattr(record, "state", ServiceState.PUBLISHED) == ServiceState.PUBLISHED
            return is_public, not record.is_invented, len(side.told), -record.pk

        return "left" if worth(self.left) > worth(self.right) else "right"

    @property
    def metres(self) -> int | None:
        """As the crow flies, between the first places of the two; None where one is not known."""
        if not self.left.point or not self.right.point:
            return None
        (lon, lat), (other_lon, other_lat) = self.left.point, self.right.point
        east = (lon - other_lon) * cos(radians((lat + other_lat) / 2))
        return round(hypot(east, lat - other_lat) * KM_A_DEGREE * 1000)

    def chosen(self, sent: Mapping[str, str]) -> Values:
        """The values that a person chose by their tokens, but for those that win anyhow.

        Raises KeyError for a token of a value that nobody says any more.
        """
        values = {}
        for field in FIELDS[self.kind]:
            if token := sent.get(field.name):
                said = self._said(field, self._both)[token]
                if token != self._winner(field):
                    values[field.name] = said[0].value
        return values

    def _said(self, field: Field, records: Sequence[SourceRecord]) -> dict[str, list[Said]]:
        """Who says which value, by its token: the winner first, "there is none" left out."""
        found: dict[str, list[Said]] = {}
        for said in said_of(field.name, records, self._ranks):
            if said.value is not None:
                found.setdefault(self._token(field, said.value), []).append(said)
        return found

    def _winner(self, field: Field) -> str:
        return next(iter(self._said(field, self._both)), "")

    def _token(self, field: Field, value: Any) -> str:
        """What stands for a value in a form; rows are the same when they read the same."""
        told = self._cut(field, value) if field.kind == "rows" else json.dumps(value, sort_keys=True)
        return sha256(told.encode()).hexdigest()[:TOKEN]

    def _row(self, field: Field, chosen: str) -> Row:
        left, right = (self._said(field, side.told) for side in (self.left, self.right))
        differs = next(iter(left), "") != next(iter(right), "")
        free = {*left, *right} if differs and len({*left, *right}) > 1 else set()
        first = [self._first(field, side, said) for side, said in ((self.left, left), (self.right, right))]
        texts = _marked(*first) if differs and all(first) else first
        cells = [
            list(self._options(field, text, said, free, chosen))
            for text, said in zip(texts, (left, right), strict=True)
        ]
        return Row(field, *cells, differs=differs)

    def _first(self, field: Field, side: Side, said: dict[str, list[Said]]) -> str:
        """What the side holds, in words; of a record whose sources are not used, what stands."""
        return self._cut(field, next((told[0].value for told in said.values()), side.values.get(field.name)))

    def _options(
        self, field: Field, first: str, said: dict[str, list[Said]], free: set[str], chosen: str
    ) -> Iterator[Option]:
        """What the side holds, then what else its sources say; each value is offered once."""
        if first and not said:
            yield Option(first, [], "", is_chosen=False)
        for number, (token, told) in enumerate(said.items()):
            shown = self._cut(field, told[0].value) if number else first
            offered = token if token in free else ""
            free.discard(token)
            yield Option(shown, [_source(one) for one in told], offered, is_chosen=bool(offered) and token == chosen)

    def _cut(self, field: Field, value: Any) -> str:
        return Truncator(worded(field, value, areas=self._areas)).chars(LETTERS) if value is not None else ""


def _sides(pair: Pair) -> tuple[Side, Side]:
    """The two records with all that is shown of them; LookupError when one is gone."""
    details = {
        RecordKind.SERVICE: Service.objects.with_details().select_related("merged_into"),
        RecordKind.ORGANISATION: Organisation.objects.select_related("area", "source", "merged_into").prefetch_related(
            "places__area", "identifiers", "contacts"
        ),
    }[RecordKind(pair.kind)]
    found = details.in_bulk([pair.left, pair.right])
    told = SourceRecord.objects.filter(**{f"{pair.kind}__in": found}).select_related("source").order_by("pk")
    by_record: dict[int, list[SourceRecord]] = {pk: [] for pk in found}
    for record in told:
        by_record[getattr(record, f"{pair.kind}_id")].append(record)
    return _side(found[pair.left], by_record[pair.left]), _side(found[pair.right], by_record[pair.right])


def _side(record: Any, told: Sequence[SourceRecord]) -> Side:
    values = read_values(record)
    if not told:
        # what a record holds of which no source has spoken is its own source's, as it will be once it is merged
        own = record.source or Source()
        told = [SourceRecord(source=own, values=values, observed_on=record.observed_on)]
    return Side(record, values, list(told))


def _source(said: Said) -> tuple[str, str]:
    return said.record.source.title.text, _short(said.record.observed_on)


def _short(day: date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""


def _marked(left: str, right: str) -> tuple[SafeString, SafeString]:
    """Both texts, with the words marked that only one of them has."""
    pieces = diff(left, right)
    sides = [[piece for piece in pieces if piece.op in ("same", op)] for op in ("removed", "added")]
    one, other = (
        format_html_join(
            "",
            "{}",
            ((piece.text if piece.op == "same" else format_html("<mark>{}</mark>", piece.text),) for piece in side),
        )
        for side in sides
    )
    return one, other
