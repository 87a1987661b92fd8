"""Publishing: the working plan becomes a numbered release that nobody changes any more."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from parcours.directory.models import Source
from parcours.plan.diffs import compare, digest_of
from parcours.plan.models import Plan, Release, ReleaseItem
from parcours.plan.records import RecordError
from parcours.plan.snapshot import Contents, Item, contents, frozen
from parcours.translations.fields import Translated

if TYPE_CHECKING:
    from parcours.accounts.models import User


@transaction.atomic
def publish_release(
    *,
    plan: Plan,
    title: Translated,
    summary: Translated,
    on: date,
    by: "User | None",
    is_invented: bool = False,
    source: Source | None = None,
    section: str = "",
    seen: str = "",
) -> Release:
    """Freeze the public plan under the next number, with every decision that no release carries yet.

    `seen`: the `digest` of the contents that the publisher read; when the plan changed since, nothing is published.
    Raises RecordError: no title, nothing changed since the last release, or changed since it was read.
    """
    if not title:
        raise RecordError({"title": [gettext("Give the release a title.")]})
    locked = Plan.objects.select_for_update(of=("self",)).select_related("area", "source").get(pk=plan.pk)
    # An edit locks its action first: waiting for each, we read every action whole.
    list(locked.actions.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    last = locked.releases.order_by("-number").first()
    now = contents(locked)
    _refuse(now, last, seen)
    release = Release.objects.create(
        plan=locked,
        number=last.number + 1 if last else 1,
        title=title,
        summary=summary,
        published_on=on,
        published_by=by,
        is_invented=is_invented,
        source=source,
        section=section,
    )
    ReleaseItem.objects.bulk_create((_kept(release, item) for item in now.items), batch_size=1000)
    locked.decisions.filter(release__isnull=True).update(release=release)
    return release


def _kept(release: Release, item: Item) -> ReleaseItem:
    row = ReleaseItem(release=release, kind=item.kind, key=item.key, position=item.position, data=item.data)
    row.digest = digest_of(item.kind, item.data)
    if item.kind == "action":
        row.axis, row.stage, row.version = (item.data[name] for name in ("axis", "stage", "version"))
    return row


def _refuse(now: Contents, last: Release | None, seen: str) -> None:
    if seen and seen != now.digest:
        raise RecordError(
            {"": [gettext("The plan has changed since you opened this page. Read it again, then publish.")]}
        )
    if last and compare(frozen(last), now).is_empty:
        raise RecordError({"": [gettext("Nothing has changed since the last release.")]})
