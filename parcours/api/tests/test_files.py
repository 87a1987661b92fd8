"""Files, catalogue, frame and page: all of them open, none of them tells what must stay."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from parcours.api.catalogue import BY_NAME
from parcours.api.tests.conftest import SECRET, full_service
from parcours.directory.models import Organisation, Service
from parcours.directory.tests import factories as make
from parcours.kit.spreadsheets import read_table

pytestmark = pytest.mark.django_db
PAGES = ("/api/catalog.jsonld", "/api/widget/", "/api/widget/?lang=ar", "/fr/open-data/")
LISTS = ("services", "organisations", "sources", "areas", "vocabularies", "vocabularies/themes", "openapi.json")


def body(response):
    return response.getvalue() if response.streaming else response.content


@pytest.mark.parametrize("name", BY_NAME)
def test_a_file_holds_the_public_records(client, full, secrets, name):
    response = client.get(f"/api/data/{name}")
    data = body(response)
    assert response.status_code == 200
    assert response["Content-Disposition"].endswith(f'{name.replace("/", "-")}"')
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    if name.endswith("json"):
        assert json.loads(data)
    else:
        (row,) = read_table(io.BytesIO(data), name).rows
        assert row.cells["id"] == (full if "service" in name else full.organisation).key
    again = {"If-Modified-Since": response["Last-Modified"]}
    assert client.get(f"/api/data/{name}", headers=again).status_code == 304


def test_what_must_stay_leaves_by_no_way_out(client, full, secrets):
    """Every address of the API, every file, the frame, the pages and their data for search engines."""
    keys = [key for model in (Service, Organisation) for key in model.objects.values_list("key", flat=True)]
    ways = [f"/api/data/{name}" for name in BY_NAME] + [*PAGES] + [f"/api/v1/{path}" for path in LISTS]
    ways += [f"/api/v1/services?since=2000-01-01&lang={code}" for code in ("fr", "en", "ar")]
    ways += ["/api/v1/organisations?since=2000-01-01", "/api/v1/services?organisation=x"]
    ways += [f"/api/v1/{kind}/{key}" for kind in ("services", "organisations") for key in keys]
    assert [SECRET in key for key in keys].count(True) == 3
    for way in ways:
        data = body(client.get(way))
        if way.endswith("xlsx"):
            data = str([row.cells for row in read_table(io.BytesIO(data), way).rows]).encode()
        assert data, way
        assert SECRET.encode() not in data.lower(), way


@pytest.mark.parametrize("name", BY_NAME)
def test_what_was_invented_says_so_in_every_format(client, full, name):
    marks = rb"-invente|is_invented.{0,4}true|invent\xc3\xa9e pour la d\xc3\xa9mo"
    Service.objects.update(is_invented=True)
    Organisation.objects.update(is_invented=True)
    data = body(client.get(f"/api/data/{name}"))
    if name.endswith(("csv", "xlsx")):
        (row,) = read_table(io.BytesIO(data), name).rows
        assert row.cells["is_invented"] == "yes"
    elif not name.endswith("report.json"):
        assert re.search(marks, data), data[:500]


@pytest.mark.parametrize("name", [name for name in BY_NAME if not name.endswith("xlsx")])
def test_a_file_costs_as_many_queries_for_three_records_as_for_one(client, full, name):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            body(client.get(f"/api/data/{name}"))
        return len(captured)

    one = asked()
    for number in (2, 3):
        full_service(make.organisation(f"Association {number}", area=full.organisation.area), f"Atelier {number}")
    assert asked() == one <= 12


def test_a_file_is_new_once_a_record_is_no_longer_in_it(client, full):
    before = client.get("/api/data/services.csv")["Last-Modified"]
    Service.objects.update(changed_at=timezone.now() + timedelta(seconds=5), state="closed")
    after = client.get("/api/data/services.csv", headers={"If-Modified-Since": before})
    assert (after.status_code, len(body(after).splitlines())) == (200, 1)


def test_a_file_that_does_not_exist_is_not_found(client, db):
    assert client.get("/api/data/settings.py").status_code == 404


def test_the_catalogue_lists_every_file_with_its_licence(client, full, territory):
    found = client.get("/api/catalog.jsonld").json()
    assert found["dct:publisher"]["foaf:name"] == "Département de Test"
    distributions = [one for dataset in found["dcat:dataset"] for one in dataset["dcat:distribution"]]
    assert [one["dcat:downloadURL"]["@id"] for one in distributions] == [
        f"http://testserver/api/data/{name}" for name in BY_NAME
    ]
    assert {one["dct:license"]["@id"] for one in distributions} == {
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
    }
    assert found["dcat:dataset"][0]["dct:spatial"]["dct:identifier"] == "insee-departement:94"


def test_the_frame_may_stand_on_any_site_and_asks_nothing_of_its_reader(client, full):
    response = client.get("/api/widget/", {"theme": "lecture-ecriture-calcul", "commune": "94081", "lang": "ar"})
    page = response.content.decode()
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    assert not response.cookies
    assert '<html lang="ar" dir="rtl">' in page
    assert "<script" not in page
    assert f"/ar/services/{full.key}/" in page
    assert client.get("/fr/open-data/")["X-Frame-Options"] == "DENY"


def test_a_frame_that_asks_for_what_does_not_exist_says_so(client, full):
    response = client.get("/api/widget/", {"theme": "nothing"})
    assert response.status_code == 400
    assert "nothing" in response.content.decode()
    assert client.get("/api/widget/", {"theme": "A" * 500}).status_code == 400


def test_the_page_makes_the_frame_that_was_asked_for(client, full):
    page = client.get("/fr/open-data/", {"theme": "sante", "commune": "94081", "lang": "fr"})
    assert "theme" in page.context["form"].errors, "a heading is no theme to choose"
    page = client.get("/fr/open-data/", {"theme": "sante--acces-aux-soins", "commune": "94081", "lang": "fr"})
    frame = "http://testserver/api/widget/?theme=sante--acces-aux-soins&commune=94081&lang=fr"
    assert page.context["frame"] == frame
    assert client.get(frame).status_code == 200
    assert f'href="{reverse("api:catalogue")}"' in page.content.decode()
    assert "&lt;iframe" in page.content.decode()
    assert "<iframe" not in page.content.decode()
