"""From answers to the register: what waits to be read, and one response beside what the directory holds."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parcours.census.similar import similar_to
from parcours.directory.choices import RecordKind
from parcours.directory.cleaning import Known
from parcours.survey.actions.register import ReviewedMeanwhile, accept_review, identify, set_free, undo_review
from parcours.survey.beside import choices_alike, gone_of, parts_of, rows_of, same_of
from parcours.survey.forms.register import OTHER, ReviewForm, WhoForm
from parcours.survey.models import Response, Wave
from parcours.survey.reviewing import Review
from parcours.survey.told import respondent_told, respondent_values

PER_PAGE = 20
may_run = permission_required("survey.run", raise_exception=True)


@require_safe
@may_run
def review(request: HttpRequest, key: str) -> HttpResponse:
    """The complete responses that wait, the oldest first; those that were read, on demand."""
    wave = get_object_or_404(Wave, key=key)
    is_read = request.GET.get("state") == "read"
    waiting = wave.responses.to_review()
    found = wave.responses.complete().exclude(pk__in=waiting.values("pk")) if is_read else waiting
    page = Paginator(found.select_related("organisation"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "survey/review.html", {"wave": wave, "page": page, "is_read": is_read})


@require_http_methods(["GET", "HEAD", "POST"])
@may_run
def response(request: HttpRequest, key: str, response: str) -> HttpResponse:
    """One response: first who answered, then what of it the register takes."""
    complete = (
        Response.objects.complete()
        .filter(wave__asks_people=False)
        .select_related("wave__source", "version", "organisation", "reviewed_by")
    )
    shown = get_object_or_404(complete, wave__key=key, key=response)
    if request.method == "POST" and request.POST.get("do") in ("undo", "free"):
        return _back(request, shown)
    return _who(request, shown) if shown.organisation is None else _review(request, shown)


def _back(request: HttpRequest, shown: Response) -> HttpResponse:
    """Take a review back, or who answered."""
    try:
        if request.POST["do"] == "undo":
            undo_review(response=shown, by=request.user)
            messages.success(request, _("Taken back: the register is as it was before."))
        else:
            set_free(response=shown)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(shown)


def _who(request: HttpRequest, shown: Response) -> HttpResponse:
    told = respondent_told(shown)
    values, problems = respondent_values(told, language=shown.language, known=Known())
    alike = choices_alike(similar_to(values, RecordKind.ORGANISATION)) if values.get("name") else []
    form = WhoForm(request.POST or None, keys=[choice.key for choice in alike])
    if request.method == "POST" and form.is_valid():
        try:
            identify(response=shown, organisation=form.organisation(), at=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(shown)
    chosen = form.data.get("who", alike[0].key if alike else "")
    context = {
        "response": shown,
        "facts": list(told.words.values()),
        "alike": alike,
        "chosen": chosen,
        "typed": form.data.get("other", ""),
        "other": OTHER,
        "form": form,
        "problems": problems,
        "trail": _trail(shown),
    }
    return render(request, "survey/who.html", context, status=422 if form.errors else 200)


def _review(request: HttpRequest, shown: Response) -> HttpResponse:
    assert shown.organisation is not None
    read = Review(shown, shown.organisation)
    parts = parts_of(read, request.POST)
    things = [thing for part in parts for thing in part.things]
    form = ReviewForm(request.POST or None, facts=read.open, things=things, gone=list(read.gone))
    if request.method == "POST" and form.is_valid():
        try:
            return _accept(request, shown, form)
        except ReviewedMeanwhile:
            form.add_error(None, _("This changed since you opened the page: read it again, then decide."))
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "response": shown,
        "review": read,
        "rows": rows_of(read),
        "same": same_of(read),
        "gone": gone_of(read),
        "parts": parts,
        "form": form,
        "other": OTHER,
        "taken": request.POST.getlist("take") if form.is_bound else read.open,
        "trail": _trail(shown),
    }
    return render(request, "survey/response.html", context, status=422 if form.errors else 200)


def _accept(request: HttpRequest, shown: Response, form: ReviewForm) -> HttpResponse:
    data = form.cleaned_data
    done = accept_review(
        response=shown,
        seen=data["seen"],
        facts=data["take"],
        things=form.decisions,
        gone=data["back"],
        by=request.user,
        at=timezone.now(),
    )
    if done.reviewed_at is None or done.reviewed_at < done.saved_at:
        messages.info(request, _("Taken in. There is more to decide of this response."))
        return redirect(done)
    messages.success(request, _("Taken in, each with the survey as its source."))
    return redirect("survey:review", done.wave.key)


def _trail(shown: Response) -> list[tuple[Any, str | None]]:
    here = shown.organisation.name if shown.organisation else _("Who answered?")
    return [(_("Review"), reverse("survey:review", args=[shown.wave.key])), (here, None)]
