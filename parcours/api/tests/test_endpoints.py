"""The read API answers what was asked, in the reader's language, and tells what is wrong."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from parcours.api.public import id_of
from parcours.api.tests.conftest import full_service
from parcours.directory.actions.records import change_by_hand
from parcours.directory.actions.services import set_state
from parcours.directory.choices import ServiceState, SourceKind
from parcours.directory.models import Service
from parcours.directory.records import SERVICE
from parcours.directory.tests import factories as make

pytestmark = pytest.mark.django_db


def get(client, path, **query):
    response = client.get(f"/api/v1/{path}", query)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    return response


def results(client, path, **query):
    response = get(client, path, **query)
    assert response.status_code == 200, response.content
    return response.json()["results"]


def test_a_service_tells_every_field_of_its_record_in_the_readers_language(client, full):
    told = get(client, f"services/{full.key}", lang="en").json()
    assert told["id"] == id_of(full)
    assert told["url"] == f"http://testserver/en/services/{full.key}/"
    assert told["name"] == {"text": "Atelier de français", "lang": "fr", "state": "reviewed"}
    assert told["summary"] == {"text": "One learns to speak.", "lang": "en", "state": "reviewed"}
    assert told["fee"] == {"code": "gratuit", "label": "Free"}
    assert told["weekly_hours"] == 3.5
    assert told["languages"][1] == {
        "code": "ti", "label": "Tigrinya", "days": [2], "note": None,
        "spoken_by": {"code": "volunteer", "label": "spoken by a volunteer"},
    }  # fmt: skip
    assert told["places"][0]["accessibility"][0]["code"] == "wheelchair"
    assert told["organisation"]["name"] == "Association des Tests"
    assert [field.name for field in SERVICE if not told.get(field.name)] == ["contacts"]


def test_an_organisation_tells_its_numbers_in_registers(client, full):
    told = get(client, f"organisations/{full.organisation.key}").json()
    assert told["identifiers"] == [{"scheme": "siret", "value": "73282932000074"}]
    assert told["kind"] == {"code": "association", "label": "association"}
    assert told["area"] == "insee-commune:94081"


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({"theme": "lecture-ecriture-calcul--maitriser-le-francais"}, True),
        ({"theme": "lecture-ecriture-calcul"}, True),
        ({"theme": "sante"}, False),
        ({"public": "femmes"}, True),
        ({"public": "seniors"}, False),
        ({"language": "ti"}, True),
        ({"language": "ru"}, False),
        ({"commune": "94081"}, True),
        ({"commune": "insee-departement:94"}, True),
        ({"organisation": "somebody-else"}, False),
        ({"since": "2020-01-01T00:00:00Z"}, True),
        ({"since": "2090-01-01"}, False),
    ],
)
def test_a_filter_keeps_what_fits(client, full, query, is_found):
    assert [one["key"] for one in results(client, "services", **query)] == ([full.key] if is_found else [])


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("services", {"theme": "nothing-of-the-kind"}, 400),
        ("services", {"commune": "99999"}, 400),
        ("services", {"cursor": "AAAA"}, 400),
        ("services", {"cursor": "_" * 32}, 400),
        ("services", {"since": "1815-06-18"}, 400),
        ("services", {"limit": "0"}, 422),
        ("services", {"limit": "1000000000000000000000"}, 422),
        ("services", {"lang": "xx"}, 422),
        ("services/nobody", {}, 404),
        ("organisations/nobody", {}, 404),
        ("vocabularies/nothing", {}, 404),
        ("areas", {"cursor": "x"}, 400),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(client, db, path, query, status):
    response = get(client, path, **query)
    assert response.status_code == status, response.content
    assert list(response.json()) == ["detail"]


def test_the_cursor_walks_through_all_and_then_tells_what_changed(client, commune):
    made = [make.service(f"Cours {number}") for number in range(5)]
    told, query = [], {"limit": 2}
    while True:
        page = get(client, "services", **query).json()
        told += [one["key"] for one in page["results"]]
        query["cursor"] = page["next"]
        if not page["more"]:
            break
    assert told == [service.key for service in made]
    assert results(client, "services", **query) == []
    change_by_hand(target=made[1], values={"fee": "payant"}, by=SourceKind.OFFICE, at=timezone.now())
    set_state(service=made[0], state=ServiceState.CLOSED)
    assert [(one["id"], one["gone"]) for one in results(client, "services", **query)] == [
        (id_of(made[1]), False), (id_of(made[0]), True),
    ]  # fmt: skip


def test_what_no_longer_fits_the_question_is_gone_for_the_one_who_asks_it(client, full):
    query = {"theme": "lecture-ecriture-calcul"}
    query["cursor"] = get(client, "services", **query).json()["next"]
    change_by_hand(target=full, values={"themes": ["sante--acces-aux-soins"]}, by=SourceKind.OFFICE, at=timezone.now())
    assert results(client, "services", **query) == [{"id": id_of(full), "gone": True, "merged_into": None}]


def test_whoever_has_the_answer_already_is_told_so(client, full):
    first = get(client, f"services/{full.key}")
    assert client.get(first.request["PATH_INFO"], headers={"If-None-Match": first["ETag"]}).status_code == 304
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get(first.request["PATH_INFO"], headers=since).status_code == 304
    full.name = make.words("Autre nom")
    full.save()
    assert client.get(first.request["PATH_INFO"], headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_reading_is_all_one_can_do(client, full):
    assert client.post("/api/v1/services").status_code == 405
    assert client.delete(f"/api/v1/services/{full.key}").status_code == 405
    preflight = client.options("/api/v1/services", headers={"Origin": "https://elsewhere.example"})
    assert (preflight.status_code, preflight["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    head = client.head(f"/api/v1/services/{full.key}")
    assert (head.status_code, head.content, bool(head["ETag"])) == (200, b"", True)


def test_who_asks_too_often_is_asked_to_wait(client, db, settings):
    settings.PARCOURS_API_PER_MINUTE = 2
    answers = [get(client, "sources") for _ in range(3)]
    # the minute may turn between two questions, never between all
    assert sorted({answer.status_code for answer in answers}) == [200, 429]
    late = answers[-1]
    assert 0 < int(late["Retry-After"]) <= 60
    assert (late["RateLimit-Limit"], late["RateLimit-Remaining"]) == ("2", "0")


def test_areas_come_page_by_page(client, commune):
    page = get(client, "areas", limit=2).json()
    rest = get(client, "areas", limit=2, cursor=page["next"]).json()
    codes = [one["code"] for one in page["results"] + rest["results"]]
    assert codes == ["iso-3166-1:FR", "insee-departement:94", "insee-commune:94081"]
    assert rest["next"] is None


def test_vocabularies_and_sources_are_told(client, full):
    assert "themes" in get(client, "vocabularies").json()
    terms = {term["code"]: term for term in get(client, "vocabularies/publics", lang="ar").json()}
    assert terms["asylum-seekers"]["exports_as"] == "personnes-exilees"
    assert terms["asylum-seekers"]["label"]["lang"] == "ar"
    assert [one["key"] for one in get(client, "sources").json()] == ["test"]


@pytest.mark.parametrize("path", ["services", "organisations"])
def test_a_page_costs_the_same_number_of_queries_at_one_row_and_at_three(client, full, path):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert results(client, path)
        return len(captured)

    asked()
    one = asked()
    for number in (2, 3):
        giver = make.organisation(f"Association {number}", area=full.organisation.area)
        full_service(giver, f"Atelier {number}")
    assert asked() == one <= 11


def test_the_description_is_of_this_version_and_says_its_licence(client, db):
    schema = get(client, "openapi.json").json()
    assert schema["info"]["license"]["name"] == "Licence Ouverte 2.0"
    assert set(schema["paths"]) == {
        f"/api/v1/{path}" for path in (
            "services", "services/{key}", "organisations", "organisations/{key}", "sources", "vocabularies",
            "vocabularies/{scheme}", "areas", "surveys", "surveys/{key}",
        )
    }  # fmt: skip
    assert json.dumps(schema).count("contacts") == 0
    assert Service.objects.count() == 0
