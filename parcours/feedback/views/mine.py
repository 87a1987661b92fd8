"""My opinion: what I am asked now, and my way to the questions."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from parcours.feedback.links import path_of
from parcours.feedback.models import Invitee
from parcours.survey.choices import Progress


def _own(request: HttpRequest) -> QuerySet[Invitee]:
    found = Invitee.objects.filter(enrolment__person__account=request.user)
    return found.select_related("evaluation__wave", "evaluation__edition__programme", "enrolment", "response")


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = [
        {
            "invitee": one,
            "is_running": one.evaluation.wave.is_running(on=today),
            "is_done": one.response.progress == Progress.COMPLETE,
        }
        for one in _own(request).exclude(response__progress=Progress.WITHDRAWN).order_by("-evaluation__wave__opens_on")
        if one.evaluation.wave.opens_on <= today
    ]
    return render(request, "feedback/mine.html", {"rows": rows})


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """To my own questions; by POST, so that the link with its secret stands on no page."""
    return redirect(path_of(get_object_or_404(_own(request), pk=pk)))
