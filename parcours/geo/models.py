"""Areas: the tree of places a territory is made of, with their official codes."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parcours.kit.pii import NO_PII

from .choices import AreaLevel
from .queries import AreaQuerySet


class Area(models.Model):
    """One place with an official code: a country, a region… a commune, a neighbourhood.

    `parent` is the place it lies in by law (a commune's département); `groupings` are the bodies it belongs to
    beside the tree (a commune's inter-commune body). `path`, `sort_key` and `search_names` follow from the other
    fields: the verbs in `actions` fill them.
    """

    pii = NO_PII

    level = models.CharField(_("level"), max_length=20, choices=AreaLevel)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    groupings = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="members")
    code_system = models.CharField(
        _("code system"),
        max_length=40,
        help_text=_("Who gives the code: iso-3166-1, insee-commune, ine, oktmo, siren…"),
    )
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=200, help_text=_("The official name, as written there"))
    names = models.JSONField(_("names in other languages"), default=dict, blank=True)
    slug = models.SlugField(max_length=250, unique=True)
    path = models.CharField(max_length=500, blank=True, default="", db_index=True, editable=False)
    sort_key = models.CharField(max_length=250, blank=True, default="", db_index=True, editable=False)
    search_names = ArrayField(models.CharField(max_length=250), default=list, blank=True, editable=False)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(_("year of the population"), null=True, blank=True)
    population_source = models.TextField(_("source of the population"), blank=True, default="")
    outline = models.JSONField(_("outline"), null=True, blank=True, help_text=_("A GeoJSON geometry, WGS84"))
    outline_source = models.TextField(_("source of the outline"), blank=True, default="")
    tile_col = models.SmallIntegerField(null=True, blank=True, editable=False)
    tile_row = models.SmallIntegerField(null=True, blank=True, editable=False)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["sort_key", "code_system", "code"]
        indexes = [GinIndex(fields=["search_names"], name="geo_area_search_names")]
        constraints = [
            models.UniqueConstraint(fields=["code_system", "code"], name="geo_area_code_once"),
            models.CheckConstraint(condition=Q(level__in=AreaLevel.values), name="geo_area_level_known"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="geo_area_not_its_own_parent"),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name="") & Q(code_system__regex=r"^[a-z0-9][a-z0-9-]*$"),
                name="geo_area_code_and_name_given",
            ),
            models.CheckConstraint(
                condition=Q(path="")
                | Q(path__endswith=Concat("code_system", models.Value(":"), "code", models.Value("/"))),
                name="geo_area_path_ends_with_its_code",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
                name="geo_area_coordinates_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(population=None) | Q(population_year__isnull=False) & ~Q(population_source=""),
                name="geo_area_population_is_cited",
            ),
            models.CheckConstraint(condition=Q(outline=None) | ~Q(outline_source=""), name="geo_area_outline_is_cited"),
            models.CheckConstraint(
                condition=Q(tile_col=None, tile_row=None) | Q(tile_col__isnull=False, tile_row__isnull=False),
                name="geo_area_tile_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("website:area", args=[self.slug])

    def name_in(self, language: str) -> str:
        """The name in `language` ("ar", "pt-br"); the official local name where no other is known."""
        return self.names.get(language) or self.names.get(language.partition("-")[0]) or self.name
