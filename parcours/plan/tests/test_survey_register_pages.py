"""The coordinator's pages between answers and the register."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from parcours.directory.actions.records import hand_source, put_record
from parcours.directory.choices import SourceKind
from parcours.directory.models import Organisation
from parcours.directory.tests import factories as make
from parcours.survey.actions.register import forget_response
from parcours.survey.models import Ask, Candidate, Tie
from parcours.survey.tests import register_cast as cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def office(settings):
    settings.PARCOURS_STAFF_MFA = False
    return cast.coordinator()


@pytest.fixture
def client(office):
    return cast.signed_in(office)


@pytest.fixture
def wave():
    return cast.wave(results_are_public=True)


def url(name, *args):
    return reverse(f"survey:{name}", args=args)


def text(answer):
    return answer.content.decode()


def cost(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_only_the_coordinator_comes_in(client, wave, django_user_model):
    response = cast.answered(make.organisation(), by=wave)
    pages = [url(name, wave.key) for name in ("review", "candidates", "ties", "snowball")]
    other = cast.signed_in(django_user_model.objects.create(email="a@example.org", name="A"))
    for page in [*pages, url("response", wave.key, response.key)]:
        assert client.get(page).status_code == 200
        assert other.get(page).status_code == 403


def test_the_queue_shows_what_waits_and_then_what_was_read(client, wave, office):
    response = cast.answered(make.organisation("Les Voisins"), by=wave)
    assert "Les Voisins" in text(client.get(url("review", wave.key)))
    cast.accepted(response, office)
    assert "Les Voisins" not in text(client.get(url("review", wave.key)))
    assert "Les Voisins" in text(client.get(url("review", wave.key) + "?state=read"))


def test_a_response_is_taken_in_from_its_page_and_taken_back(client, wave):
    us, emmaus = make.organisation("Les Voisins", phone="+33140000001"), make.organisation("Emmaüs Vitry")
    told = [{"name": "Emmaüs Vitry"}, {"name": "Les Voisins"}, {"name": "Inconnue"}]
    page = url("response", wave.key, cast.answered(us, by=wave, phone="01 45 67 89 01", partners=told).key)
    shown = client.get(page)
    proposed = {thing.title: thing.chosen for part in shown.context["parts"] for thing in part.things}
    assert proposed == {"Emmaüs Vitry": f"known:{emmaus.key}", "Les Voisins": "-", "Inconnue": ""}
    assert "01 45 67 89 01" in text(shown)
    things = {thing.name: thing.chosen for part in shown.context["parts"] for thing in part.things}
    answer = client.post(page, {"seen": shown.context["review"].token, "take": ["phone"], **things})
    assert answer.url == url("review", wave.key)
    us.refresh_from_db()
    assert us.phone == "+33145678901"
    assert (Tie.objects.count(), Candidate.objects.get().name) == (2, "Inconnue")
    client.post(page, {"do": "undo"})
    assert (Tie.objects.count(), Candidate.objects.count()) == (0, 0)


def test_a_partner_may_be_an_organisation_that_is_typed(client, wave):
    known = make.organisation("Autre chose")
    page = url("response", wave.key, cast.answered(make.organisation(), by=wave, partners=[{"name": "X"}]).key)
    sent = {"seen": client.get(page).context["review"].token, "partner/partners.0": "other"}
    assert "No organisation of the directory bears this name" in text(
        client.post(page, sent | {"other-partner/partners.0": "nobody"})
    )
    assert "Type the name of the organisation" in text(client.post(page, sent))
    client.post(page, sent | {"other-partner/partners.0": "autre CHOSE"})
    assert Tie.objects.get().target == known


def test_whoever_read_an_older_answer_is_told_and_nothing_changes(client, wave):
    us = make.organisation(phone="+33140000001")
    response = cast.answered(us, by=wave, phone="0145678901")
    page = url("response", wave.key, response.key)
    token = client.get(page).context["review"].token
    cast.corrected(response, phone="0145678902")
    answer = client.post(page, {"seen": token, "take": ["phone"]})
    assert (answer.status_code, "read it again" in text(answer)) == (422, True)
    us.refresh_from_db()
    assert us.phone == "+33140000001"


def test_a_source_that_ranks_before_the_survey_is_named(client, wave):
    us = make.organisation(phone="+33140000001")
    put_record(target=us, source=hand_source(SourceKind.OFFICE), values={"name": us.name, "phone": us.phone})
    wave.source.rank = 50
    wave.source.save()
    page = client.get(url("response", wave.key, cast.answered(us, by=wave, phone="0145678901").key))
    assert "ranks before this survey" in text(page)


def test_who_answered_is_asked_first_with_those_who_look_alike(client, wave):
    us = make.organisation("Les Voisins de Vitry", email="us@voisins.example.org")
    response = cast.answered(None, by=wave, name="Les voisins de Vitry", email="us@voisins.example.org")
    page = url("response", wave.key, response.key)
    assert client.get(page).context["chosen"] == f"known:{us.key}"
    client.post(page, {"who": f"known:{us.key}"})
    response.refresh_from_db()
    assert response.organisation == us


def test_three_hundred_partners_are_decided_some_at_a_time_on_a_light_page(client, wave):
    told = [{"name": f"Association {n} {'x' * (n % 40)}", "email": f"a{n}@example.org"} for n in range(300)]
    page = client.get(url("response", wave.key, cast.answered(make.organisation("Us"), by=wave, partners=told).key))
    (part,) = page.context["parts"]
    assert (len(part.things), part.left) == (25, 275)
    assert len(page.content) < 150_000


@pytest.mark.parametrize("posted", [
    {"seen": "x" * 40}, {"take": "email"}, {"partner/partners.0": "known:nobody"}, {"back": "thing/9"},
    {"partner/partners.0": "other", "other-partner/partners.0": "x" * 300},
])  # fmt: skip
def test_what_the_page_did_not_offer_is_refused(client, wave, posted):
    page = url("response", wave.key, cast.answered(make.organisation(), by=wave, partners=[{"name": "X"}]).key)
    sent = {"seen": client.get(page).context["review"].token} | posted
    assert client.post(page, sent).status_code == 422
    assert not Tie.objects.exists()


def test_a_response_that_was_withdrawn_meanwhile_is_no_longer_there(client, wave):
    response = cast.answered(make.organisation(), by=wave)
    forget_response(response=response)
    response.answers, response.states, response.progress, response.withdrawn_at = {}, {}, "withdrawn", cast.NOON
    response.save()
    assert client.get(url("response", wave.key, response.key)).status_code == 404


def test_a_candidate_is_decided_on_from_its_page(client, wave, office):
    us = make.organisation("Us")
    told = [{"name": name, "email": "new@example.org"} for name in ("Un", "Deux", "Trois", "Trois bis")]
    cast.accepted(cast.answered(us, by=wave, circle=1, partners=told), office)
    one, two, three, again = (Candidate.objects.get(name=told["name"]) for told in told)
    listed = text(client.get(url("candidates", wave.key)))
    assert "Named by 1 organisation" in listed
    known = make.organisation("Première")
    client.post(one.get_absolute_url(), {"do": "known", "who": "other", "other": "Première"})
    client.post(
        two.get_absolute_url(), {"do": "new", "name": "Deux", "kind": "association", "email": "new@example.org"}
    )
    client.post(again.get_absolute_url(), {"do": "join", "into": three.pk})
    client.post(three.get_absolute_url(), {"do": "leave", "reason": "A person"})
    states = dict(Candidate.objects.values_list("name", "state"))
    assert states == {"Un": "known", "Deux": "accepted", "Trois": "refused"}
    assert Candidate.objects.get(name="Un").organisation == known
    assert Ask.objects.get(organisation__name="Deux").circle == 2
    client.post(two.get_absolute_url(), {"do": "reopen"})
    assert not Organisation.objects.filter(name="Deux").exists()


def test_a_candidate_is_not_decided_on_without_what_it_takes(client, wave, office):
    cast.accepted(cast.answered(make.organisation(), by=wave, partners=[{"name": "X"}]), office)
    page = Candidate.objects.get().get_absolute_url()
    for posted in ({"do": "known"}, {"do": "leave"}, {"do": "new", "name": ""}):
        answer = client.post(page, posted)
        assert (answer.status_code, "There is a problem" in text(answer)) == (422, True)
    assert client.post(page, {"do": "join", "into": "9" * 30}).status_code == 302
    assert Candidate.objects.get().state == "open"


def test_ties_are_noted_by_hand_and_taken_away(client, wave):
    make.organisation("Un")
    make.organisation("Deux")
    page = url("ties", wave.key)
    client.post(page, {"origin": "Un", "kind": "funds", "target": "deux"})
    tie = Tie.objects.get()
    assert (tie.origin.name, tie.kind, tie.target.name) == ("Un", "funds", "Deux")
    assert client.post(page, {"origin": "Un", "kind": "funds", "target": "Un"}).status_code == 422
    client.post(page, {"remove": tie.pk})
    assert not Tie.objects.exists()


def test_the_snowball_lists_who_was_never_asked_and_asks_them(client, wave, office):
    known = make.organisation("Jamais demandée")
    response = cast.answered(make.organisation(), by=wave, circle=1, partners=[{"name": "J"}, {"name": "X"}])
    cast.accepted(response, office, only={"partner/partners.0": f"known:{known.key}", "partner/partners.1": ""})
    page = url("snowball", wave.key)
    assert "Jamais demandée" in text(client.get(page))
    client.post(url("ask-in-turn", wave.key), {"organisation": [known.key]})
    assert Ask.objects.get(organisation=known).circle == 2
    assert "Jamais demandée" not in text(client.get(page))


def test_everyone_reads_how_complete_the_census_is_without_a_name_and_only_of_a_public_wave(client, wave, office):
    known = [make.organisation(f"Connue {n}") for n in range(5)]
    told = [{"name": one.name} for one in known[1:]] + [{"name": "Secrète"}]
    keys = {f"partner/partners.{n}": f"known:{one.key}" for n, one in enumerate(known[1:])}
    response = cast.answered(known[0], by=wave, circle=1, partners=told)
    page = url("coverage", wave.key)
    client.logout()
    assert "nothing to estimate it from yet" in text(client.get(page))
    cast.accepted(response, office, only=keys | {"partner/partners.4": ""})
    shown = text(client.get(page))
    assert "95 times out of 100" in shown
    assert not any(name in shown for name in ("Connue", "Secrète"))
    wave.threshold = 6
    wave.save()
    assert client.get(page).status_code == 404, "too few to show"
    wave.results_are_public = False
    wave.save()
    assert client.get(page).status_code == 404


def test_lists_ask_the_database_as_often_for_three_rows_as_for_one(client, wave, office):
    alike = [make.organisation(f"Maison solidaire {word}") for word in ("Vitry", "Ivry", "Orly")]

    def tell(number):
        told = [{"name": f"{one.name} {number}"} for one in alike[:number]]
        return cast.answered(make.organisation(), by=wave, partners=told)

    one = cost(client, url("response", wave.key, tell(1).key))
    queue = cost(client, url("review", wave.key))
    shown = tell(3)
    assert cost(client, url("response", wave.key, shown.key)) == one
    assert cost(client, url("review", wave.key)) == queue
    pages = [url(name, wave.key) for name in ("candidates", "ties", "snowball")]
    cast.accepted(tell(1), office)
    before = [cost(client, page) for page in pages]
    cast.accepted(shown, office)
    assert [cost(client, page) for page in pages] == before
