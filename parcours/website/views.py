from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parcours.directory.forms.finding import SearchForm
from parcours.directory.models import Organisation, Service, Source
from parcours.geo.maps import AreaMap, area_map
from parcours.geo.models import Area
from parcours.kit.figures import Figure
from parcours.plan.checks import Checked, findings, unbound_in_frame
from parcours.plan.figures import counts, quoted
from parcours.plan.models import Plan
from parcours.plan.views.public import page_of_actions
from parcours.website import queries
from parcours.website.pages import public_pages

PER_PAGE = 24
LINKS_PER_PAGE = 250
ORDER = ("contradicts", "observation", "unknown", "agrees")


def _map(communes: list[queries.CommuneCounts]) -> AreaMap:
    """How many public actions name each commune."""
    actions = {commune.area.pk: commune.actions for commune in communes}
    return area_map(
        [commune.area for commune in communes],
        lambda area: actions[area.pk],
        language=get_language() or "",
        title=_("Actions by commune"),
        value_label=_("Actions that name the commune"),
    )


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    plan = Plan.objects.current()
    axes = plan.axes.annotate(action_count=Count("actions", filter=Q(actions__is_public=True))).order_by("order")
    context = {
        "plan": plan,
        "axes": axes,
        "figures": list(counts(plan).values())[:4],
        "map": _map(queries.communes_with_counts(plan)),
        "latest": queries.latest(plan),
        "form": SearchForm(language=get_language() or "fr"),
    }
    return render(request, "website/home.html", context)


@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    language, now = get_language() or "fr", timezone.localtime()
    found = list(queries.search(Plan.objects.current(), words, language, at=now)) if words else []
    return render(request, "website/search.html", {"words": words, "found": found})


@login_not_required
def areas(request: HttpRequest) -> HttpResponse:
    plan = Plan.objects.current()
    communes = queries.communes_with_counts(plan)
    return render(request, "website/areas.html", {"plan": plan, "communes": communes, "map": _map(communes)})


@login_not_required
def area(request: HttpRequest, slug: str) -> HttpResponse:
    """What exists in one place: actions that name it, actions for the whole territory, organisations."""
    plan = Plan.objects.current()
    shown = get_object_or_404(Area.objects.select_related("parent").prefetch_related("groupings"), slug=slug)
    actions = plan.actions.public()
    page = page_of_actions(request, plan, actions.in_area(shown))
    members = Organisation.objects.public().filter(area=shown)
    services = Service.objects.public().given_in(shown)
    context = {
        "plan": plan,
        "area": shown,
        "name": shown.name_in(get_language() or ""),
        "page": page,
        "organisations": members[:PER_PAGE],
        "organisation_count": members.count(),
        "services": services.select_related("organisation")[:PER_PAGE],
        "service_count": services.count(),
        "everywhere": actions.in_area(plan.area).only("plan", "code", "title")[:PER_PAGE],
        "unplaced": plan.actions.public().beyond_ideas().filter(areas=None).count(),
        "population": _population(shown),
    }
    return render(request, "website/area.html", context)


def _population(area: Area) -> Figure | None:
    if area.population is None:
        return None
    source, period = area.population_source, str(area.population_year)
    return Figure.quote(f"geo.population.{area.code}", _("Inhabitants"), area.population, source=source, period=period)


@login_not_required
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "website/about.html", {"sources": Source.objects.all()})


@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "website/privacy.html")


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "website/accessibility.html")


@login_not_required
def figures(request: HttpRequest) -> HttpResponse:
    """How figures are made here, and what holding the source's own figures against each other shows."""
    plan = Plan.objects.current()
    checked = sorted(findings(plan), key=lambda each: ORDER.index(each.verdict))
    context = {
        "plan": plan,
        "counted": list(counts(plan).values()),
        "verdicts": _verdicts(checked),
        "quoted": [quoted(figure) for figure in plan.quoted_figures.select_related("source")],
        "findings": checked,
        "unbound": unbound_in_frame(plan),
    }
    return render(request, "website/figures.html", context)


def _verdicts(checked: list[Checked]) -> list[Figure]:
    """How many relations between the source's figures hold, and how many do not."""
    tested = [each.verdict for each in checked if each.finding]
    labels = {"contradicts": _("relations that do not hold"), "agrees": _("relations that hold")}
    base = {"base": len(tested), "base_label": _("relations tested")}
    return [
        Figure(f"checks.{key}", label, tested.count(key), n=tested.count(key), **base) for key, label in labels.items()
    ]


@login_not_required
def site_map(request: HttpRequest) -> HttpResponse:
    """Every public page; a page of it holds so many of each kind."""
    groups = public_pages(Plan.objects.current())
    pages = [Paginator(group.links, LINKS_PER_PAGE) for group in groups]
    longest = max(pages, key=lambda each: each.num_pages).get_page(request.GET.get("page"))
    shown = [
        (group.title, each.page(longest.number).object_list)
        for group, each in zip(groups, pages, strict=True)
        if longest.number <= each.num_pages
    ]
    return render(request, "website/site_map.html", {"groups": shown, "page": longest})
