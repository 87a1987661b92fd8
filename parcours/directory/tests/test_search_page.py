"""The search page: what was understood, why a result stands there, what is missed; nothing is written by reading."""

import re
from datetime import date

import pytest
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

from parcours.directory.actions.finding import Miss, note_miss, relist_many
from parcours.directory.finding.understanding import teacher
from parcours.directory.models import Listing, SearchMiss, Service, Territory
from parcours.directory.tests import factories as make
from parcours.directory.views.finding import SALT

pytestmark = pytest.mark.django_db

FRENCH = "lecture-ecriture-calcul--maitriser-le-francais"
VITRY = {"address": "1 rue Verte", "postcode": "94400", "area": "insee-commune:94081", "lon": 2.392, "lat": 48.788}
A_DAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def vitry() -> None:
    town = make.area("Vitry-sur-Seine", code="94081", lon=2.392, lat=48.788)
    owner = make.organisation("Département", phone="+33143997000")
    Territory.objects.create(pk=1, name=make.words("Val-de-Marne"), area=town, owner=owner)


def page(client, to="en", **query) -> str:
    with override(to):
        address = reverse("services:search")
    response = client.get(address, query)
    assert response.status_code == 200
    assert not response.cookies
    assert len(response.content) < 150_000
    return response.content.decode()


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_page_without_a_question_offers_themes_and_every_filter(client):
    html = page(client)
    for name in ("q", "place", "km", "language", "when", "level", "public", "gender", "age", "stay", "free", "vacancy"):
        assert f'name="{name}"' in html
    assert "?theme=sante" in html


def test_what_was_understood_is_shown_and_can_be_taken_away(client):
    make.service("Cours de français", themes=[FRENCH], places=[VITRY], fee="gratuit")
    html = page(client, q="cours de français vitry gratuit")
    assert "Vitry-sur-Seine" in html
    assert "plain=vitry" in html
    assert 'title="gratuit"' in html
    assert 'title="gratuit"' not in page(client, q="cours de français vitry gratuit", plain="gratuit")


def test_a_mistyped_word_is_told_with_a_way_to_search_exactly(client):
    make.service("Alphabétisation", themes=["parcours--literacy"])
    html = page(client, q="alphabetisatoin")
    assert "Searched for alphabétisation instead of alphabetisatoin" in text(html).replace("  ", " ").replace(" .", ".")
    assert "plain=alphabetisatoin" in html
    assert "instead of" not in page(client, q="alphabetisatoin", plain="alphabetisatoin")


def test_a_place_that_nobody_knows_is_said_and_the_rest_counts(client):
    make.service("Accueil")
    html = page(client, q="accueil", place="Atlantis")
    assert "We do not know this place" in html
    assert "1 service" in text(html)


def test_a_phones_position_narrows_and_is_rounded(client):
    make.service("Accueil", places=[VITRY])
    assert "50 m" in page(client, q="accueil", lat="48.78812345", lon="2.39212345")
    assert "1 service" in text(page(client, lat="48.788", lon="2.392"))


def test_nothing_found_says_what_was_given_up_and_whom_to_call(client):
    make.service("Accueil", places=[VITRY], fee="payant")
    html = page(client, q="accueil", free="on")
    assert "Also what costs something." in html
    assert "+33143997000" in html
    html = page(client, q="xyzzy")
    assert "Nothing found" in html
    assert "+33143997000" in html


def test_an_unknown_filter_breaks_nothing(client):
    make.service("Accueil")
    for query in (
        {"language": "klingon"},
        {"km": "-3"},
        {"age": "x"},
        {"theme": "'; drop"},
        {"page": "99"},
        {"lat": "nan"},
    ):
        page(client, q="accueil", **query)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_page_reads_in_other_languages(client, language):
    make.service("Cours de français", themes=[FRENCH], places=[VITRY])
    assert "Cours de français" in page(client, language, q="دروس اللغة الفرنسية")


def test_htmx_gets_the_results_alone(client):
    make.service("Accueil")
    html = client.get("/en/services/?q=accueil", headers={"HX-Request": "true"}).content.decode()
    assert html.strip().startswith('<section id="results"')


# Missed


def miss_of(client, **query) -> str:
    found = re.search(r'name="miss" value="([^"]+)"', page(client, **query))
    assert found
    return found[1]


def test_a_miss_is_noted_once_by_the_page_and_never_by_reading(client):
    token = miss_of(client, q="xyzzy")
    assert SearchMiss.objects.count() == 0
    for _time in range(2):
        response = client.post("/en/services/not-found/", {"miss": token, "quiet": "1"})
        assert (response.status_code, dict(response.cookies)) == (204, {})
    assert SearchMiss.objects.get().count == 1
    assert "We counted" in client.post("/en/services/not-found/", {"miss": miss_of(client, q="autre")}).content.decode()


@pytest.mark.parametrize(
    "token",
    ["", "forged", signing.dumps({"language": "fr"}, salt="another")],
    ids=["none", "forged", "for another use"],
)
def test_a_miss_that_no_page_signed_is_refused(client, token):
    assert client.post("/en/services/not-found/", {"miss": token}).status_code == 400
    assert SearchMiss.objects.count() == 0


def test_a_miss_holds_what_was_understood_and_nothing_of_the_person(client):
    token = miss_of(client, q="cours de français tigrinya xyzzy", age="37", lat="48.788", lon="2.392")
    told = signing.loads(token, salt=SALT)
    assert told == {
        "language": "en",
        "concepts": {"facts": [f"theme={FRENCH}"]},
        "filters": {"languages": ["ti"]},
        "area_code": "insee-commune:94081",
        "words": ["xyzzy"],
    }


def test_words_are_kept_only_once_they_were_sought_three_times():
    miss = Miss("fr", words=("plombier",))
    assert [note_miss(miss=miss, on=day).words for day in (A_DAY, date(2026, 11, 26))] == ["", ""]
    assert note_miss(miss=Miss("fr", words=("autre",)), on=A_DAY).words == ""
    assert note_miss(miss=miss, on=A_DAY).words == "plombier"
    assert set(SearchMiss.objects.filter(digest=miss.digest).values_list("words", flat=True)) == {"plombier"}


# Listed


def test_listings_are_made_anew_without_a_trace(django_assert_num_queries):
    made = [make.service("Accueil", places=[VITRY]) for _number in range(3)]
    before = list(Listing.objects.order_by("service").values_list("service", "head", "facts", "quality"))
    Listing.objects.all().delete()
    assert relist_many(services=Service.objects.filter(pk__in=[service.pk for service in made])) == 3
    assert list(Listing.objects.order_by("service").values_list("service", "head", "facts", "quality")) == before


def test_the_thesaurus_is_built_once():
    assert teacher() is teacher()
