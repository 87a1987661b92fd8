"""Tutors: whom I accompany, what they let me read; and, for leads, who accompanies whom."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parcours.delivery import desk as editions
from parcours.delivery.models import Edition, Enrolment
from parcours.directory.rules import is_coordinator
from parcours.people.languages import language_name
from parcours.people.models import Person
from parcours.portfolio import reading
from parcours.portfolio.actions import telling, tutoring
from parcours.portfolio.choices import Part
from parcours.portfolio.forms.tutors import NoteForm, ProposeForm, ScaleForm, WishForm
from parcours.portfolio.models import Claim, LevelStep, Portfolio, Tutoring, TutorNote
from parcours.portfolio.suggesting import labels_of


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Those whom I accompany now: when we meet next, what they share with me, what I noted."""
    now = timezone.now()
    found = Tutoring.objects.of_tutor(request.user, at=now)
    rows = []
    for one in found.select_related("enrolment__person", "enrolment__edition__programme").order_by("pk"):
        portfolio = Portfolio.objects.filter(person=one.enrolment.person_id).select_related("person").first()
        parts = reading.parts_for(request.user, portfolio, at=now) if portfolio else ()
        coming = one.enrolment.edition.sessions.upcoming(at=now).select_related("venue", "edition").first()
        languages = [language_name(spoken.language) for spoken in one.enrolment.person.languages.all()]
        rows.append({"tutoring": one, "portfolio": portfolio, "parts": parts, "coming": coming, "languages": languages})
    return render(request, "portfolio/tutoring.html", {"rows": rows})


