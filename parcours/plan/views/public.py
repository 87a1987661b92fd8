"""The plan as everyone reads it."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parcours.geo.models import Area
from parcours.kit.charts import Cell, Head, Matrix, Row
from parcours.plan import queries
from parcours.plan.choices import LinkKind
from parcours.plan.figures import counts, ideas_as_published
from parcours.plan.forms.filters import ActionFilter
from parcours.plan.journey import journey
from parcours.plan.models import Action, Challenge, Meeting, Plan, Public, Theme
from parcours.plan.queries import ActionQuerySet
from parcours.plan.rules import ceiling_breaches, completeness

PER_PAGE = 20
NOTES_PER_PAGE = 60
PER_THEME = 3
MEETINGS_SHOWN = 12


def visible_actions(request: HttpRequest, plan: Plan) -> ActionQuerySet:
    """The plan's actions that this reader may see, with their status today."""
    return with_status_today(plan, plan.actions.visible_to(request.user))


def with_status_today(plan: Plan, actions: ActionQuerySet) -> ActionQuerySet:
    return actions.with_status(on=timezone.localdate(), silent_after_months=plan.silent_after_months)


def page_of_actions(request: HttpRequest, plan: Plan, found: ActionQuerySet) -> Page[Action]:
    """The page that was asked for, ready for cards; statuses are worked out for its own actions alone."""
    page = Paginator(found.values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("page"))
    shown = with_status_today(plan, Action.objects.filter(pk__in=list(page.object_list)))
    page.object_list = shown.for_completeness().order_by("code")
    return page


@login_not_required
def plan(request: HttpRequest) -> HttpResponse:
    current = Plan.objects.current()
    axes = current.axes.annotate(action_count=Count("actions", filter=Q(actions__is_public=True))).order_by("order")
    first = current.releases.first()
    context = {
        "plan": current,
        "axes": axes,
        "figures": list(counts(current).values())[:4],
        "first_release": first,
        "ideas_as_published": ideas_as_published(first) if first else [],
        "definitions": current.definitions.select_related("source"),
        "latest_release": current.releases.last(),
        "themes": themes_with_ideas(current),
    }
    return render(request, "plan/plan.html", context)


def themes_with_ideas(plan: Plan) -> QuerySet[Theme]:
    """The themes, each with its first `ideas` and the number of all; statuses are worked out for those shown alone."""
    first: dict[int, list[int]] = {}
    for theme, pk in plan.actions.public().exclude(theme=None).order_by("code").values_list("theme", "pk"):
        first.setdefault(theme, []).append(pk)
    shown = [pk for pks in first.values() for pk in pks[:PER_THEME]]
    ideas = with_status_today(plan, Action.objects.filter(pk__in=shown)).for_completeness()
    themes = plan.themes.prefetch_related(Prefetch("actions", ideas, to_attr="ideas"))
    return themes.annotate(action_count=Count("actions", filter=Q(actions__is_public=True))).order_by("order", "key")


@login_not_required
def axis(request: HttpRequest, key: str) -> HttpResponse:
    current = Plan.objects.current()
    shown = get_object_or_404(current.axes, key=key)
    actions = visible_actions(request, current).filter(axis=shown)
    page = page_of_actions(request, current, actions)
    workshops = shown.workshops.prefetch_related("facilitators")
    context = {"plan": current, "axis": shown, "page": page, "workshops": workshops, "axes": current.axes.all()}
    return render(request, "plan/axis.html", context)


@login_not_required
def actions(request: HttpRequest) -> HttpResponse:
    current = Plan.objects.current()
    form = ActionFilter(request.GET or None, plan=current, language=get_language() or "fr")
    found = visible_actions(request, current)
    if form.is_valid():
        found = form.narrow(found)
    page = page_of_actions(request, current, found)
    template = "plan/actions.html#results" if request.htmx else "plan/actions.html"
    context = {"plan": current, "form": form, "page": page, "query": request.GET.urlencode()}
    return render(request, template, context)


@login_not_required
def action(request: HttpRequest, code: str) -> HttpResponse:
    current = Plan.objects.current()
    found = visible_actions(request, current).whole().select_related("plan")
    shown = get_object_or_404(found, code=code)
    tied = {link.target_id for link in shown.links.all() if link.kind == LinkKind.RELATED}
    decisions = shown.decisions.select_related("meeting", "release")
    context = {
        "plan": current,
        "action": shown,
        "completeness": completeness(shown),
        "breaches": ceiling_breaches(shown),
        "journey": journey(shown, decisions),
        "notes": shown.notes.select_related("workshop"),
        "decisions": decisions,
        # a tie noted on both sides is shown once
        "links_in": [link for link in shown.links_in.all() if link.origin_id not in tied],
        "change_count": shown.changes.public().count(),
        "may_propose": request.user.has_perm("plan.propose_change", shown),
        "may_change": request.user.has_perm("plan.change_plan"),
    }
    return render(request, "plan/action.html", context)


