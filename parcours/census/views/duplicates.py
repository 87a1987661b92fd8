"""The census desk, the queue of records that look alike, deciding on a pair, and undoing a merge."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from parcours.census import background
from parcours.census.actions.duplicates import MODELS, ask_again, look_for_duplicates, set_apart
from parcours.census.actions.merges import MergeRefused, merge, undo_merge
from parcours.census.comparing import Comparison
from parcours.census.duplicates import Text, Told, how_sure, kept_of, told
from parcours.census.forms.duplicates import KindFilter, PairForm
from parcours.census.models import Correction, Merge, Pair
from parcours.census.searches import AlreadySearching, running
from parcours.directory.choices import RecordKind
from parcours.kit.figures import Figure

PER_PAGE = 30
REASONS_SHOWN = 3
# More records than this are compared in the background.
RECORDS_IN_A_REQUEST = 400
may_moderate = permission_required("directory.moderate", raise_exception=True)


@dataclass(frozen=True)
class Line:
    """A pair in the queue."""

    pair: Pair
    left: Any
    right: Any
    sure: Text
    reasons: list[Told]

    @property
    def where(self) -> list[str]:
        """The organisations that give the services, or the communes of the organisations."""
        is_service = self.pair.kind == RecordKind.SERVICE
        found = [record.organisation if is_service else record.area for record in (self.left, self.right)]
        return list(dict.fromkeys(one.name for one in found if one))


@require_safe
@may_moderate
def index(request: HttpRequest) -> HttpResponse:
    """What waits for the coordinator, by kind of work."""
    open_pairs = [(kind, Pair.objects.open().filter(kind=kind).count()) for kind in RecordKind]
    how = _("pairs that nobody has decided on")
    figures = [
        Figure.count(f"census.pairs.{kind}", _of(kind, _("organisations alike"), _("services alike")), count, how=how)
        for kind, count in open_pairs
    ]
    waiting = Correction.objects.open().count()
    said = _("corrections that nobody has decided on")
    figures.append(Figure.count("census.corrections", _("Corrections"), waiting, how=said))
    return render(request, "census/index.html", {"figures": figures})


@require_safe
@may_moderate
def pairs(request: HttpRequest) -> HttpResponse:
    """The queue, the surest first."""
    form = KindFilter(request.GET)
    kind = form.cleaned_data["kind"] if form.is_valid() else ""
    found = Pair.objects.open().filter(kind=kind) if kind else Pair.objects.open()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": list(_lines(page.object_list)),
        "kind": kind,
        "kinds": [(value, label, value == kind) for value, label in [("", _("All")), *RecordKind.choices]],
        "searches": running(),
        "trail": _trail(_("Look alike")),
    }
    return render(request, "census/pairs.html", context)


@require_POST
@may_moderate
def look(request: HttpRequest) -> HttpResponse:
    """Look for duplicates: at once among few records, in the background among many."""
    form = KindFilter(request.POST)
    if not form.is_valid() or not (kind := form.cleaned_data["kind"]):
        raise Http404
    try:
        if kept_of(kind).count() > RECORDS_IN_A_REQUEST:
            background.look_later(kind)
        else:
            new = look_for_duplicates(kind=kind, at=timezone.now())
            messages.success(
                request,
                ngettext("%(count)d new pair was found.", "%(count)d new pairs were found.", new) % {"count": new},
            )
    except AlreadySearching:
        messages.info(request, _("They are being looked for already: nothing was started twice."))
    return redirect(f"{reverse('census:pairs')}?kind={kind}")


@require_safe
@may_moderate
def searching(request: HttpRequest) -> HttpResponse:
    """How far the searches at work are: a part of the queue's page, which asks for it every two seconds."""
    searches = running()
    if not searches:
        return HttpResponseClientRefresh() if request.htmx else redirect("census:pairs")
    return render(request, "census/pairs_searching.html", {"searches": searches})


