"""Releases, what differs between two of them, and publishing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.kit.dates import PartialDate
from parcours.kit.figures import Figure
from parcours.kit.motif import Stop
from parcours.plan.actions.release import publish_release
from parcours.plan.comparing import Comparing
from parcours.plan.diffs import (
    DECISIONS_SHOWN,
    Difference,
    ItemDifference,
    Outcome,
    by_action,
    compare,
    count_shown,
    decisions_between,
    shown_decisions,
)
from parcours.plan.document import Edition, colour
from parcours.plan.forms.releases import DifferenceFilter, PairForm, ReleaseForm
from parcours.plan.models import Decision, Plan, Release
from parcours.plan.records import RecordError
from parcours.plan.snapshot import NOTHING, Contents, contents, frozen
from parcours.plan.wording import KIND_LABELS, ChangeReader, Passage, ReadableChange, Text
from parcours.translations.fields import Shown

PER_PAGE = 20


@login_not_required
def releases(request: HttpRequest) -> HttpResponse:
    """The releases as stops on a path, each with how much it changed; any two can be compared."""
    plan = Plan.objects.current()
    rows = list(plan.releases.all())
    form = PairForm(request.GET if "old" in request.GET else None, releases=rows)
    if form.is_valid():
        return redirect("plan:diff", form.cleaned_data["old"], form.cleaned_data["new"])
    stops = [_stop(row, previous) for row, previous in zip(rows, [None, *rows], strict=False)]
    if rows:
        url = reverse("plan:diff", args=[rows[-1].number, "working"])
        stops.append(Stop(_("Working plan"), "current", _waiting(plan), url))
    context = {"plan": plan, "releases": rows, "stops": stops, "form": form}
    return render(request, "plan/releases.html", context | {"may_publish": _may_publish(request)})


def _may_publish(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.has_perm("plan.publish_release")


def _stop(row: Release, previous: Release | None) -> Stop:
    parts = [_("Release %(number)d") % {"number": row.number}]
    if previous:
        parts.append(_("actions changed: %(n)d") % {"n": _changed_actions(previous, row)})
    if row.is_invented:
        parts.append(_("invented"))
    when = PartialDate(row.published_on).formatted()
    return Stop(row.title.text, "done", " · ".join(parts), row.get_absolute_url(), when)


def _changed_actions(old: Release, new: Release) -> int:
    """How many actions differ between two releases; releases never change, so the answer is kept."""
    key = f"release-changes-{old.pk}-{new.pk}"
    count = cache.get(key)
    if count is None:
        count = len(Comparing(new.plan, old, new).difference().changed_actions)
        cache.set(key, count, None)
    return int(count)


def _waiting(plan: Plan) -> str:
    count = count_shown(plan.decisions.filter(release__isnull=True))
    return _("decisions since the last release: %(n)d") % {"n": count}


@login_not_required
def diff(request: HttpRequest, old: int, new: str) -> HttpResponse:
    """What differs between a release and another, or the working plan."""
    plan = Plan.objects.current()
    older = get_object_or_404(plan.releases, number=old)
    newer = None if new == "working" else _release(plan, new)
    comparing = Comparing(plan, older, newer)
    difference = comparing.difference()
    form = DifferenceFilter(request.GET or None, contents=difference.new)
    form.is_valid()
    page = Paginator(form.narrow(difference.changed_actions), PER_PAGE).get_page(request.GET.get("page"))
    shown = comparing.filled(difference, page)
    decisions = decisions_between(plan, older, newer)
    behind = shown_decisions(decisions.filter(actions__code__in=[item.key for item in page]).distinct())
    context = {
        "old": Edition.of(older),
        "new": Edition.of(newer) if newer else Edition(timezone.localdate()),
        "form": form,
        "page": page,
        "entries": _entries(shown, shown.actions, behind),
        "parts": _entries(difference, difference.changed_parts, []),
        "figures": _figures(difference),
        "decisions": shown_decisions(decisions, first=DECISIONS_SHOWN),
        "more_decisions": max(0, count_shown(decisions) - DECISIONS_SHOWN),
        "reverse_url": reverse("plan:diff", args=[new, old]) if newer else "",
    }
    return render(request, "plan/diff.html", context)


def _release(plan: Plan, number: str) -> Release:
    if not number.isdecimal() or len(number) > 9:
        raise Http404
    return get_object_or_404(plan.releases, number=int(number))


@dataclass(frozen=True)
class Entry:
    """An action or part that differs, as the page shows it."""

    item: ItemDifference
    label: Text
    title: Shown
    colour: str
    what: Passage | None
    reason: Shown
    targets: list[str]
    changes: list[ReadableChange]
    decisions: list[Decision]

    @property
    def is_gone(self) -> bool:
        return self.item.outcome == Outcome.REMOVED


def _entries(difference: Difference, items: Any, decisions: list[Decision]) -> list[Entry]:
    reader, behind = ChangeReader(difference.old, difference.new), by_action(decisions)
    return [_entry(reader, difference.new, item, behind) for item in items]


def _entry(reader: ChangeReader, now: Contents, item: ItemDifference, behind: Mapping[str, list[Decision]]) -> Entry:
    data, both = item.latest, item.old is not None and item.new is not None
    keys = list(now.all("axis"))
    name = next((name for name in ("title", "name", "term", "channel", "text") if data.get(name)), "title")
    return Entry(
        item=item,
        label=KIND_LABELS[item.kind],
        title=reader.new.text(data[name]),
        colour=colour(item.axis, keys.index(item.axis) + 1) if item.kind == "action" and item.axis in keys else "",
        what=reader.new.passage(data.get("what")) if not both else None,
        reason=reader.new.text(data.get("stop_reason")),
        targets=[reader.new.name("action", code) for code in item.targets],
        changes=reader.changes(item) if both else [],
        decisions=behind.get(item.key, []) if item.kind == "action" else [],
    )


def _figures(difference: Difference) -> list[Figure]:
    """How many actions had each outcome; outcomes of none are left out."""
    how = _("actions counted in both contents of the plan")
    return [
        Figure.count(f"difference.{outcome}", str(outcome.label), n, how=how)
        for outcome, n in difference.counts.items()
        if n
    ]


@permission_required("plan.publish_release", raise_exception=True)
def publish(request: HttpRequest) -> HttpResponse:
    """What the next release will hold, then its publication."""
    plan = Plan.objects.current()
    now = contents(plan)
    form = ReleaseForm(request.POST or None, plan=plan, initial={"seen": now.digest})
    if request.method == "POST" and form.is_valid():
        made = _published(request, plan, form)
        if made:
            messages.success(request, _("Release %(number)d is published.") % {"number": made.number})
            return redirect(made)
        form.data = {**form.data.dict(), "seen": now.digest}
    return render(request, "plan/release_publish.html", _preview(plan, now) | {"form": form})


def _published(request: HttpRequest, plan: Plan, form: ReleaseForm) -> Release | None:
    """The release, or None with the form's errors filled."""
    try:
        return publish_release(
            plan=plan,
            title=form.text("title"),
            summary=form.text("summary"),
            on=timezone.localdate(),
            by=request.user,
            seen=form.cleaned_data["seen"],
        )
    except RecordError as error:
        for lines in error.errors.values():
            for line in lines:
                form.add_error(None, line)
        return None


def _preview(plan: Plan, now: Contents) -> dict[str, Any]:
    last = plan.releases.last()
    difference = compare(frozen(last) if last else NOTHING, now)
    decisions = shown_decisions(plan.decisions.filter(release__isnull=True))
    entries = _entries(difference, difference.changed_actions, decisions)
    return {
        "plan": plan,
        "last": last,
        "difference": difference,
        "figures": _figures(difference),
        "entries": entries,
        "undecided": [entry for entry in entries if not entry.decisions] if last else [],
        "parts": _entries(difference, difference.changed_parts, []) if last else [],
        "decisions": decisions,
    }
