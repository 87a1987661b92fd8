"""That people were erased: dates and counts."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from parcours.people.models import Erasure


@require_safe
def proofs(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("people.see_proofs"):
        raise PermissionDenied
    return render(request, "people/proofs.html", {"rows": Erasure.objects.order_by("-at")[:200]})
