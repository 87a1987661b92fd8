"""Waves: what is asked and when, how many have answered, who."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parcours.survey.actions import waves as verbs
from parcours.survey.choices import Progress
from parcours.survey.forms.waves import WaveForm
from parcours.survey.models import Wave
from parcours.survey.turnout import STATES, in_state, state_of, turnouts

PER_PAGE = 50
USUAL_DAYS = 40
may_run = permission_required("survey.run", raise_exception=True)


@require_safe
@may_run
def waves(request: HttpRequest) -> HttpResponse:
    complete = Count("responses", filter=Q(responses__progress=Progress.COMPLETE), distinct=True)
    found = Wave.objects.select_related("version__questionnaire").defer("version__sheets")
    found = found.annotate(asked=Count("asks", distinct=True), complete=complete).order_by("-opens_on", "-pk")
    return render(request, "survey/waves.html", {"page": Paginator(found, PER_PAGE).get_page(request.GET.get("page"))})


@require_http_methods(["GET", "HEAD", "POST"])
@may_run
def edit(request: HttpRequest, key: str = "") -> HttpResponse:
    """A new wave, or one that is changed."""
    today = timezone.localdate()
    wave = (
        get_object_or_404(Wave, key=key) if key else Wave(opens_on=today, closes_on=today + timedelta(days=USUAL_DAYS))
    )
    form = WaveForm(request.POST or None, instance=wave)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(verbs.save_wave(wave=form.save(commit=False)))
        except ValidationError as error:
            form.add_error(None, error)
    context = {"form": form, "wave": wave if key else None, "trail": trail_of(wave if key else None, _("Change"))}
    return render(request, "survey/wave_edit.html", context, status=422 if form.errors else 200)


@require_safe
@may_run
def wave(request: HttpRequest, key: str) -> HttpResponse:
    """How many have answered, and how far each one is."""
    shown = get_object_or_404(Wave.objects.select_related("version__questionnaire").defer("version__sheets"), key=key)
    today = timezone.localdate()
    state = request.GET.get("state", "")
    found = shown.asks.select_related("organisation__area", "response").filter(in_state(state))
    found = found.defer("organisation__search_text", "response__answers", "response__states")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "wave": shown,
        "turnouts": turnouts(shown),
        "page": page,
        "rows": [(one, STATES[state_of(one)][0], state_of(one)) for one in page],
        "state": state,
        "states": [("", _("All")), *((name, label) for name, (label, _found) in STATES.items())],
        "due": shown.asks.to_ask(on=today).count() + shown.asks.to_remind(on=today).count(),
        "is_running": shown.is_running(on=today),
        "is_early": today < shown.opens_on,
        "open_address": request.build_absolute_uri(reverse("survey:open", args=[shown.key])),
        "trail": trail_of(shown),
    }
    return render(request, "survey/wave.html", context)


@require_POST
@may_run
def close(request: HttpRequest, key: str) -> HttpResponse:
    shown = get_object_or_404(Wave, key=key)
    verbs.close_wave(wave=shown, on=timezone.localdate())
    messages.success(request, _("The wave is closed. “Change” gives it another last day."))
    return redirect(shown)


def trail_of(shown: Wave | None, here: str = "") -> list[tuple[Any, str | None]]:
    trail: list[tuple[Any, str | None]] = [(_("Surveys"), reverse("survey:waves"))]
    if shown is None:
        return [*trail, (_("A new wave"), None)]
    return [*trail, (shown.title, shown.get_absolute_url() if here else None), *([(here, None)] if here else [])]
