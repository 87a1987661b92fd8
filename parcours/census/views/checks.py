"""Links and SIRETs that are no longer there, and the records that hold them."""

from collections import defaultdict

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parcours.census.checks import explain
from parcours.census.choices import CheckState
from parcours.census.models import Check
from parcours.directory.models import Organisation, Service
from parcours.kit.figures import Figure

PER_PAGE = 50


@require_safe
@permission_required("directory.moderate", raise_exception=True)
def checks(request: HttpRequest) -> HttpResponse:
    """What fails first; every check on demand."""
    states = dict(Check.objects.count_by_state())
    found = Check.objects.all() if "all" in request.GET else Check.objects.failing()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    holders = _holders([check.value for check in page])
    rows = [(check, explain(check.detail), holders[check.value]) for check in page]
    total = sum(states.values())
    failing = sum(states.get(state, 0) for state in (CheckState.BROKEN, CheckState.CLOSED))
    figure = Figure.share(
        "census.checks.failing", _("no longer there"), n=failing, base=total, base_label=_("links and SIRETs checked"),
        how=_("a link is broken once it failed on two different days"), decimals=1,
    )  # fmt: skip
    context = {"page": page, "rows": rows, "figure": figure, "shows_all": "all" in request.GET}
    return render(request, "census/checks.html", context)


def _holders(values: list[str]) -> dict[str, list[Organisation | Service]]:
    """The records that hold each of these links and SIRETs; four queries."""
    found: dict[str, list[Organisation | Service]] = defaultdict(list)
    organisations = Organisation.objects.kept().defer("search_text").prefetch_related("links", "identifiers")
    holds = Q(website__in=values) | Q(links__url__in=values) | Q(identifiers__value__in=values)
    for organisation in organisations.filter(holds).distinct():
        held = {organisation.website, *(link.url for link in organisation.links.all())}
        held |= {identifier.value for identifier in organisation.identifiers.all()}
        for value in held & set(values):
            found[value].append(organisation)
    services = Service.objects.kept().filter(Q(website__in=values) | Q(enrolment_url__in=values)).order_by("pk")
    for service in services:
        for value in {service.website, service.enrolment_url} & set(values):
            found[value].append(service)
    return found
