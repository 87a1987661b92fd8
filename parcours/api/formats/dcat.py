"""The catalogue of the open data in DCAT-AP, as JSON-LD."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from parcours.api.catalogue import DATASETS, Dataset, Download
from parcours.directory.models import Territory
from parcours.directory.records import Values, area_key

AUTHORITY = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
LANGUAGES = ("fr", "en")


def catalogue(territory: Territory, root: str, *, modified: dict[str, datetime | None]) -> Values:
    """`modified` gives for each dataset when anything in it last changed."""
    publisher = {"@id": f"{root}/#publisher", "@type": "foaf:Agent", "foaf:name": territory.owner.name}
    return {
        "@context": CONTEXT,
        "@id": root + reverse("api:catalogue"),
        "@type": "dcat:Catalog",
        "dct:title": _versions(lambda: _("Open data of %(territory)s") % {"territory": territory.name.text}),
        "dct:description": _versions(lambda: _("Organisations and services that welcome people who arrive.")),
        "dct:publisher": publisher,
        "dct:license": _licence(),
        "dct:language": [{"@id": f"{AUTHORITY}/language/{code}"} for code in ("FRA", "ENG", "ARA")],
        "foaf:homepage": {"@id": root + "/"},
        "dcat:dataset": [_dataset(one, territory, publisher, root, modified[one.key]) for one in DATASETS],
        "dcat:service": _service(root),
    }


def _dataset(one: Dataset, territory: Territory, publisher: Values, root: str, modified: datetime | None) -> Values:
    row = {
        "@id": f"{root}{reverse('api:catalogue')}#{one.key}",
        "@type": "dcat:Dataset",
        "dct:identifier": one.key,
        "dct:title": _versions(lambda: str(one.title)),
        "dct:description": _versions(lambda: str(one.description)),
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:license": _licence(),
        "dct:accrualPeriodicity": {"@id": f"{AUTHORITY}/frequency/CONT"},
        "dct:accessRights": {"@id": f"{AUTHORITY}/access-right/PUBLIC"},
        "dct:spatial": {"@type": "dct:Location", "dct:identifier": area_key(territory.area)},
        "dcat:theme": {"@id": f"{AUTHORITY}/data-theme/SOCI"},
        "dcat:landingPage": {"@id": root + reverse("open-data:index")},
        "dcat:distribution": [_distribution(download, root) for download in one.downloads],
    }
    return row | ({"dct:modified": _moment(modified)} if modified else {})


def _distribution(download: Download, root: str) -> Values:
    address = root + download.path
    row = {
        "@id": f"{address}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": download.title,
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{download.media_type}"},
        "dct:license": _licence(),
    }
    return row | ({"dct:conformsTo": {"@id": download.standard}} if download.standard else {})


def _service(root: str) -> Values:
    return {
        "@id": f"{root}/api/v1/#service",
        "@type": "dcat:DataService",
        "dct:title": "API",
        "dcat:endpointURL": {"@id": f"{root}/api/v1/"},
        "dcat:endpointDescription": {"@id": root + reverse("api:v1:openapi-json")},
        "dcat:servesDataset": [{"@id": f"{root}{reverse('api:catalogue')}#{one.key}"} for one in DATASETS],
    }


def _licence() -> Values:
    return {"@id": settings.PARCOURS_OPEN_DATA_LICENCE["url"]}


def _moment(at: datetime) -> Values:
    return {"@type": "xsd:dateTime", "@value": at.isoformat(timespec="seconds")}


def _versions(text: Any) -> list[Values]:
    """The text in French and in English."""
    found = []
    for language in LANGUAGES:
        with override(language):
            found.append({"@language": language, "@value": text()})
    return found
