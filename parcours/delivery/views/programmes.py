"""Programmes and their editions: for everybody what is public, for those who run them their desk."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parcours.delivery import desk
from parcours.delivery.actions import programmes as verbs
from parcours.delivery.choices import EditionState, StaffRole
from parcours.delivery.figures import rates_of, reasons_of
from parcours.delivery.forms.editions import BudgetForm, EditionForm, StaffForm
from parcours.delivery.links import secret_of
from parcours.delivery.models import BudgetLine, Edition, Programme, Session

Trail = list[tuple[Any, str | None]]


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the public may join; below, the editions that the reader works with."""
    now = timezone.now()
    public = Programme.objects.public().select_related("organisation").prefetch_related("editions")
    shown = [(one, _next_open(one)) for one in public]
    own = Edition.objects.visible_to(request.user, at=now).select_related("programme").order_by("-starts_on", "key")
    may_add = request.user.is_authenticated and Programme.objects.run_by(request.user).exists()
    run = Programme.objects.run_by(request.user).order_by("key") if may_add else Programme.objects.none()
    context = {"programmes": shown, "editions": own[:60], "run": run}
    return render(request, "delivery/index.html", context)


def _next_open(programme: Programme) -> Edition | None:
    """The next edition that one may still join; editions are fetched already."""
    today = timezone.localdate()
    coming = [one for one in programme.editions.all() if one.state == EditionState.OPEN and one.ends_on >= today]
    return min(coming, key=lambda one: one.starts_on, default=None)


@login_not_required
@require_safe
def programme(request: HttpRequest, key: str) -> HttpResponse:
    """What it is for, session by session, and the next edition; its makers also see the guide of each session."""
    shown = get_object_or_404(Programme.objects.select_related("organisation"), key=key)
    runs = request.user.has_perm("delivery.change_programme", shown)
    works = Edition.objects.worked_in_by(request.user, at=timezone.now()).filter(programme=shown).exists()
    if not (shown.is_public or runs or works):
        raise Http404
    coming = _next_open(shown)
    now = timezone.now()
    open_sessions = Session.objects.open_to_all(at=now).filter(edition__programme=shown).with_free_seats(at=now)
    context = {
        "programme": shown,
        "steps": shown.steps.select_related("given_by"),
        "coming": coming,
        "open": open_sessions.select_related("venue"),
        "runs": runs,
        "sees_guide": runs or works,
        "editions": shown.editions.order_by("-starts_on") if runs else (),
        "trail": [(_("Programmes"), reverse("delivery:index")), (shown.title, None)],
    }
    return render(request, "delivery/programme.html", context)


def shown_edition(request: HttpRequest, key: str, *, perm: str = "") -> Edition:
    """The edition that the user may see; 404 otherwise, and refused without `perm` on it."""
    found = Edition.objects.visible_to(request.user, at=timezone.now())
    edition = get_object_or_404(found.select_related("programme__organisation", "venue"), key=key)
    if perm and not request.user.has_perm(perm, edition):
        raise PermissionDenied
    return edition


def trail_of(edition: Edition, *more: Any) -> Trail:
    trail: Trail = [(_("Programmes"), reverse("delivery:index"))]
    if not more:
        return [*trail, (edition.title, None)]
    return [*trail, (edition.title, edition.get_absolute_url()), *((one, None) for one in more)]


