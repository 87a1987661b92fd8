"""Every public page, for the site map that people read and the one that machines read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.delivery.models import Programme
from parcours.directory.models import Organisation, Service
from parcours.geo.models import Area
from parcours.plan.chapters import Book, Pages, ReleaseBook, WorkingBook
from parcours.plan.models import Plan
from parcours.survey.models import Wave

PAGES = (
    "website:home", "plan:plan", "plan:actions", "plan:challenges", "plan:coverage", "plan:workshops", "plan:follow-up",
    "plan:releases", "plan:document", "services:search", "directory:organisations", "network:index", "delivery:index",
    "website:areas", "offline:page", "website:about", "website:privacy", "website:accessibility", "website:figures",
    "open-data:index",
    "website:style", "website:sitemap",
)  # fmt: skip


class Links(Sequence[tuple[str, str]]):
    """The title and address of each row, read only as far as it is looked at."""

    def __init__(
        self,
        rows: QuerySet,
        title_of: Callable[[Any], str] = str,
        address_of: Callable[[Any], str] = lambda row: row.get_absolute_url(),
    ) -> None:
        self.rows, self.title_of, self.address_of = rows, title_of, address_of

    def __len__(self) -> int:
        return self.rows.count()

    def __getitem__(self, part: Any) -> Any:
        return [(self.title_of(row), self.address_of(row)) for row in self.rows[part]]


@dataclass(frozen=True)
class Group:
    title: str
    links: Links


def public_pages(plan: Plan) -> list[Group]:
    """Titles and addresses of the public pages in the active language, grouped."""
    communes = Area.objects.communes_of(plan.area).in_reading_order()
    return [
        Group(_("Axes"), Links(plan.axes.all())),
        Group(
            _("Actions and ideas"),
            Links(plan.actions.public().only("plan", "code", "title")),
        ),
        Group(_("Workshops"), Links(plan.workshops.all())),
        Group(_("Releases"), Links(plan.releases.all(), lambda release: str(release.number))),
        Group(_("Programmes"), Links(Programme.objects.public().only("key", "title"))),
        Group(_("Surveys: results"), Links(Wave.objects.public(), str, _results_of)),
        Group(_("Communes"), Links(communes, lambda area: area.name)),
        Group(
            _("Organisations"),
            Links(Organisation.objects.public().only("key", "name")),
        ),
        Group(_("Services"), Links(Service.objects.public().only("key", "name"))),
    ]


def _results_of(wave: Wave) -> str:
    return reverse("survey:results", args=[wave.key])


def _chapters(book: Book) -> list[str]:
    pages = Pages(book)
    return [chapter.slug for chapter in pages.chapters(pages.read(""))]


class PublicSitemap(Sitemap):
    """Every public page in every language, with its translations."""

    i18n = True
    alternates = True
    limit = 5000

    def items(self) -> list[tuple[str, ...]]:
        plan = Plan.objects.current()
        rows: list[tuple[str, ...]] = [(name,) for name in PAGES]
        rows += [("plan:axis", key) for key in plan.axes.values_list("key", flat=True)]
        rows += [("plan:action", code) for code in plan.actions.public().values_list("code", flat=True)]
        rows += [("plan:workshop", key) for key in plan.workshops.values_list("key", flat=True)]
        rows += [("plan:document-chapter", slug) for slug in _chapters(WorkingBook(plan, timezone.localdate()))]
        for release in plan.releases.all():
            rows.append(("plan:release", str(release.number)))
            rows += [("plan:release-chapter", str(release.number), slug) for slug in _chapters(ReleaseBook(release))]
        rows += [("website:area", slug) for slug in Area.objects.communes_of(plan.area).values_list("slug", flat=True)]
        rows += [("survey:results", key) for key in Wave.objects.public().values_list("key", flat=True)]
        rows += [("delivery:programme", key) for key in Programme.objects.public().values_list("key", flat=True)]
        keys = Organisation.objects.public().values_list("key", flat=True)
        rows += [("directory:organisation", key) for key in keys]
        return rows + [("services:service", key) for key in Service.objects.public().values_list("key", flat=True)]

    def location(self, item: tuple[str, ...]) -> str:
        return reverse(item[0], args=item[1:])
