"""Anyone reports an error on a service, without account."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.census.actions import corrections
from parcours.census.forms.reports import ReportForm
from parcours.directory.models import Service


@login_not_required
def report(request: HttpRequest, key: str) -> HttpResponse:
    shown = get_object_or_404(Service.objects.public().select_related("organisation"), key=key)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if too_many := ratelimit.consume_or_429(request, action="report"):
            return too_many
        said = form.cleaned_data
        if not said["nothing"]:
            corrections.report(service=shown, message=said["message"], contact=said["contact"], at=timezone.now())
        messages.success(request, _("Thank you. Somebody will read it and correct the page."))
        return redirect(shown)
    return render(request, "census/report.html", {"service": shown, "form": form})
