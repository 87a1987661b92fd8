"""The owner's own pages: what I lived, what I can do, what I want."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parcours.kit.motif import Stop
from parcours.people.models import Person
from parcours.portfolio.actions import evidence as proofs
from parcours.portfolio.actions import sharing, telling
from parcours.portfolio.choices import Part, Strand
from parcours.portfolio.forms.telling import ClaimForm, EvidenceForm, ExperienceForm, GoalForm, StepForm
from parcours.portfolio.models import (
    ActionStep,
    Activity,
    Claim,
    Evidence,
    Experience,
    Goal,
    LevelStep,
    Opening,
    Portfolio,
    Tutoring,
)
from parcours.portfolio.reading import parts_for, shown
from parcours.portfolio.side import two
from parcours.portfolio.suggesting import cards, labels_of, suggest

STRAND_PARTS = [Part(one) for one in Strand]


def own(request: HttpRequest) -> Portfolio:
    """The portfolio of whoever is signed in; 404 for those who have none."""
    return get_object_or_404(Portfolio.objects.owned_by(request.user).select_related("person"))


def page(
    request: HttpRequest, template: str, portfolio: Portfolio, context: dict[str, Any], **more: Any
) -> HttpResponse:
    """A page of the owner: labels in two languages, drafts kept on this device, nothing kept by caches."""
    shared = {"portfolio": portfolio, "person": portfolio.person, "beside_language": portfolio.language}
    answer = render(request, template, {**shared, **context}, **more)
    answer["Cache-Control"] = "no-store"
    return answer


def trail(here: Any, *between: tuple[Any, str]) -> list[tuple[Any, str | None]]:
    return [(_("My portfolio"), reverse("portfolio:mine")), *between, (here, None)]


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The way through my portfolio; its first stop for who has none."""
    person = get_object_or_404(Person, account=request.user)
    if request.method == "POST":
        telling.begin_portfolio(person=person)
        return redirect("portfolio:mine")
    portfolio = Portfolio.objects.filter(person=person).select_related("person").first()
    if portfolio is None:
        return render(request, "portfolio/begin.html", {"person": person})
    now, counts = timezone.now(), _counts(portfolio)
    context = {
        "path": _path(portfolio, counts),
        "rows": _rows(portfolio, counts),
        "tutoring": sharing.tutoring_of(portfolio, at=now),
        "shared": set(portfolio.shares.in_force(at=now).values_list("part", flat=True)),
        "notes": [one for tutoring in _tutorings(portfolio) for one in tutoring.notes.all()][:5],
    }
    return page(request, "portfolio/mine.html", portfolio, context)


def _tutorings(portfolio: Portfolio) -> Any:
    return Tutoring.objects.filter(enrolment__person=portfolio.person_id).prefetch_related("notes")


def _counts(portfolio: Portfolio) -> dict[str, int]:
    strands = list(portfolio.experiences.values_list("strand", flat=True))
    found = {part: sum(one == part for one in strands) for part in STRAND_PARTS}
    return {**found, Part.COMPETENCES: portfolio.claims.count(), Part.PLAN: portfolio.goals.count()}


def address_of(part: Part) -> str:
    names = {Part.COMPETENCES: "competences", Part.PLAN: "plan", Part.CV: "cv"}
    return reverse(f"portfolio:{names[part]}") if part in names else reverse("portfolio:strand", args=[part])


def _path(portfolio: Portfolio, counts: dict[str, int]) -> list[Stop]:
    opened = _opened(portfolio)
    stops = []
    for part in Part:
        has = counts.get(part, 0) > 0 or (part == Part.CV and hasattr(portfolio, "cv"))
        state = "done" if has else "current" if part in opened else "next"
        stops.append(Stop(two(part.label, portfolio.language), state, "", address_of(part)))  # type: ignore[arg-type]
    return stops


def _opened(portfolio: Portfolio) -> set[str]:
    """The parts that the workshops so far have worked on."""
    steps = Opening.objects.filter(
        step__sessions__edition__enrolments__person=portfolio.person_id, step__sessions__starts_at__lte=timezone.now()
    )
    return {part for parts in steps.values_list("parts", flat=True) for part in parts}


def _rows(portfolio: Portfolio, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "part": part,
            "label": two(part.label, portfolio.language),
            "url": address_of(part),
            "count": counts.get(part, 0),
            "is_hidden": part in portfolio.hidden,
        }
        for part in Part
    ]


# What I lived


