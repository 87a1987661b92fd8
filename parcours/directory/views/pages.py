"""What the pages of services and organisations print, for whoever reads them; each part is asked for once."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language

from parcours.directory.actions.records import ranks_of
from parcours.directory.actions.services import areas_by_key
from parcours.directory.hours import Line, describe
from parcours.directory.models import Contact, Organisation, Service, SourceRecord
from parcours.directory.records import kind_of
from parcours.directory.sheet.facts import Fact, Freshness, Teller, address_of, facts_of, freshness_of, hours_at
from parcours.directory.sheet.sources import Origin, origins_of
from parcours.directory.wording import Areas, area_keys, hours_read, label_of
from parcours.geo.points import Door, DoorMap, door_map
from parcours.kit.punctuation import listed


@dataclass(frozen=True)
class RecordPage:
    """What is known of a record, and by whom."""

    record: Any
    user: Any

    @cached_property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @cached_property
    def sees_private(self) -> bool:
        return bool(self.user.has_perm("directory.see_private_contacts"))

    @cached_property
    def sources(self) -> list[SourceRecord]:
        return list(self.record.source_records.select_related("source"))

    @cached_property
    def areas(self) -> Areas:
        told = [source.values for source in self.sources]
        return areas_by_key(area_keys([*told, {"catchment": getattr(self.record, "catchment", [])}]))

    @cached_property
    def origins(self) -> list[Origin]:
        return origins_of(
            self.sources,
            ranks_of(self.sources),
            kind=kind_of(self.record),
            areas=self.areas,
            with_private=self.sees_private,
        )

    @cached_property
    def _contacts(self) -> list[Contact]:
        return list(self.record.contacts.all())

    @cached_property
    def public_contacts(self) -> list[Contact]:
        return [one for one in self._contacts if not one.is_private]

    @cached_property
    def private_contacts(self) -> list[Contact]:
        return [one for one in self._contacts if one.is_private] if self.sees_private else []


def not_for_caches(page: RecordPage, answer: HttpResponse) -> HttpResponse:
    """What only professionals see is kept by no cache and no browser."""
    if page.sees_private:
        answer["Cache-Control"] = "private, no-store"
    return answer


class OrganisationPage(RecordPage):
    record: Organisation

    @cached_property
    def services(self) -> list[Service]:
        visible = Service.objects.visible_to(self.user).filter(organisation=self.record)
        return list(visible.select_related("organisation"))

    @cached_property
    def addresses(self) -> list[str]:
        return [address_of(place) for place in self.record.places.filter(is_main=True).select_related("area")]

    @cached_property
    def hours(self) -> list[Line]:
        hours = hours_read(self.record.hours)
        return describe(hours, self.language, on=timezone.localdate()) if hours else []


class ServicePage(RecordPage):
    """The service comes `with_details()`."""

    record: Service

    @cached_property
    def facts(self) -> list[Fact]:
        return facts_of(self.record, self.language, at=timezone.localtime(), areas=self.areas)

    @cached_property
    def open_now(self) -> str:
        return Teller(self.record, self.language, timezone.localtime(), self.areas).open_now()

    @cached_property
    def freshness(self) -> Freshness:
        return freshness_of(self.record, self.sources, on=timezone.localdate())

    @cached_property
    def freshness_words(self) -> str:
        return self.freshness.words(self.language)

    @cached_property
    def has_calendar(self) -> bool:
        return any((week := hours.weekly()) and any(week.days) for _where, hours in hours_at(self.record))

    @cached_property
    def themes(self) -> list[str]:
        return [label_of("themes", code) for code in self.record.themes]

    @cached_property
    def modes(self) -> str:
        return listed(label_of("modes", code) for code in self.record.modes)

    @cached_property
    def phone(self) -> str:
        return self.record.phone or self.record.organisation.phone

    @cached_property
    def email(self) -> str:
        return self.record.email or self.record.organisation.email

    @cached_property
    def website(self) -> str:
        return self.record.website or self.record.organisation.website

    @cached_property
    def map(self) -> DoorMap | None:
        places = [at.place for at in self.record.at.all()]
        doors = [
            Door(place.lon, place.lat, address_of(place), number)
            for number, place in enumerate(places, 1)
            if place.lon is not None and place.lat is not None
        ]
        return door_map(doors, language=self.language, tile_url=settings.PARCOURS_TILE_URL)