@require_safe
def edition(request: HttpRequest, key: str) -> HttpResponse:
    """The desk of an edition; whoever does not work in it sees dates and no person."""
    now = timezone.now()
    shown = shown_edition(request, key)
    sees_people = desk.sees_people(request.user, shown, at=now)
    sessions = list(shown.sessions.select_related("venue", "edition"))
    context: dict[str, Any] = {
        "edition": shown,
        "sees_people": sees_people,
        "leads": request.user.has_perm("delivery.change_edition", shown),
        "runs": request.user.has_perm("delivery.change_programme", shown.programme),
        "path": desk.path_of(shown, sessions, at=now),
        "sessions": sessions,
        "now": now,
        "trail": trail_of(shown),
    }
    if sees_people:
        context |= {
            "figures": rates_of(shown),
            "reasons": reasons_of(shown),
            "to_call": desk.to_call(shown, at=now),
            "clashes": desk.clashes(shown, at=now),
            "staff": shown.staff.select_related("user"),
            "budget": shown.budget_lines.select_related("funder"),
            "feed": reverse("delivery:feed", args=["edition", shown.key, secret_of(f"edition.{shown.key}")]),
        }
    return render(request, "delivery/edition.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edition_new(request: HttpRequest, key: str) -> HttpResponse:
    """A new edition of a programme; whoever makes it leads it."""
    programme = get_object_or_404(Programme, key=key)
    if not request.user.has_perm("delivery.change_programme", programme):
        raise Http404
    today = timezone.localdate()
    new = Edition(programme=programme, starts_on=today, ends_on=today + timedelta(days=49), capacity=12)
    return _edit(request, new, [(_("Programmes"), reverse("delivery:index")), (_("A new edition"), None)])


@require_http_methods(["GET", "HEAD", "POST"])
def edition_edit(request: HttpRequest, key: str) -> HttpResponse:
    shown = shown_edition(request, key, perm="delivery.change_edition")
    return _edit(request, shown, trail_of(shown, _("Change")))


def _edit(request: HttpRequest, edition: Edition, trail: Trail) -> HttpResponse:
    form = EditionForm(request.POST or None, instance=edition)
    if request.method == "POST" and form.is_valid():
        try:
            lead = None if edition.pk else request.user
            return redirect(verbs.save_edition(edition=form.save(commit=False), lead=lead))
        except ValidationError as error:
            form.add_error(None, error)
    context = {"form": form, "title": edition.title or _("A new edition"), "trail": trail}
    return render(request, "kit/form_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: HttpRequest, key: str) -> HttpResponse:
    """Who works here: name somebody, end a role."""
    shown = shown_edition(request, key)
    if not (
        request.user.has_perm("delivery.change_edition", shown)
        or request.user.has_perm("delivery.change_programme", shown.programme)
    ):
        raise PermissionDenied
    is_naming = request.method == "POST" and request.POST.get("do") != "end"
    form = StaffForm(request.POST if is_naming else None)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "end":
                found = get_object_or_404(shown.staff, pk=request.POST.get("staff"))
                verbs.end_staff(staff=found, on=timezone.localdate())
                return redirect("delivery:staff", shown.key)
            if form.is_valid():
                role = StaffRole(form.cleaned_data["role"])
                verbs.name_staff(edition=shown, user=form.cleaned_data["address"], role=role)
                return redirect("delivery:staff", shown.key)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("delivery:staff", shown.key)
    context = {
        "edition": shown,
        "form": form,
        "rows": shown.staff.select_related("user"),
        "today": timezone.localdate(),
        "trail": trail_of(shown, _("Who works here")),
    }
    return render(request, "delivery/staff.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def money(request: HttpRequest, key: str, pk: int | None = None) -> HttpResponse:
    """A line of the budget, new or changed."""
    shown = shown_edition(request, key, perm="delivery.change_edition")
    line = get_object_or_404(shown.budget_lines, pk=pk) if pk else BudgetLine(edition=shown)
    form = BudgetForm(request.POST or None, instance=line)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(f"{shown.get_absolute_url()}#money")
    context = {"form": form, "title": _("Costs and income"), "trail": trail_of(shown, _("Costs and income"))}
    return render(request, "kit/form_page.html", context, status=422 if form.errors else 200)


@require_POST
def money_remove(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    shown = shown_edition(request, key, perm="delivery.change_edition")
    get_object_or_404(shown.budget_lines, pk=pk).delete()
    return redirect(f"{shown.get_absolute_url()}#money")