@require_safe
def strand(request: HttpRequest, strand: str) -> HttpResponse:
    portfolio = own(request)
    if strand not in Strand.values:
        raise Http404
    rows = shown(portfolio, [strand], to_owner=True).experiences
    label = two(Strand(strand).label, portfolio.language)
    context = {"strand": strand, "label": label, "rows": rows, "trail": trail(Strand(strand).label)}
    return page(request, "portfolio/strand.html", portfolio, context)


@require_http_methods(["GET", "HEAD", "POST"])
def experience(request: HttpRequest, strand: str = "", key: str = "") -> HttpResponse:
    """Something I lived, new or told anew; what another window saved meanwhile is shown beside mine."""
    portfolio = own(request)
    if not key and strand not in Strand.values:
        raise Http404
    row = (
        get_object_or_404(portfolio.experiences, key=key)
        if key
        else Experience(portfolio=portfolio, strand=strand, language=portfolio.language)
    )
    form = ExperienceForm(request.POST or None, instance=row, language=portfolio.language)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            saved = telling.save_experience(
                experience=form.instance,
                activities=form.activities(),
                base=form.cleaned_data["base"] or 0,
                by=request.user,
            )
            return redirect("portfolio:strand", saved.strand)
        except telling.Changed as changed:
            theirs = changed.stands
            form.data = form.data.copy()
            form.data["base"] = str(theirs.revision)
        except ValidationError as error:
            form.add_error(None, error)
    label = Strand(row.strand).label
    between = ((label, reverse("portfolio:strand", args=[row.strand])),)
    context = {
        "form": form,
        "row": row if key else None,
        "theirs": theirs,
        "draft": "unsaved" if form.is_bound else "fresh",
        "trail": trail(_("Tell") if not key else _("Change"), *between),
    }
    status = 409 if theirs else 422 if form.errors else 200
    return page(request, "portfolio/experience.html", portfolio, context, status=status)


# What I can do


@require_safe
def competences(request: HttpRequest) -> HttpResponse:
    portfolio = own(request)
    claims = shown(portfolio, [Part.COMPETENCES], to_owner=True).claims
    steps = {one.position: two(one.label, portfolio.language) for one in LevelStep.objects.all()}
    lines = [
        line
        for one in shown(portfolio, STRAND_PARTS, to_owner=True).experiences
        for line in one.activities.all()
        if line.text
    ]
    terms = labels_of((one.concept for one in claims), portfolio.language)
    rows = [(one, steps.get(one.level or 0, ""), terms.get(one.concept, "")) for one in claims]
    context = {"rows": rows, "lines": lines, "trail": trail(Part.COMPETENCES.label)}
    return page(request, "portfolio/competences.html", portfolio, context)


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, key: str = "") -> HttpResponse:
    """A competence: my words first, then five terms to choose from or to leave."""
    portfolio = own(request)
    row = get_object_or_404(portfolio.claims, key=key) if key else Claim(portfolio=portfolio)
    number = request.GET.get("line", "")
    line = Activity.objects.filter(experience__portfolio=portfolio, pk=number).first() if number.isdecimal() else None
    initial = {"words": line.text, "translation": line.translation} if line and not key else {}
    form = ClaimForm(request.POST or None, instance=row, initial=initial, language=portfolio.language)
    if request.method == "POST" and form.is_valid() and request.POST.get("do") != "suggest":
        form.instance.activity = row.activity or line
        try:
            telling.save_claim(claim=form.instance, at=timezone.now(), by=request.user)
            return redirect("portfolio:competences")
        except ValidationError as error:
            form.add_error(None, error)
    said, chosen = _said(form), form["concept"].value() or ""
    context = {
        "form": form,
        "row": row if key else None,
        "suggestions": suggest(said, portfolio.language) if said else [],
        "cards": cards(portfolio.language) if portfolio.person.prefers_pictures or not said else [],
        "chosen": labels_of([chosen], portfolio.language).get(chosen, ""),
        "line": line,
        "evidence": row.evidence.all() if key else (),
        "evidence_form": EvidenceForm() if key else None,
        "trail": trail(_("A competence"), (Part.COMPETENCES.label, reverse("portfolio:competences"))),
    }
    return page(request, "portfolio/claim.html", portfolio, context, status=422 if form.errors else 200)


def _said(form: ClaimForm) -> list[str]:
    """What the person wrote, in either language: suggestions are made from both."""
    return [text for name in ("words", "translation") if (text := str(form[name].value() or "").strip())]


