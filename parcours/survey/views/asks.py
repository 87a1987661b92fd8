"""Whom a wave asks: chosen in the directory or from a list that one pastes; written to, reminded, called."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parcours.census.forms.campaigns import AddressForm
from parcours.census.mailing import NotSent
from parcours.directory.forms.organisations import OrganisationFilter
from parcours.directory.models import Organisation
from parcours.directory.queries.organisations import OrganisationQuerySet
from parcours.geo.models import Area
from parcours.kit.dates import PartialDate
from parcours.survey.actions import asks as verbs
from parcours.survey.choices import Circle
from parcours.survey.circles import first_circle
from parcours.survey.forms.waves import AddressesForm, ChosenForm, NoteForm
from parcours.survey.models import Ask, Wave
from parcours.survey.turnout import STATES, state_of
from parcours.survey.views.waves import PER_PAGE, may_run, trail_of

# As many messages as leave while one waits for a page; the rest leaves with the next press or the daily command.
AT_ONCE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@may_run
def choose(request: HttpRequest, key: str) -> HttpResponse:
    """Those of the directory that are not asked yet."""
    wave = get_object_or_404(Wave, key=key)
    do = request.POST.get("do", "")
    ticked = ChosenForm(request.POST if do == "ticked" else None)
    pasted = AddressesForm(request.POST if do == "pasted" else None)
    seated = first_circle().exclude(survey_asks__wave=wave)
    if do == "seated":
        return _ask(request, wave, seated, Circle.FIRST, {})
    if ticked.is_valid():
        return _ask(request, wave, ticked.cleaned_data["organisations"], ticked.cleaned_data["circle"], {})
    if pasted.is_valid():
        addresses = pasted.cleaned_data["lines"]
        found = Organisation.objects.filter(pk__in=addresses)
        return _ask(request, wave, found, pasted.cleaned_data["circle"], addresses)
    found, filters = _filtered(request)
    found = found.exclude(survey_asks__wave=wave).select_related("area").defer("search_text")
    context = {
        "wave": wave,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "filters": filters,
        "seated": seated.count(),
        "ticked": ticked,
        "pasted": pasted,
        "trail": trail_of(wave, _("Whom to ask")),
    }
    return render(request, "survey/choose.html", context, status=422 if ticked.errors or pasted.errors else 200)


def _ask(
    request: HttpRequest, wave: Wave, found: OrganisationQuerySet, circle: int, addresses: dict[int, str]
) -> HttpResponse:
    new = verbs.ask_organisations(
        wave=wave, organisations=found, circle=Circle(circle), addresses=addresses, at=timezone.now()
    )
    number = len(new)
    said = ngettext("%(n)d organisation is added.", "%(n)d organisations are added.", number) % {"n": number}
    messages.success(request, f"{said} {_('Nothing has left yet.')}")
    return redirect(wave)


def _filtered(request: HttpRequest) -> tuple[OrganisationQuerySet, OrganisationFilter]:
    language = get_language() or "fr"
    used = Area.objects.filter(organisations__isnull=False).distinct().in_reading_order()
    filters = OrganisationFilter(request.GET or None, areas=[(area.slug, area.name_in(language)) for area in used])
    found = Organisation.objects.kept().filter(is_generic=False)
    if filters.is_valid():
        said = filters.cleaned_data
        found = found.matching(said["q"], language) if said["q"] else found
        found = found.filter(kind=said["kind"]) if said["kind"] else found
        found = found.filter(area__slug=said["area"]) if said["area"] else found
    return found, filters


@require_POST
@may_run
def send(request: HttpRequest, key: str) -> HttpResponse:
    """Write to the first of those whose turn it is."""
    wave, now = get_object_or_404(Wave, key=key), timezone.now()
    if timezone.localdate(now) < wave.opens_on:
        said = _("The messages leave from %(day)s on, with the daily run.")
        messages.info(request, said % {"day": PartialDate(wave.opens_on).formatted()})
        return redirect(wave)
    sent = verbs.send_due(wave=wave, at=now, site=request.build_absolute_uri("/"), limit=AT_ONCE)
    number = sent.asked + sent.reminded
    messages.success(request, ngettext("%(n)d message has left.", "%(n)d messages have left.", number) % {"n": number})
    if rest := sent.left + sent.failed:
        said = ngettext("%(n)d is still to leave.", "%(n)d are still to leave.", rest) % {"n": rest}
        messages.warning(request, f"{said} {_('Press again, or leave it to the daily run.')}")
    return redirect(wave)


@require_http_methods(["GET", "HEAD", "POST"])
@may_run
def ask(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """One organisation: how far it is, whom to call, another address, its wish not to answer."""
    found = Ask.objects.select_related("wave", "organisation__area", "response").defer("organisation__search_text")
    shown = get_object_or_404(found, wave__key=key, pk=pk)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    address = AddressForm(request.POST if do == "address" else None)
    note = NoteForm(
        request.POST if do == "note" else None, initial={"note": shown.note, "contact_name": shown.contact_name}
    )
    if do and _done(request, do, shown, address, note):
        return redirect(shown)
    context = {
        "shown": shown,
        "state": STATES[state_of(shown)][0],
        "contacts": shown.organisation.contacts.all(),
        "address": address,
        "note": note,
        "trail": trail_of(shown.wave, shown.organisation.name),
    }
    return render(request, "survey/ask.html", context, status=422 if address.errors or note.errors else 200)


def _done(request: HttpRequest, do: str, shown: Ask, address: AddressForm, note: NoteForm) -> bool:
    """Do what the button says; False leaves the page with its errors."""
    now = timezone.now()
    try:
        if do == "address" and address.is_valid():
            verbs.correct_address(ask=shown, address=address.cleaned_data["address"], at=now)
        elif do == "note" and note.is_valid():
            verbs.note(ask=shown, **note.cleaned_data)
        elif do == "again" and shown.address:
            verbs.send_again(ask=shown, at=now, site=request.build_absolute_uri("/"))
        elif do in ("wrong", "declined", "willing"):
            _noted(do, shown)
        else:
            return False
    except ValidationError as error:
        address.add_error(None, error)
        return False
    except NotSent:
        messages.error(request, _("The message could not leave just now. Please try again in an hour."))
        return True
    messages.success(request, _("Noted."))
    return True


def _noted(do: str, shown: Ask) -> None:
    now = timezone.now()
    if do == "wrong":
        verbs.note_wrong_address(ask=shown, at=now)
    else:
        verbs.decline(ask=shown, at=now if do == "declined" else None)
