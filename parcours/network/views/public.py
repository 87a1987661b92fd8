"""Who works with whom, as everyone may see it: organisations that may be named, and nothing that needs the others."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parcours.directory.models import Organisation
from parcours.geo.models import Area
from parcours.kit.spreadsheets import write_csv
from parcours.network import grids
from parcours.network.change import compare
from parcours.network.choices import ALL, SAID, Kind, View
from parcours.network.drawing import draw
from parcours.network.forms import ChangeFilter, NetworkFilter
from parcours.network.gaps import suggestions
from parcours.network.measures import figures, lines
from parcours.network.organisation import around, shared_actions, told
from parcours.network.reading import read
from parcours.plan.models import Plan
from parcours.survey.models import Tie, Wave

PER_PAGE = 40
SUGGESTED = 8
PAIRS_MOST = 200
OUTCOMES = {
    "new": gettext_lazy("New ties"),
    "kept": gettext_lazy("Ties kept"),
    "gone": gettext_lazy("Ties gone"),
    "not_comparable": gettext_lazy("Not comparable"),
}


def axes_of(plan: Plan | None) -> dict[str, str]:
    """The title of each axis by its key."""
    return (
        {axis.key: (axis.short_title or axis.title).text for axis in plan.axes.order_by("order", "key")} if plan else {}
    )


class Shown:
    """What was asked for, and the network that answers it: `whole` for figures, `part` for what is drawn and listed."""

    def __init__(self, request: HttpRequest) -> None:
        self.plan = Plan.objects.filter(is_current=True).first()
        self.axes = axes_of(self.plan)
        # before any answer has come, what the plan tells is all there is
        usual = SAID if Tie.objects.exists() else (Kind.ACTION,)
        used = Area.objects.filter(organisations__isnull=False).distinct().in_reading_order()
        self.form = NetworkFilter(
            request.GET or None,
            waves=Wave.objects.order_by("-opens_on", "-pk"),
            axes=self.axes,
            areas=[(area.slug, area.name_in(get_language() or "fr")) for area in used],
            usual=usual,
        )
        self.form.is_valid()
        self.chosen = self.form.chosen()
        self.whole = read(wave=self.chosen["wave"], kinds=self.chosen["kind"])
        self.part = self.whole.narrowed(axis=self.chosen["axis"], area=self.chosen["area"])

    def drawn(self) -> dict[str, Any]:
        """What the chosen view shows."""
        view = self.chosen["view"]
        if view == View.MATRIX:
            return {"grid": grids.who_named_whom(self.part)}
        if view == View.AXES:
            return {"counts": grids.by_axis(self.part, self.axes)}
        if view == View.COMMUNES:
            return {"counts": grids.by_commune(self.part)}
        if view == View.ACTIONS:
            return {"grid": grids.by_action(self.part, self.plan), "pairs": grids.together(self.part, self.plan)}
        layout, colour = self.chosen["layout"], self.chosen["colour"]
        return {"drawing": draw(self.part, layout=layout, colour=colour, axes=self.axes)}


@require_safe
@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    shown = Shown(request)
    context = {
        "reading": shown.whole,
        "form": shown.form,
        "view": shown.chosen["view"],
        "views": [(view, view.label, _query(request, view=view.value)) for view in View],
        "query": _query(request),
        "figures": figures(shown.whole),
        "page": Paginator(lines(shown.part, request.GET.get("sort", "")), PER_PAGE).get_page(request.GET.get("page")),
        "wave_count": Wave.objects.count(),
        "may_run": request.user.has_perm("survey.run"),
        **shown.drawn(),
    }
    return render(request, "network/index.html", context)


def _query(request: HttpRequest, **changes: str) -> str:
    """The question in the address, with these changes and without its page."""
    query: QueryDict = request.GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query[name] = value
    return query.urlencode()


@require_safe
@login_not_required
def organisations_csv(request: HttpRequest) -> HttpResponse:
    headers = [_("Name"), _("Commune"), _("Declared circle"), _("Named by"), _("Names"), _("Invented")]
    rows = [
        [line.actor.name, line.actor.commune, line.circle or "", line.named_by,
         _("unknown") if line.names is None else line.names, _("yes") if line.actor.is_invented else ""]
        for line in lines(Shown(request).part, "name")
    ]  # fmt: skip
    return csv_answer(headers, rows, "network-organisations")


@require_safe
@login_not_required
def ties_csv(request: HttpRequest) -> HttpResponse:
    """Each tie: who tells it, of whom, what they are to one another."""
    part = Shown(request).part
    headers = [_("Told by"), _("Of"), _("Tie")]
    ends = [(part.actors[tie.origin], part.actors[tie.target], Kind(tie.kind).label) for tie in part.network.ties]
    rows = [
        [one.name, other.name, kind]
        for one, other, kind in sorted(ends, key=lambda row: (row[0].sort_key, row[1].sort_key))
    ]
    return csv_answer(headers, rows, "network-ties")


def csv_answer(headers: Sequence[object], rows: Iterable[Sequence[object]], name: str) -> HttpResponse:
    answer = HttpResponse(b"".join(write_csv(headers, rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@require_safe
@login_not_required
def changed(request: HttpRequest) -> HttpResponse:
    """What became of ties between two waves; which ones, the coordinator reads."""
    waves = list(Wave.objects.order_by("opens_on", "pk"))
    may_run = request.user.has_perm("survey.run")
    form = ChangeFilter(request.GET or None, initial={"before": waves[0], "after": waves[-1]} if waves else {})
    compared = None
    if len(waves) > 1:
        chosen = form.cleaned_data if form.is_valid() else {}
        compared = compare(chosen.get("before", waves[0]), chosen.get("after", waves[-1]), everyone=may_run)
    context = {"form": form, "compared": compared, "may_run": may_run}
    if compared and may_run:
        context["lists"] = [(label, compared.pairs(name)[:PAIRS_MOST]) for name, label in OUTCOMES.items()]
    return render(request, "network/change.html", context)


@require_safe
@login_not_required
def organisation(request: HttpRequest, key: str) -> HttpResponse:
    """One organisation's ties, actions and possible partners, with who told them and when."""
    shown = get_object_or_404(Organisation.objects.select_related("merged_into"), key=key)
    if shown.merged_into and shown.merged_into.may_be_named:
        return redirect("network:organisation", shown.merged_into.key)
    may_run = request.user.has_perm("survey.run")
    if shown.merged_into or not (shown.may_be_named or may_run):
        raise Http404
    plan = Plan.objects.filter(is_current=True).first()
    reading = read(wave=ALL, kinds=(*SAID, Kind.ACTION), everyone=may_run)
    if shown.pk not in reading.actors:
        return render(request, "network/organisation.html", {"organisation": shown, "actor": None})
    said, heard = told(reading, shown.pk)
    few = around(reading, shown.pk)
    context = {
        "organisation": shown,
        "actor": reading.actors[shown.pk],
        "said": said,
        "heard": heard,
        "shared": shared_actions(reading, shown.pk, plan),
        "suggested": suggestions(reading, of=shown.pk, most=SUGGESTED),
        "drawing": replace(draw(few, axes=axes_of(plan)), rings=()) if len(few.actors) > 1 else None,
    }
    return render(request, "network/organisation.html", context)
