"""The snowball: its rounds, who was named and never asked, and how complete the census is by now."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parcours.kit.figures import suppressed
from parcours.survey.actions.snowball import ask_in_turn
from parcours.survey.models import Wave
from parcours.survey.snowball import Snowball, never_asked, snowball_of
from parcours.survey.wording import REASONS, estimates_of

PER_PAGE = 30
may_run = permission_required("survey.run", raise_exception=True)


@require_safe
@may_run
def snowball(request: HttpRequest, key: str) -> HttpResponse:
    """All of it, with names."""
    wave = get_object_or_404(Wave, key=key)
    named = never_asked(wave).select_related("area")
    page = Paginator(named, PER_PAGE).get_page(request.GET.get("page"))
    context = _context(wave, snowball_of(wave)) | {"page": page, "open": wave.candidates.open().count()}
    return render(request, "survey/snowball.html", context)


@require_safe
@login_not_required
def coverage(request: HttpRequest, key: str) -> HttpResponse:
    """How complete the census is, without a name, once the wave's tables are public; small counts are withheld."""
    wave = get_object_or_404(Wave.objects.public(), key=key)
    found = snowball_of(wave)
    if any(suppressed(count, wave.threshold) for count in (found.known, found.named, found.both)):
        raise Http404
    return render(request, "survey/coverage.html", _context(wave, found))


@require_POST
@may_run
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Ask, in their turn, organisations that were named and never asked."""
    wave = get_object_or_404(Wave, key=key)
    chosen = never_asked(wave).filter(key__in=request.POST.getlist("organisation"))
    asked = [one for one in chosen if ask_in_turn(wave=wave, organisation=one, at=timezone.now())]
    if asked:
        messages.success(request, _("%(count)d noted: the next messages ask them.") % {"count": len(asked)})
    else:
        messages.info(request, _("Nobody was added: this survey goes no further, or nobody was chosen."))
    return redirect("survey:snowball", key)


def _context(wave: Wave, found: Snowball) -> dict[str, Any]:
    return {
        "wave": wave,
        "snowball": found,
        "reason": REASONS[found.stop.reason],
        "estimates": estimates_of(wave, found),
    }
