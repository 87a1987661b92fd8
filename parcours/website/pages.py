"""Every public page, for the site map that people read and the one that machines read."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils.translation import gettext as _

from parcours.directory.models import Organisation
from parcours.geo.models import Area
from parcours.plan.models import Plan

PAGES = (
    "website:home", "plan:plan", "plan:actions", "plan:challenges", "plan:coverage", "plan:workshops", "plan:follow-up",
    "plan:releases", "plan:document", "directory:organisations", "website:areas", "website:about", "website:privacy",
    "website:accessibility", "website:figures", "website:style", "website:sitemap",
)  # fmt: skip


@dataclass(frozen=True)
class Group:
    title: str
    links: Sequence[tuple[str, str]]


def public_pages(plan: Plan) -> list[Group]:
    """Titles and addresses of the public pages in the active language, grouped."""
    communes = Area.objects.communes_of(plan.area).in_reading_order()
    return [
        Group(_("Axes"), [(axis.title.text, axis.get_absolute_url()) for axis in plan.axes.all()]),
        Group(
            _("Actions and ideas"),
            [(f"{a.code} {a.title.text}", a.get_absolute_url()) for a in plan.actions.public().only("code", "title")],
        ),
        Group(_("Workshops"), [(w.title.text, w.get_absolute_url()) for w in plan.workshops.all()]),
        Group(_("Releases"), [(str(r.number), r.get_absolute_url()) for r in plan.releases.all()]),
        Group(_("Communes"), [(area.name, area.get_absolute_url()) for area in communes]),
        Group(
            _("Organisations"),
            [(o.name, o.get_absolute_url()) for o in Organisation.objects.public().only("key", "name")],
        ),
    ]


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
        rows += [("plan:release", str(number)) for number in plan.releases.values_list("number", flat=True)]
        rows += [("website:area", slug) for slug in Area.objects.communes_of(plan.area).values_list("slug", flat=True)]
        keys = Organisation.objects.public().values_list("key", flat=True)
        return rows + [("directory:organisation", key) for key in keys]

    def location(self, item: tuple[str, ...]) -> str:
        return reverse(item[0], args=item[1:])
