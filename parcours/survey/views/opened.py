"""The open link of a wave: whoever has the page's address may answer, and gets a link of their own."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from parcours.survey.actions.answers import NotOpen, begin_openly
from parcours.survey.forms.opened import OpenForm
from parcours.survey.models import Wave


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opened(request: HttpRequest, key: str) -> HttpResponse:
    """What is asked; the button gives a response and its secret. Nothing here says who has answered."""
    found = Wave.objects.select_related("version").defer("version__sheets").filter(is_open_to_all=True)
    wave = get_object_or_404(found, key=key)
    form = OpenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if too_many := ratelimit.consume_or_429(request, action="survey"):
            return too_many
        try:
            _response, secret = begin_openly(wave=wave, at=timezone.now(), language=get_language() or "fr")
            return redirect("survey:answer", secret)
        except NotOpen:
            pass  # the page says so
    today = timezone.localdate()
    context = {
        "wave": wave,
        "form": OpenForm(),
        "is_again": bool(form.errors),
        "is_open": wave.is_running(on=today),
        "is_early": today < wave.opens_on,
        "number": len(wave.form.pages()),
    }
    return render(request, "survey/open.html", context, status=422 if form.errors else 200)