@require_POST
def evidence_add(request: HttpRequest, key: str) -> HttpResponse:
    portfolio = own(request)
    row = get_object_or_404(portfolio.claims, key=key)
    form = EvidenceForm(request.POST, request.FILES)
    try:
        if form.is_valid():
            proofs.add_evidence(claim=row, file=form.cleaned_data["file"], title=form.cleaned_data["title"])
        else:
            messages.error(request, _("Choose a photo or a PDF."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("portfolio:claim", row.key)


@require_safe
def evidence(request: HttpRequest, key: str) -> HttpResponse:
    """The file, opened for those who may read the competences of its portfolio."""
    row = get_object_or_404(Evidence.objects.select_related("portfolio__person", "claim"), key=key)
    parts = parts_for(request.user, row.portfolio, at=timezone.now())
    is_owner = row.portfolio.person.account_id == request.user.pk
    if Part.COMPETENCES not in parts or (row.claim and row.claim.is_hidden and not is_owner):
        raise Http404
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Disposition": "inline"}
    return HttpResponse(proofs.content_of(row), content_type=row.media_type, headers=headers)


# What I want


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    portfolio = own(request)
    goals = shown(portfolio, [Part.PLAN], to_owner=True).goals
    context = {"goals": goals, "trail": trail(Part.PLAN.label), "today": timezone.localdate()}
    return page(request, "portfolio/plan.html", portfolio, context)


@require_http_methods(["GET", "HEAD", "POST"])
def goal(request: HttpRequest, key: str = "") -> HttpResponse:
    portfolio = own(request)
    row = get_object_or_404(portfolio.goals, key=key) if key else Goal(portfolio=portfolio)
    form = GoalForm(request.POST or None, instance=row, language=portfolio.language)
    if request.method == "POST" and form.is_valid():
        try:
            telling.save_goal(goal=form.instance)
            return redirect("portfolio:plan")
        except ValidationError as error:
            form.add_error(None, error)
    context = {"form": form, "row": row if key else None, "title": _("What I want")}
    context["trail"] = trail(_("What I want"), (Part.PLAN.label, reverse("portfolio:plan")))
    return page(request, "portfolio/form.html", portfolio, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, goal: str, key: str = "") -> HttpResponse:
    portfolio = own(request)
    to = get_object_or_404(portfolio.goals, key=goal)
    row = get_object_or_404(to.steps, key=key) if key else ActionStep(goal=to)
    form = StepForm(request.POST or None, instance=row, language=portfolio.language)
    if request.method == "POST" and form.is_valid():
        telling.save_step(step=form.save(commit=False))
        return redirect("portfolio:plan")
    context = {"form": form, "row": row if key else None, "title": _("One step")}
    context["trail"] = trail(_("One step"), (Part.PLAN.label, reverse("portfolio:plan")))
    return page(request, "portfolio/form.html", portfolio, context, status=422 if form.errors else 200)


@require_POST
def tick(request: HttpRequest, goal: str, key: str) -> HttpResponse:
    row = get_object_or_404(ActionStep, goal__portfolio=own(request), goal__key=goal, key=key)
    telling.tick(step=row, at=timezone.localtime())
    return redirect("portfolio:plan")


KINDS: dict[str, tuple[Any, str]] = {
    "experience": (Experience, "portfolio"),
    "competence": (Claim, "portfolio"),
    "goal": (Goal, "portfolio"),
    "step": (ActionStep, "goal__portfolio"),
    "evidence": (Evidence, "portfolio"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Asks once, then takes it out."""
    portfolio = own(request)
    if kind not in KINDS:
        raise Http404
    model, path = KINDS[kind]
    row = get_object_or_404(model, **{path: portfolio}, key=key)
    if request.method == "POST":
        telling.remove(row=row)
        return redirect("portfolio:mine")
    name = (
        getattr(row, "title", "")
        or getattr(row, "text", "")
        or getattr(row, "words", "")
        or getattr(row, "translation", "")
    )
    return page(request, "portfolio/remove.html", portfolio, {"name": name, "trail": trail(_("Take out"))})


@require_POST
def hide(request: HttpRequest, part: str) -> HttpResponse:
    portfolio = own(request)
    if part not in Part.values:
        raise Http404
    telling.hide_part(portfolio=portfolio, part=Part(part), is_hidden=request.POST.get("do") == "hide")
    return redirect("portfolio:mine")


@require_POST
def share(request: HttpRequest, part: str) -> HttpResponse:
    """Let my tutor read this part, or take it back."""
    portfolio, now = own(request), timezone.now()
    if part not in Part.values:
        raise Http404
    try:
        if request.POST.get("do") == "revoke":
            for one in portfolio.shares.in_force(at=now).filter(part=part).select_related("consent"):
                sharing.revoke(share=one, at=now)
        else:
            sharing.share(portfolio=portfolio, part=Part(part), at=now)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("portfolio:mine")