@may_moderate
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Two records side by side, and what one decides of them."""
    shown = get_object_or_404(Pair.objects.select_related("decided_by"), pk=pk)
    try:
        comparison = Comparison(shown)
    except LookupError:
        raise Http404 from None
    form = PairForm(request.POST or None, comparison=comparison)
    if request.method == "POST" and form.is_valid() and (answer := _decided(request, shown, comparison, form)):
        return answer
    merged = [side.record for side in (comparison.left, comparison.right) if side.record.merged_into_id]
    context = {
        "pair": shown,
        "comparison": comparison,
        "rows": comparison.rows(form.sent),
        "sure": how_sure(shown.probability),
        "reasons": told(shown.reasons),
        "form": form,
        "merged": merged,
        "next": Pair.objects.open().after(shown).first(),
        "trail": _trail((_("Look alike"), f"{reverse('census:pairs')}?kind={shown.kind}"), _("Two side by side")),
    }
    return render(request, "census/pair.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, shown: Pair, comparison: Comparison, form: PairForm) -> HttpResponse | None:
    """Do what the button says, then on to the next pair; None when it cannot be done."""
    following = Pair.objects.open().after(shown).first()
    what, now = form.cleaned_data["do"], timezone.now()
    if what == "again":
        ask_again(pair=shown)
        return redirect("census:pair", pk=shown.pk)
    if what == "different":
        set_apart(pair=shown, by=request.user, at=now)
        messages.success(request, _("Noted: they are not the same. Nobody will be asked again."))
    else:
        kept, gone = form.kept_and_gone()
        try:
            merge(kept=kept, gone=gone, chosen=form.chosen(), by=request.user, at=now)
        except MergeRefused as error:
            form.add_error(None, str(error))
            return None
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
            return None
        messages.success(
            request, _("Merged: “%(kept)s” stays. It can be undone in the list of merges.") % {"kept": kept}
        )
    return redirect("census:pair", pk=following.pk) if following else redirect("census:pairs")


@require_safe
@may_moderate
def merges(request: HttpRequest) -> HttpResponse:
    """Who merged what, and when."""
    found = Merge.objects.select_related("done_by", "undone_by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": list(_merge_lines(page.object_list)), "trail": _trail(_("Merges"))}
    return render(request, "census/merges.html", context)


@require_POST
@may_moderate
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge back."""
    done = get_object_or_404(Merge, pk=pk)
    try:
        undo_merge(merge=done, by=request.user, at=timezone.now())
    except MergeRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The merge is undone: both records stand again, each with what was its own."))
    return redirect("census:merges")


@dataclass(frozen=True)
class MergeLine:
    """A merge in the list: both records, how many rows moved with it, and how many could not."""

    merge: Merge
    kept: Any
    gone: Any
    moved: int
    stayed: int


def _merge_lines(found: QuerySet[Merge]) -> Any:
    records = _records([(one.kind, (one.kept, one.gone)) for one in found])
    for one in found:
        steps = [step for step in one.moved if "field" in step and step["model"] != "directory.place"]
        yield MergeLine(
            one,
            records.get((one.kind, one.kept)),
            records.get((one.kind, one.gone)),
            sum(len(step["ids"]) for step in steps),
            sum(len(step["stayed"]) for step in steps),
        )


def _lines(found: QuerySet[Pair]) -> Any:
    records = _records([(one.kind, (one.left, one.right)) for one in found])
    for one in found:
        left, right = records[one.kind, one.left], records[one.kind, one.right]
        yield Line(one, left, right, how_sure(one.probability), told(one.reasons)[:REASONS_SHOWN])


def _records(wanted: list[tuple[str, tuple[int, int]]]) -> dict[tuple[str, int], Any]:
    """The records by kind and number, each kind in one query; one that is gone is absent."""
    more = {"organisation": ("area",), "service": ("organisation",)}
    found = {}
    for kind, related in more.items():
        numbers = {pk for one, both in wanted if one == kind for pk in both}
        rows = MODELS[kind]._default_manager.select_related(*related).in_bulk(numbers)
        found |= {(kind, pk): row for pk, row in rows.items()}
    return found


def _of(kind: str, organisation: str, service: str) -> str:
    return organisation if kind == RecordKind.ORGANISATION else service


def _trail(*here: Any) -> list[tuple[str, str | None]]:
    return [(_("Census"), reverse("census:index")), *(one if isinstance(one, tuple) else (one, None) for one in here)]