@login_not_required
def history(request: HttpRequest, code: str) -> HttpResponse:
    current = Plan.objects.current()
    shown = get_object_or_404(current.actions.visible_to(request.user), code=code)
    changes = shown.changes.select_related("changed_by")
    page = Paginator(changes, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "plan/history.html", {"action": shown, "page": page})


@login_not_required
def challenges(request: HttpRequest) -> HttpResponse:
    current = Plan.objects.current()
    shown = current.challenges.annotate(action_count=Count("actions", filter=Q(actions__is_public=True))).order_by(
        "order", "key"
    )
    return render(request, "plan/challenges.html", {"plan": current, "challenges": shown})


@login_not_required
def coverage(request: HttpRequest) -> HttpResponse:
    current = Plan.objects.current()
    language = get_language() or "fr"
    communes = Area.objects.communes_of(current.area).in_reading_order()
    area = communes.filter(slug=request.GET.get("area", "")).first()
    context = {
        "plan": current,
        "grid": coverage_matrix(current, area),
        "area": area,
        "communes": [(commune.slug, commune.name_in(language)) for commune in communes],
        "agenda": current.agenda_items.select_related("challenge", "public", "area", "workshop"),
    }
    return render(request, "plan/coverage.html", context)


def coverage_matrix(plan: Plan, area: Area | None) -> Matrix:
    """Challenges by publics; a number leads to its actions, a gap to the agenda of the next workshop."""
    covered = queries.coverage(plan, area=area)
    publics = list(plan.publics.all())
    names = {public.pk: public.name.text for public in publics}
    listed, agenda = reverse("plan:actions"), reverse("plan:agenda-add")

    def cell(challenge: Challenge, title: str, public: Public) -> Cell:
        count = covered.count(challenge, public)
        query = f"challenge={challenge.key}&public={public.key}" + (f"&area={area.slug}" if area else "")
        return Cell(count, f"{listed if count else agenda}?{query}", f"{title}, {names[public.pk]}")

    def row(challenge: Challenge) -> Row:
        title = challenge.title.text
        return Row(Head(title, challenge.get_absolute_url()), [cell(challenge, title, public) for public in publics])

    return Matrix(
        caption=_("Public actions by challenge and public"),
        corner=_("Challenge"),
        columns=[Head(name) for name in names.values()],
        rows=[row(challenge) for challenge in plan.challenges.all()],
    )


@login_not_required
def workshops(request: HttpRequest) -> HttpResponse:
    current = Plan.objects.current()
    shown = current.workshops.select_related("axis").annotate(note_count=Count("notes")).order_by("order", "key")
    agenda = current.agenda_items.select_related("challenge", "public", "area", "workshop")
    context = {"plan": current, "workshops": shown, "agenda": agenda}
    return render(request, "plan/workshops.html", context)


@login_not_required
def workshop(request: HttpRequest, key: str) -> HttpResponse:
    current = Plan.objects.current()
    shown = get_object_or_404(current.workshops.select_related("axis"), key=key)
    became = Prefetch("actions", Action.objects.public().only("code", "title"))
    notes = Paginator(shown.notes.prefetch_related(became), NOTES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"workshop": shown, "notes": notes, "may_take_notes": request.user.has_perm("plan.take_notes")}
    return render(request, "plan/workshop.html", context)


@login_not_required
def follow_up(request: HttpRequest) -> HttpResponse:
    """Who steers the plan, what was decided, what threatens it, how it is paid, told and evaluated."""
    current = Plan.objects.current()
    meetings = Meeting.objects.prefetch_related(
        "decisions", Prefetch("decisions__actions", Action.objects.only("code", "is_public"))
    )
    latest = Prefetch("meetings", meetings.order_by("-held_on", "-pk")[:MEETINGS_SHOWN], to_attr="latest_meetings")
    context = {
        "plan": current,
        "bodies": current.bodies.prefetch_related("seats__organisation", latest)
        .annotate(meeting_count=Count("meetings", distinct=True))
        .order_by("order", "key"),
        "risks": current.risks.select_related("owner"),
        "funding_sources": current.funding_sources.select_related("funder"),
        "questions": current.evaluation_questions.all(),
        "communications": current.communications.all(),
    }
    return render(request, "plan/follow_up.html", context)
