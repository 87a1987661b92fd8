"""Answers that came on paper or by phone: whose they are, then the same pages as by a link."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parcours.directory.models import Organisation
from parcours.survey.actions.entry import begin_entry
from parcours.survey.choices import Mode
from parcours.survey.forms.waves import EntryForm
from parcours.survey.models import Wave
from parcours.survey.views.waves import may_run, trail_of


@require_http_methods(["GET", "HEAD", "POST"])
@may_run
def enter(request: HttpRequest, key: str) -> HttpResponse:
    """Choose the organisation; what it began itself is gone on with."""
    wave = get_object_or_404(Wave.objects.select_related("version").defer("version__sheets"), key=key)
    form = EntryForm(request.POST or None, initial={"organisation": request.GET.get("organisation", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        response, is_new = begin_entry(
            wave=wave, organisation=said["organisation"], mode=Mode(said["mode"]), by=request.user, at=timezone.now()
        )
        if not is_new:
            messages.info(request, _("This organisation has begun to answer: this is what is there."))
        return redirect(reverse("survey:entry-check" if response.seen else "survey:entry", args=[key, response.key]))
    asked = (
        Organisation.objects.filter(survey_asks__wave=wave).order_by("sort_key", "key").values_list("name", flat=True)
    )
    context = {"wave": wave, "form": form, "asked": asked, "trail": trail_of(wave, _("Type in answers"))}
    return render(request, "survey/enter.html", context, status=422 if form.errors else 200)
