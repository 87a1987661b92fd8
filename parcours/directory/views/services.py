"""A service as everyone reads it, its history, and its hours for a calendar."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parcours.accounts.queries import history_of
from parcours.directory.actions.records import ranks_of
from parcours.directory.actions.services import areas_by_key
from parcours.directory.choices import RecordKind, ServiceState
from parcours.directory.models import Contact, Service, SourceRecord
from parcours.directory.rules import next_states
from parcours.directory.sheet.facts import Fact, Freshness, Teller, address_of, facts_of, freshness_of, hours_at
from parcours.directory.sheet.history import areas_in, lines_of
from parcours.directory.sheet.sources import Origin, origins_of
from parcours.directory.wording import Areas, area_keys, label_of
from parcours.engines.hours import calendar as calendar_file
from parcours.geo.points import Door, DoorMap, door_map
from parcours.kit.punctuation import listed

# What one does to reach a state.
STATE_VERBS = {
    ServiceState.PUBLISHED: _("Publish"),
    ServiceState.SUSPENDED: _("Suspend for now"),
    ServiceState.CLOSED: _("Close"),
}


@dataclass(frozen=True)
class ServicePage:
    """All that the page of a service prints, for whoever reads it; each part is asked of the database once."""

    service: Service
    user: Any

    @cached_property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @cached_property
    def sees_private(self) -> bool:
        return bool(self.user.has_perm("directory.see_private_contacts"))

    @cached_property
    def records(self) -> list[SourceRecord]:
        return list(self.service.source_records.select_related("source"))

    @cached_property
    def areas(self) -> Areas:
        told = [record.values for record in self.records]
        return areas_by_key(area_keys([*told, {"catchment": self.service.catchment}]))

    @cached_property
    def facts(self) -> list[Fact]:
        return facts_of(self.service, self.language, at=timezone.localtime(), areas=self.areas)

    @cached_property
    def open_now(self) -> str:
        return Teller(self.service, self.language, timezone.localtime(), self.areas).open_now()

    @cached_property
    def freshness(self) -> Freshness:
        return freshness_of(self.service, self.records, on=timezone.localdate())

    @cached_property
    def freshness_words(self) -> str:
        return self.freshness.words(self.language)

    @cached_property
    def has_calendar(self) -> bool:
        return any((week := hours.weekly()) and any(week.days) for _where, hours in hours_at(self.service))

    @cached_property
    def themes(self) -> list[str]:
        return [label_of("themes", code) for code in self.service.themes]

    @cached_property
    def modes(self) -> str:
        return listed(label_of("modes", code) for code in self.service.modes)

    @cached_property
    def phone(self) -> str:
        return self.service.phone or self.service.organisation.phone

    @cached_property
    def email(self) -> str:
        return self.service.email or self.service.organisation.email

    @cached_property
    def website(self) -> str:
        return self.service.website or self.service.organisation.website

    @cached_property
    def public_contacts(self) -> list[Contact]:
        return [one for one in self.service.contacts.all() if not one.is_private]

    @cached_property
    def map(self) -> DoorMap | None:
        places = [at.place for at in self.service.at.all()]
        doors = [
            Door(place.lon, place.lat, address_of(place), number)
            for number, place in enumerate(places, 1)
            if place.lon is not None and place.lat is not None
        ]
        return door_map(doors, language=self.language, tile_url=settings.PARCOURS_TILE_URL)

    @cached_property
    def private_contacts(self) -> list[Contact]:
        return [one for one in self.service.contacts.all() if one.is_private] if self.sees_private else []

    @cached_property
    def origins(self) -> list[Origin]:
        return origins_of(
            self.records,
            ranks_of(self.records),
            kind=RecordKind.SERVICE,
            areas=self.areas,
            with_private=self.sees_private,
        )


@login_not_required
def service(request: HttpRequest, key: str) -> HttpResponse:
    shown = Service.objects.visible_to(request.user).with_details().filter(key=key).first()
    if shown is None:
        return _not_here(request, key)
    page = ServicePage(shown, request.user)
    context = {
        "page": page,
        "service": shown,
        "may_change": request.user.has_perm("directory.change_service", shown),
        "next_states": [(state.value, STATE_VERBS[state]) for state in next_states(request.user, shown)],
    }
    answer = render(request, "directory/service.html", context)
    if page.sees_private:
        answer["Cache-Control"] = "private, no-store"
    return answer


def _not_here(request: HttpRequest, key: str) -> HttpResponse:
    """A sheet on paper outlives its service: whoever follows it is told what became of the service."""
    known = get_object_or_404(Service.objects.select_related("organisation", "merged_into"), key=key)
    if known.merged_into:
        return redirect(known.merged_into, permanent=False)
    if known.state not in (ServiceState.SUSPENDED, ServiceState.CLOSED) or not known.organisation.may_be_named:
        raise Http404
    status = 410 if known.state == ServiceState.CLOSED else 200
    return render(request, "directory/service_gone.html", {"service": known}, status=status)


@login_not_required
def history(request: HttpRequest, key: str) -> HttpResponse:
    """Who changed what, when and why; people's names are for professionals."""
    shown = get_object_or_404(Service.objects.visible_to(request.user).select_related("organisation"), key=key)
    events = history_of(shown)
    context = {
        "service": shown,
        "lines": lines_of(events, areas_by_key(areas_in(events))),
        "with_names": request.user.has_perm("directory.see_private_contacts"),
    }
    return render(request, "directory/service_history.html", context)


@login_not_required
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The hours as a file that a phone takes; 404 where the week is not known."""
    shown = get_object_or_404(Service.objects.public().with_details(), key=key)
    address = request.build_absolute_uri(shown.get_absolute_url())
    at = list(shown.at.all())
    for _where, hours in hours_at(shown):
        file = calendar_file(
            hours,
            uid=f"{shown.key}@{request.get_host()}",
            summary=f"{shown.name.text} · {shown.organisation.short_name}",
            on=timezone.localdate(),
            location=address_of(at[0].place) if at else "",
            url=address,
            description=address,
        )
        if file:
            disposition = {"Content-Disposition": f'attachment; filename="{shown.key}.ics"'}
            return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=disposition)
    raise Http404(_("The hours are not known."))
