"""Who is tied to whom, as somebody says; ties noted by hand."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parcours.survey.actions.ties import note_tie, remove_tie
from parcours.survey.choices import TieKind
from parcours.survey.forms.register import TieForm
from parcours.survey.models import Tie, Wave

PER_PAGE = 50
may_run = permission_required("survey.run", raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@may_run
def ties(request: HttpRequest, key: str) -> HttpResponse:
    """The ties that this wave's responses say, and those that were noted by hand."""
    wave = get_object_or_404(Wave, key=key)
    removed = request.POST.get("remove", "")
    form = TieForm(request.POST if request.method == "POST" and not removed else None)
    if removed.isdecimal() and len(removed) < 10:
        return _remove(request, wave, int(removed))
    if request.method == "POST" and form.is_valid():
        try:
            _note(request, form.cleaned_data)
        except ValidationError as error:
            form.add_error("target", error.messages)
        else:
            return redirect("survey:ties", key)
    found = Tie.objects.filter(Q(wave=wave) | Q(wave=None)).select_related(
        "origin", "target", "candidate__organisation", "response__wave", "noted_by"
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"wave": wave, "page": page, "form": form}
    return render(request, "survey/ties.html", context, status=422 if form.errors else 200)


def _note(request: HttpRequest, data: dict[str, Any]) -> None:
    on = timezone.localdate()
    note_tie(origin=data["origin"], target=data["target"], kind=TieKind(data["kind"]), by=request.user, on=on)
    messages.success(request, _("Noted."))


def _remove(request: HttpRequest, wave: Wave, pk: int) -> HttpResponse:
    try:
        remove_tie(tie=get_object_or_404(Tie, pk=pk))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Taken away."))
    return redirect("survey:ties", wave.key)
