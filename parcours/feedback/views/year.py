"""A programme's year, all its editions together: counts only, for the territory and for those who run it."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parcours.delivery.models import Programme
from parcours.feedback.choices import Moment
from parcours.feedback.results import moved, tables_of
from parcours.survey.models import Wave


@require_safe
def year(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Only evaluations that have ended; no count under PARCOURS_SMALLEST_COUNT can be read."""
    shown = get_object_or_404(Programme.objects.select_related("organisation"), key=programme)
    if not request.user.has_perm("delivery.change_programme", shown):
        raise PermissionDenied
    ended = Wave.of_people.filter(
        evaluation__edition__programme=shown,
        evaluation__edition__starts_on__year=year,
        closes_on__lt=timezone.localdate(),
    ).select_related("version")
    waves = {moment: list(ended.filter(evaluation__moment=moment).order_by("-opens_on", "-pk")) for moment in Moment}
    k = settings.PARCOURS_SMALLEST_COUNT
    context = {
        "programme": shown,
        "year": year,
        "moments": [(moment, waves[moment], tables_of(waves[moment], k=k)) for moment in Moment],
        "moved": moved(waves[Moment.BEFORE], waves[Moment.AFTER], k=k),
        "smallest": k,
        "trail": [
            (_("Programmes"), reverse("delivery:index")),
            (_("Numbers"), reverse("delivery:figures")),
            (f"{shown.title} {year}", None),
        ],
    }
    return render(request, "feedback/year.html", context)
