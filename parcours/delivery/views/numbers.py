"""The year in numbers: counts only, for the territory and for those who run programmes."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parcours.delivery.figures import of_year, printed_of, reasons_over_years, years_of
from parcours.delivery.models import Programme
from parcours.directory.rules import is_coordinator


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Each programme, year by year; what would show few people is withheld, and said to be."""
    found = Programme.objects.select_related("organisation").order_by("key")
    if not is_coordinator(request.user):
        found = found & Programme.objects.run_by(request.user)
        if not found.exists():
            raise PermissionDenied
    rows = [
        {
            "programme": programme,
            "printed": printed_of(programme),
            "years": [(year, of_year(programme, year)) for year in years_of(programme)],
            "reasons": reasons_over_years(programme),
        }
        for programme in found
    ]
    trail = [(_("Programmes"), reverse("delivery:index")), (_("Numbers"), None)]
    return render(request, "delivery/figures.html", {"rows": rows, "trail": trail})
