"""Campaigns: whom to ask, what left, who answered, whom to call."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parcours.census.actions import campaigns as verbs
from parcours.census.asked import asked_by, targets_of
from parcours.census.choices import Outcome
from parcours.census.forms.campaigns import AddressForm, CallForm, CampaignForm
from parcours.census.models import Campaign, UpdateRequest
from parcours.census.reporting import reporting, table
from parcours.kit.dates import PartialDate
from parcours.kit.spreadsheets import XLSX, write_csv, write_xlsx

PER_PAGE = 50
# As many messages as leave while one waits for a page; the rest leaves with the next press or the daily command.
AT_ONCE = 25
USUAL_DAYS = 40
may_moderate = permission_required("directory.moderate", raise_exception=True)
SHOWN = {"": Q(), "call": Q(called_for_at__isnull=False, outcome=Outcome.WAITING),
         **{outcome.value: Q(outcome=outcome) for outcome in Outcome}}  # fmt: skip


@require_safe
@may_moderate
def campaigns(request: HttpRequest) -> HttpResponse:
    answered = Count("requests", filter=~Q(requests__answered_at=None))
    found = Campaign.objects.annotate(asked=Count("requests"), answered=answered).order_by("-opens_on", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "census/campaigns.html", {"page": page, "today": timezone.localdate()})


@require_http_methods(["GET", "HEAD", "POST"])
@may_moderate
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new campaign, or one that is changed."""
    today = timezone.localdate()
    campaign = (
        get_object_or_404(Campaign, pk=pk)
        if pk
        else Campaign(opens_on=today, closes_on=today + timedelta(days=USUAL_DAYS))
    )
    form = CampaignForm(request.POST or None, instance=campaign)
    if request.method == "POST" and form.is_valid():
        saved = verbs.save_campaign(campaign=form.save(commit=False), areas=form.cleaned_data["areas"])
        return redirect(saved)
    context = {"form": form, "campaign": campaign, "trail": _trail(campaign if pk else None, _("Change"))}
    return render(request, "census/campaign_edit.html", context, status=422 if form.errors else 200)


@require_safe
@may_moderate
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Before it is opened: whom it would ask. Then: how many have answered, and the list."""
    shown = get_object_or_404(Campaign, pk=pk)
    today = timezone.localdate()
    is_running = shown.is_running(on=today)
    if not shown.requests.exists():
        page = Paginator(asked_by(shown), PER_PAGE).get_page(request.GET.get("page"))
        context = {"campaign": shown, "page": page, "is_running": is_running, "trail": _trail(shown)}
        return render(request, "census/campaign_preview.html", context)
    state = request.GET.get("state", "")
    found = shown.requests.select_related("organisation__area").filter(SHOWN.get(state, Q()))
    due = shown.requests.to_ask(on=today).count() + shown.requests.to_remind(on=today).count()
    context = {
        "campaign": shown,
        "reporting": reporting(shown),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "states": [("", _("All")), ("call", _("To be called")), *Outcome.choices],
        "due": due,
        "is_running": is_running,
        "trail": _trail(shown),
    }
    return render(request, "census/campaign.html", context)


@require_POST
@may_moderate
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the campaign, or look again whom to ask; then write to the first of them."""
    shown = get_object_or_404(Campaign, pk=pk)
    now = timezone.now()
    verbs.open_campaign(campaign=shown, at=now)
    if timezone.localdate(now) < shown.opens_on:
        said = _("The campaign is open. The messages leave from %(day)s on, with the daily run.")
        messages.success(request, said % {"day": PartialDate(shown.opens_on).formatted()})
        return redirect(shown)
    sent = verbs.send_due(campaign=shown, at=now, site=request.build_absolute_uri("/"), limit=AT_ONCE)
    number = sent.asked + sent.reminded
    messages.success(request, ngettext("%(n)d message has left.", "%(n)d messages have left.", number) % {"n": number})
    if sent.left or sent.failed:
        rest = sent.left + sent.failed
        said = ngettext("%(n)d is still to leave.", "%(n)d are still to leave.", rest) % {"n": rest}
        messages.warning(request, f"{said} {_('Press again, or leave it to the daily run.')}")
    return redirect(shown)


@require_http_methods(["GET", "HEAD", "POST"])
@may_moderate
def asked(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation: whom to call, what the call brought, another address."""
    shown = get_object_or_404(UpdateRequest.objects.select_related("campaign", "organisation__area"), pk=pk)
    what = request.POST.get("do", "") if request.method == "POST" else ""
    call = CallForm(request.POST if what == "call" else None)
    address = AddressForm(request.POST if what == "address" else None)
    if what and _done(what, shown, call, address):
        messages.success(request, _("Noted."))
        return redirect(shown.campaign)
    organisation, *services = targets_of(shown.organisation)
    context = {
        "shown": shown,
        "services": services,
        "contacts": organisation.contacts.all(),
        "corrections": shown.corrections.select_related("service", "organisation"),
        "call": call,
        "address": address,
        "trail": _trail(shown.campaign, organisation.name),
    }
    return render(request, "census/campaign_asked.html", context, status=422 if call.errors or address.errors else 200)


def _done(what: str, shown: UpdateRequest, call: CallForm, address: AddressForm) -> bool:
    """Do what the button says; False leaves the page with its errors."""
    now = timezone.now()
    if what == "wrong":
        verbs.note_wrong_address(request=shown, at=now)
    elif what == "call" and call.is_valid():
        outcome = Outcome(call.cleaned_data["outcome"])
        verbs.note_call(request=shown, outcome=outcome, note=call.cleaned_data["note"], at=now)
    elif what == "address" and address.is_valid():
        try:
            verbs.correct_address(request=shown, address=address.cleaned_data["address"], at=now)
        except ValidationError as error:
            address.add_error(None, error)
            return False
    else:
        return False
    return True


@require_safe
@may_moderate
def campaign_csv(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Campaign, pk=pk)
    answer = HttpResponse(b"".join(write_csv(*table(shown))), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{_filename(shown)}.csv"'
    return answer


@require_safe
@may_moderate
def campaign_xlsx(request: HttpRequest, pk: int) -> FileResponse:
    shown = get_object_or_404(Campaign, pk=pk)
    file = write_xlsx(*table(shown), sheet_title=shown.title, notes=[reporting(shown).total.citation()])
    return FileResponse(file, as_attachment=True, filename=f"{_filename(shown)}.xlsx", content_type=XLSX)


def _filename(shown: Campaign) -> str:
    return f"{slugify(shown.title) or 'campaign'}-{timezone.localdate().isoformat()}"


def _trail(shown: Campaign | None, here: str = "") -> list[tuple[Any, str | None]]:
    trail: list[tuple[Any, str | None]] = [(_("Campaigns"), reverse("census:campaigns"))]
    if shown is None:
        return [*trail, (_("A new campaign"), None)]
    return [*trail, (shown.title, shown.get_absolute_url() if here else None), *([(here, None)] if here else [])]
