"""What a phone keeps: the right services, without persons, followed by differences that miss nothing."""

import gzip
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from parcours.api.offline import Pack, about_bytes
from parcours.directory.actions.organisations import save_organisation
from parcours.directory.actions.records import change_by_hand
from parcours.directory.actions.services import set_state
from parcours.directory.choices import PublicationConsent, ServiceState, SourceKind
from parcours.directory.tests import factories as make

HERE = [{"address": "3 rue des Essais", "postcode": "94400", "area": "insee-commune:94081", "lon": 2.39, "lat": 48.79}]


def ask(client, area="all", **question):
    response = client.get(f"/api/offline/{area}.json", question)
    assert response.status_code == 200
    assert int(response["Content-Length"]) == len(response.content)
    return json.loads(gzip.decompress(response.content))


def names(pack):
    return {record["n"] for record in pack["records"]}


@pytest.fixture
def services(territory, commune):
    return {
        "here": make.service("Ici", places=HERE),
        "for us": make.service("Pour les habitants", catchment=["insee-commune:94081"]),
        "for the county": make.service("Pour le département", catchment=["insee-departement:94"]),
        "remote": make.service("Par téléphone", modes=["a-distance"]),
        "elsewhere": make.service("Ailleurs", catchment=["insee-commune:94017"], modes=["a-distance"]),
    }


def test_a_commune_has_what_is_given_there_what_is_for_its_people_and_what_is_remote(client, services, commune):
    assert names(ask(client, commune.slug)) == {"Ici", "Pour les habitants", "Pour le département", "Par téléphone"}
    assert names(ask(client)) == {service.name.text for service in services.values()}


def test_a_difference_tells_what_changed_and_what_is_gone_and_nothing_else(client, services, commune):
    before = ask(client, commune.slug)
    change_by_hand(target=services["here"], values={"hours": "Tu 14:00-16:00"}, by=SourceKind.OFFICE, at=timezone.now())
    set_state(service=services["remote"], state=ServiceState.CLOSED)
    told = ask(client, commune.slug, since=before["version"])
    assert "head" not in told
    assert names(told) == {"Ici"}
    [when] = [lines for name, *lines in told["records"][0]["f"] if name == "when"]
    assert when == ["mardi\N{NO-BREAK SPACE}: 14\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}– 16\N{NO-BREAK SPACE}h"]
    ids = {record["n"]: record["id"] for record in before["records"]}
    assert told["gone"] == [ids["Par téléphone"]]
    after = ask(client, commune.slug, since=told["version"])
    assert (after["records"], after["gone"], after["whole"]) == ([], [], False)


def test_a_renamed_organisation_is_told_and_one_that_withdraws_takes_its_services_with_it(client, services):
    before = ask(client)
    giver = services["here"].organisation
    giver.name = "Un autre nom"
    save_organisation(organisation=giver)
    told = ask(client, since=before["version"])
    assert [(record["n"], record["o"]) for record in told["records"]] == [("Ici", "Un autre nom")]
    giver.consent = PublicationConsent.REFUSED
    save_organisation(organisation=giver)
    assert ask(client, since=told["version"])["gone"] == [told["records"][0]["id"]]


@pytest.mark.parametrize("version", ["nonsense", "5.x", "zz.0123456789abcdef", "f" * 40, ".", "\u0661.a"])
def test_a_version_that_is_none_of_ours_gets_the_whole(client, services, version):
    assert ask(client, since=version)["whole"] is True


def test_a_version_too_old_or_of_another_language_gets_the_whole(client, services):
    old = Pack(None, "fr", timezone.now() - timedelta(days=400))
    version = json.loads(gzip.decompress(old.whole()))["version"]
    assert ask(client, since=version)["whole"] is True
    assert ask(client, since=ask(client)["version"], lang="ar")["whole"] is True


def test_no_person_is_in_a_pack(client, full, territory):
    full.contacts.create(name="Awa Privée", phone="+33611111111", is_private=True)
    full.contacts.create(name="Zoé Publique", email="zoe@example.org", is_private=False)
    text = json.dumps(ask(client), ensure_ascii=False)
    assert full.name.text in text
    for private in ("Awa", "Zoé", "611111111", "06 11 11 11 11", "zoe@"):
        assert private not in text


def test_a_pack_costs_the_same_queries_whatever_its_size(services, django_assert_num_queries):
    make.service("Ici aussi", places=HERE, catchment=["insee-commune:94081"])
    pack = Pack(None, "fr", timezone.now())
    for keys in ([services["here"].key, services["for us"].key], [one.key for one in services.values()]):
        with django_assert_num_queries(6):
            list(pack._records(pack.services().filter(key__in=keys)))


@pytest.mark.parametrize("address", ["/api/offline/nowhere.json", "/api/offline/all.json?lang=xx"])
def test_what_does_not_exist_is_not_found(client, territory, address):
    assert client.get(address).status_code == 404


def test_the_worker_is_asked_for_again_each_time_and_goes_away_when_told_to(client, settings, territory):
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert answer.content.decode().startswith('const SHELL = {"version"')
    settings.PARCOURS_OFFLINE = False
    assert client.get("/sw.js").content.decode().startswith("const SHELL = null;")


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl")])
def test_the_app_has_a_name_and_a_page_in_the_readers_language(client, territory, commune, language, direction):
    told = client.get(f"/{language}/offline/manifest.webmanifest").json()
    assert (told["lang"], told["dir"], told["start_url"]) == (language, direction, f"/{language}/offline/")
    page = client.get(f"/{language}/offline/").content.decode()
    assert f'value="{commune.slug}"' in page
    assert "<noscript>" in page


def test_the_size_told_before_is_about_what_is_fetched(demo):
    fetched = len(Pack(None, "fr", timezone.now()).whole())
    (_everything, told), *_communes = about_bytes([])
    assert fetched / 1.5 < told < fetched * 1.5
    assert fetched < 300_000
