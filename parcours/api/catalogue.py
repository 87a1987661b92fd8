"""What is published: each dataset and the files that it can be taken away in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parcours.api import queries
from parcours.api.formats import Report, Site, datainclusion, geojson, hsds, json_list, tables, to_json
from parcours.kit.spreadsheets import MAX_ROWS, XLSX, write_csv, write_xlsx

JSON, GEOJSON, CSV = "application/json", "application/geo+json", "text/csv"
DATA_INCLUSION = "https://github.com/gip-inclusion/data-inclusion-schema"
HSDS = "https://docs.openreferral.org/en/3.0/"
RFC_7946 = "https://www.rfc-editor.org/rfc/rfc7946"
Rows = Iterable[Any]
Write = Callable[[Rows, Site], Iterable[bytes]]


@dataclass(frozen=True)
class Download:
    """A file: its address under /api/data/, what it is, and how it is written, piece by piece."""

    name: str
    title: str
    media_type: str
    write: Write
    standard: str = ""

    @property
    def path(self) -> str:
        return reverse("api:download", args=[self.name])


@dataclass(frozen=True)
class Dataset:
    key: str
    title: str | Promise
    description: str | Promise
    rows: Callable[[], QuerySet[Any]]
    downloads: tuple[Download, ...]


def _listed(write: Callable[[Rows, Site], Iterator[Any]]) -> Write:
    return lambda rows, site: json_list(write(rows, site))


def _datainclusion(write: Callable[..., Iterator[Any]]) -> Write:
    return lambda rows, site: json_list(write(rows, site, Report()))


def _report(write: Callable[..., Iterator[Any]]) -> Write:
    """What the file of data·inclusion leaves out: made by writing it all."""

    def told(rows: Rows, site: Site) -> Iterator[bytes]:
        report = Report()
        for _row in write(rows, site, report):
            pass
        yield to_json(report.as_dict())

    return told


def _csv(kind: str, rows: Rows, site: Site) -> Iterable[bytes]:
    return write_csv(tables.columns(kind), tables.lines(rows))


def _xlsx(kind: str, rows: Rows, site: Site) -> Iterable[bytes]:
    licence = settings.PARCOURS_OPEN_DATA_LICENCE
    first = (row for row, _number in zip(tables.lines(rows), range(MAX_ROWS), strict=False))
    return write_xlsx(tables.columns(kind), first, kind, [site.root, licence["name"], licence["url"]])


def _geojson(rows: Rows, site: Site) -> Iterable[bytes]:
    return geojson.collection(geojson.features(rows, site), settings.PARCOURS_OPEN_DATA_LICENCE["url"])


DATASETS = (
    Dataset(
        "services",
        _("Services"),
        _("What organisations offer to people who arrive: what, for whom, in which languages, where and when."),
        queries.services,
        (
            Download("services.csv", "CSV", CSV, partial(_csv, "service")),
            Download("services.xlsx", "XLSX", XLSX, partial(_xlsx, "service")),
            Download("services.geojson", "GeoJSON", GEOJSON, _geojson, RFC_7946),
            Download("data-inclusion/services.json", "data·inclusion v1", JSON,
                     _datainclusion(datainclusion.services), DATA_INCLUSION),
            Download("data-inclusion/services-report.json", "data·inclusion v1: what is left out", JSON,
                     _report(datainclusion.services)),
            Download("hsds/services.json", "HSDS 3", JSON, _listed(hsds.services), HSDS),
        ),
    ),
    Dataset(
        "organisations",
        _("Organisations"),
        _("Who acts in the territory: associations, towns, services of the State and of the département."),
        queries.organisations,
        (
            Download("organisations.csv", "CSV", CSV, partial(_csv, "organisation")),
            Download("organisations.xlsx", "XLSX", XLSX, partial(_xlsx, "organisation")),
            Download("data-inclusion/structures.json", "data·inclusion v1", JSON,
                     _datainclusion(datainclusion.structures), DATA_INCLUSION),
            Download("data-inclusion/structures-report.json", "data·inclusion v1: what is left out", JSON,
                     _report(datainclusion.structures)),
            Download("hsds/organizations.json", "HSDS 3", JSON, _listed(hsds.organisations), HSDS),
        ),
    ),
)  # fmt: skip
BY_NAME = {download.name: (dataset, download) for dataset in DATASETS for download in dataset.downloads}