@require_safe
def read(request: HttpRequest, key: str) -> HttpResponse:
    """What its owner shares with me; they see that I read it."""
    now = timezone.now()
    found = Portfolio.objects.visible_to(request.user, at=now).exclude(person__account=request.user)
    portfolio = get_object_or_404(found.select_related("person"), key=key)
    parts = reading.parts_for(request.user, portfolio, at=now)
    if not parts:
        raise Http404
    reading.note(request.user, portfolio, parts, at=now)
    shown = reading.shown(portfolio, parts, to_owner=False)
    steps = {one.position: one.label for one in LevelStep.objects.all()}
    terms = labels_of((one.concept for one in shown.claims), portfolio.language)
    context = {
        "portfolio": portfolio,
        "parts": parts,
        "experiences": shown.experiences,
        "claims": [(one, steps.get(one.level or 0, ""), terms.get(one.concept, "")) for one in shown.claims],
        "goals": shown.goals,
        "may_propose": Part.COMPETENCES in parts,
        "trail": [(_("People I tutor"), reverse("portfolio:tutoring")), (str(portfolio.person), None)],
    }
    answer = render(request, "portfolio/read.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, key: str) -> HttpResponse:
    """I say that the person can do something; they see who said it, and may hide it or take it out."""
    now = timezone.now()
    portfolio = get_object_or_404(Portfolio.objects.visible_to(request.user, at=now), key=key)
    if Part.COMPETENCES not in reading.parts_for(request.user, portfolio, at=now):
        raise Http404
    form = ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        claim = Claim(portfolio=portfolio, words=words, translation=words, level=form.cleaned_data["level"])
        telling.save_claim(claim=claim, at=now, by=request.user)
        return redirect("portfolio:read", portfolio.key)
    trail = [(_("People I tutor"), reverse("portfolio:tutoring")), (_("A competence"), None)]
    context = {"form": form, "title": _("A competence"), "trail": trail}
    return render(request, "kit/form_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, pk: int, note: int | None = None) -> HttpResponse:
    """What we did and what comes next."""
    own = get_object_or_404(Tutoring.objects.of_tutor(request.user, at=timezone.now()), pk=pk)
    row = get_object_or_404(own.notes, pk=note) if note else TutorNote(tutoring=own, met_on=timezone.localdate())
    form = NoteForm(request.POST or None, instance=row, initial={"base": row.revision})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            tutoring.save_note(note=form.save(commit=False), base=form.cleaned_data["base"] or 0)
            return redirect("portfolio:tutoring")
        except tutoring.NoteChanged as changed:
            form.add_error(None, _("Another window saved this meanwhile: “%(text)s”") % {"text": changed.stands.text})
            form.data = {**form.data.dict(), "base": str(changed.stands.revision)}
            status = 409
    trail = [(_("People I tutor"), reverse("portfolio:tutoring")), (_("A note"), None)]
    context = {"form": form, "title": _("A note"), "trail": trail}
    return render(request, "kit/form_page.html", context, status=422 if form.errors and status == 200 else status)


@require_http_methods(["GET", "HEAD", "POST"])
def pairing(request: HttpRequest, key: str) -> HttpResponse:
    """Who accompanies whom in an edition: what the program proposes and why; each is confirmed, or another chosen."""
    now = timezone.now()
    edition = get_object_or_404(Edition.objects.visible_to(request.user, at=now).select_related("programme"), key=key)
    if not editions.sees_people(request.user, edition, at=now) or not request.user.has_perm(
        "delivery.change_edition", edition
    ):
        raise Http404
    if request.method == "POST":
        return _decide(request, edition)
    tutors = tutoring.tutors_of(edition, at=now)
    proposed = {pair.participant: pair for pair in tutoring.proposal(edition, at=now)}
    names = {one.pk: str(one) for one in tutors}
    rows = [
        {
            "enrolment": one,
            "pair": proposed.get(one.pk),
            "tutor": names.get(proposed[one.pk].tutor) if one.pk in proposed else "",
            "reasons": [_reason(*why) for why in proposed[one.pk].reasons] if one.pk in proposed else [],
            "wish": WishForm(initial={"gender": one.wish.gender if hasattr(one, "wish") else ""}),
        }
        for one in tutoring.without_tutor(edition)
    ]
    decided = (
        Tutoring.objects.running(at=now).filter(enrolment__edition=edition).select_related("tutor", "enrolment__person")
    )
    context = {
        "edition": edition,
        "rows": rows,
        "tutors": tutors,
        "decided": decided.order_by("tutor__sort_key", "pk"),
        "trail": [(edition.title, edition.get_absolute_url()), (_("Tutors"), None)],
    }
    return render(request, "portfolio/pairing.html", context)


def _reason(kind: str, about: str) -> str:
    said = {
        "language": _("both speak %(what)s"),
        "wish": _("as wished"),
        "against-wish": _("against the wish"),
        "busy": _("works elsewhere at that hour"),
    }
    return said[kind] % {"what": language_name(about)} if kind == "language" else said[kind]


def _decide(request: HttpRequest, edition: Edition) -> HttpResponse:
    now = timezone.now()
    enrolment = get_object_or_404(
        Enrolment.objects.visible_to(request.user, at=now).filter(edition=edition), key=request.POST.get("who", "")
    )
    try:
        if request.POST.get("do") == "end":
            tutoring.end_tutorings(enrolment=enrolment, at=now)
        elif request.POST.get("do") == "wish":
            tutoring.note_wish(enrolment=enrolment, gender=request.POST.get("gender", ""))
        else:
            tutor = get_object_or_404(Person, pk=request.POST.get("tutor") or 0)
            tutoring.decide(enrolment=enrolment, tutor=tutor, by=request.user, at=now)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("portfolio:pairing", edition.key)


@require_http_methods(["GET", "HEAD", "POST"])
def scale(request: HttpRequest) -> HttpResponse:
    """The words of the four steps by which people say how well they can do something."""
    if not is_coordinator(request.user):
        raise PermissionDenied
    form = ScaleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        for step in LevelStep.objects.all():
            texts: dict[str, Any] = {code: form.cleaned_data[f"{step.position}_{code}"] for code in ("fr", "en", "ar")}
            telling.save_scale(step=step, texts={code: text for code, text in texts.items() if text})
        return redirect("portfolio:scale")
    context = {"form": form, "title": _("How well: the four steps"), "trail": [(_("How well: the four steps"), None)]}
    return render(request, "kit/form_page.html", context, status=422 if form.errors else 200)
