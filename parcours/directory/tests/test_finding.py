"""The search finds what was meant, says why, and never ends in a wall."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.directory import listing
from parcours.directory.finding import find as find_room
from parcours.directory.finding.find import answer, find
from parcours.directory.finding.places import gazetteer
from parcours.directory.finding.question import Question, Spot
from parcours.directory.finding.ranking import distance_km
from parcours.directory.finding.reasons import reasons
from parcours.directory.finding.relaxing import STEPS, relaxations
from parcours.directory.finding.understanding import Reading, read
from parcours.directory.models import Listing, Service
from parcours.directory.tests import factories as make
from parcours.geo.models import Area

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
TUESDAY = datetime(2026, 11, 24, 14, 30, tzinfo=PARIS)
FRENCH, FOOD = "lecture-ecriture-calcul--maitriser-le-francais", "equipement-et-alimentation--alimentation"
VITRY = {"address": "1 rue Verte", "postcode": "94400", "area": "insee-commune:94081", "lon": 2.392, "lat": 48.788}
CRETEIL = {"address": "2 rue Bleue", "postcode": "94000", "area": "insee-commune:94028", "lon": 2.455, "lat": 48.790}
LYON = {"address": "3 rue Rouge", "postcode": "69001", "area": "insee-commune:69381", "lon": 4.835, "lat": 45.768}


@pytest.fixture(autouse=True)
def towns(db: None) -> None:
    county = Area.objects.create(
        level="departement", code_system="insee-departement", code="94", name="Val-de-Marne", slug="94",
        path="insee-departement:94/", lon=2.46, lat=48.78,
    )  # fmt: skip
    for name, code, place in (("Vitry-sur-Seine", "94081", VITRY), ("Créteil", "94028", CRETEIL)):
        make.area(
            name,
            code=code,
            parent=county,
            lon=place["lon"],
            lat=place["lat"],
            names={"ar": "فيتري"} if code == "94081" else {},
        )
    make.area("Lyon", code="69381", lon=4.835, lat=45.768)


def asked(text: str = "", language: str = "fr", plain: tuple[str, ...] = (), **values: Any) -> Question:
    return read(text, language, plain=plain).question.but(**values)


def found(text: str = "", language: str = "fr", at: datetime = TUESDAY, **values: Any) -> list[Service]:
    """The services that fit exactly, best first."""
    matches = [match for match in find(asked(text, language, **values), at).matches if match.is_whole]
    services = Service.objects.in_bulk([match.service for match in matches])
    return [services[match.service] for match in matches]


def said(question: Question, at: datetime = TUESDAY) -> list[list[tuple[str, str]]]:
    """The signs and words on each result of an answer."""
    told = answer(question, at)
    rows = Listing.objects.select_related("service", "place__area").in_bulk([match.pk for match in told.matches])
    return [
        [(reason.sign, reason.text) for reason in reasons(rows[match.pk], match, told.question, at)]
        for match in told.matches
    ]


# Understood


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("cours de français", "fr"), ("COURS DE FRANCAIS", "fr"), ("FLE", "fr"), ("apprendre le français", "fr"),
        ("دروس اللغة الفرنسية", "ar"), ("курсы французского", "ru"), ("уроки французької", "uk"),
        ("French lessons", "en"), ("clases de francés", "es"), ("French lessons", "fr"),
    ],
)  # fmt: skip
def test_a_question_in_any_language_finds_the_french_record(text, language):
    lessons = make.service("Atelier du mardi", themes=[FRENCH], places=[VITRY])
    make.service("Colis", themes=[FOOD], places=[VITRY])
    assert found(text, language) == [lessons]


def test_a_sentence_becomes_theme_place_language_day_and_fee():
    question = asked("cours de français vitry tigrinya mardi gratuit")
    assert (question.spot.label, question.km) == ("Vitry-sur-Seine", 10)
    assert (question.languages, question.when, question.is_free) == (("ti",), "tu", True)
    assert f"theme={FRENCH}" in question.concepts
    assert question.plain_words == []


def test_what_was_understood_can_be_taken_as_plain_words():
    assert asked("cours vitry", plain=("vitry",)).spot is None
    assert "vitry" in asked("cours vitry", plain=("vitry",)).plain_words


def test_a_typo_is_mended_and_told_unless_a_service_bears_the_word():
    reading = read("alphabetisatoin", "fr")
    assert reading.corrected == (("alphabetisatoin", "alphabétisation"),)
    make.service("Alphabetisatoin")
    assert read("alphabetisatoin", "fr").corrected == ()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["fr", "ar", "en"]))
def test_whatever_is_typed_has_an_answer(text, language):
    answer(asked(text.replace("\0", ""), language), TUESDAY)


# Narrowed


def test_what_is_not_known_stays_below_what_fits_and_what_is_known_not_to_fit_goes():
    unknown = make.service("Un", themes=[FRENCH])
    free = make.service("Deux", themes=[FRENCH], fee="gratuit")
    make.service("Trois", themes=[FRENCH], fee="payant")
    assert found("français", is_free=True) == [free, unknown]


@pytest.mark.parametrize(
    ("values", "asked_for", "fits"),
    [
        ({"french_min": "A0", "french_max": "A2"}, {"level": (1, 1)}, True),
        ({"french_min": "B1"}, {"level": (1, 1)}, False),
        ({"french_max": "A1"}, {"level": (4, 4)}, False),
        ({}, {"level": (1, 1)}, True),
        ({"age_min": 16, "age_max": 25}, {"age": 30}, False),
        ({"age_min": 16, "age_max": 25}, {"age": 25}, True),
        ({"stay": ["asylum-seeker"]}, {"stay": ("undocumented",)}, False),
        ({"stay": ["any"]}, {"stay": ("undocumented",)}, True),
        ({"stay": ["international-protection"]}, {"stay": ("refugee",)}, True),
        ({"publics": ["personnes-exilees"]}, {"publics": ("refugees",)}, True),
        ({"publics": ["seniors"]}, {"publics": ("refugees",)}, False),
        ({"publics": ["tous-publics"]}, {"publics": ("refugees",)}, True),
        ({"gender": "women"}, {"gender": "women"}, True),
        ({}, {"gender": "women"}, False),
        ({"capacity": "full", "full_until": "2026-11-01"}, {"has_places": True}, True),
        ({"capacity": "full", "full_until": "2027-01-01"}, {"has_places": True}, False),
        ({"capacity": "waiting"}, {"has_places": True}, False),
        ({"modes": ["a-distance"]}, {"is_remote": True}, True),
        ({"modes": ["en-presentiel"]}, {"is_remote": True}, False),
        ({"hours": "Tu 14:00-16:00"}, {"when": "tu"}, True),
        ({"hours": "Th 14:00-16:00"}, {"when": "tu"}, False),
        ({"hours": ""}, {"when": "tu"}, True),
        ({"hours": "Tu 14:00-16:00"}, {"when": "now"}, True),
        ({"hours": "Tu 09:00-12:00"}, {"when": "now"}, False),
        ({"hours": "Mo 22:00-02:00"}, {"when": "now"}, False),
        ({"hours": "week 2-52/2 Tu 14:00-16:00"}, {"when": "now"}, True),
        ({"hours": "Tu 18:00-20:00"}, {"when": "evening"}, True),
        ({"hours": "Tu 14:00-16:00"}, {"when": "evening"}, False),
        ({"languages": [{"code": "ti"}]}, {"languages": ("ti",)}, True),
        ({"languages": [{"code": "ar"}]}, {"languages": ("ti",)}, False),
        ({}, {"languages": ("ti",)}, False),
    ],
)  # fmt: skip
def test_a_filter_keeps_what_fits_or_is_not_known(values, asked_for, fits):
    service = make.service("Accueil", **values)
    assert (service in found("accueil", **asked_for)) == fits


def test_on_a_public_holiday_an_ordinary_week_does_not_say_open():
    make.service("Accueil", hours="Mo-Su 09:00-18:00; PH off")
    christmas = datetime(2026, 12, 25, 10, tzinfo=PARIS)
    assert found("accueil", when="now", at=christmas) == []
    assert len(found("accueil", when="now")) == 1


def test_an_unpublished_or_unnamed_service_is_not_found():
    make.service("Accueil", of=make.organisation(consent="refused"))
    assert found("accueil") == []


# Where


def test_near_a_place_come_the_nearest_and_what_comes_or_is_called():
    far = make.service("Accueil", places=[CRETEIL])
    near = make.service("Accueil", places=[VITRY])
    line = make.service("Accueil", modes=["a-distance"])
    make.service("Accueil", places=[LYON])
    make.service("Accueil", modes=["a-distance"], catchment=["insee-commune:69381"])
    assert found("accueil vitry") == [near, far, line]
    assert found("accueil vitry", km=3) == [near, line]
    assert found("accueil 94400") == [near, far, line]
    assert set(found("accueil val de marne")) == {near, far, line}


def test_a_service_is_shown_once_at_its_nearest_place():
    make.service("Accueil", places=[CRETEIL, VITRY])
    (match,) = find(asked("accueil créteil"), TUESDAY).matches
    assert Listing.objects.get(pk=match.pk).place.area.name == "Créteil"


def test_a_place_knows_how_much_there_is_about_it():
    for place in (VITRY, CRETEIL, LYON):
        make.service("Accueil", places=[place])
    make.area("Thiais", code="94073", lon=2.392, lat=48.765)
    known = gazetteer()
    assert (known.spots["insee-commune:94081"].crowd, known.spots["insee-commune:69381"].crowd) == (2, 1)
    assert (known.crowd(2.4, 48.8), known.crowd(-1.55, 47.2)) == (2, 0)


def test_a_name_in_arabic_is_a_place():
    near = make.service("Accueil", places=[VITRY])
    assert found("accueil فيتري", "ar") == [near]


@given(st.floats(-179, 179), st.floats(-80, 80), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_distances_are_the_same_both_ways_and_never_negative(lon, lat, east, north):
    there = distance_km(lon, lat, lon + east, lat + north)
    assert there == pytest.approx(distance_km(lon + east, lat + north, lon, lat), abs=1e-6)
    assert there >= 0


def test_of_plenty_the_nearest_are_enough_and_it_is_said(monkeypatch):
    near = {make.service("Accueil", places=[VITRY]).pk for _number in range(2)}
    far = make.service("Accueil", places=[CRETEIL]).pk
    monkeypatch.setattr(find_room, "FEW", 0)
    question = asked("accueil vitry")
    in_town = question.but(spot=replace(question.spot, crowd=16 * find_room.LOOKED_AT))
    for plenty, expected in ((2, near), (3, near | {far})):
        monkeypatch.setattr(find_room, "PLENTY", plenty)
        told = find(in_town, TUESDAY)
        assert ({match.service for match in told.matches}, told.is_cut) == (expected, True)
    monkeypatch.setattr(find_room, "PLENTY", 4)
    assert not find(in_town, TUESDAY).is_cut


def test_of_plenty_those_that_are_told_well_are_enough_and_it_is_said(monkeypatch):
    scant = make.service("Accueil")
    monkeypatch.setattr(listing, "TOLD_WELL", 0)
    full = make.service("Accueil")
    assert {service.pk for service in found("accueil")} == {full.pk, scant.pk}
    monkeypatch.setattr(find_room, "FEW", 0)
    monkeypatch.setattr(find_room, "PLENTY", 1)
    told = find(asked("accueil"), TUESDAY)
    assert ([match.service for match in told.matches], told.is_cut) == ([full.pk], True)


# Ranked and explained


def test_a_result_says_what_ranked_it():
    make.service(
        "Cours de français", themes=[FRENCH], places=[VITRY], fee="gratuit", capacity="open", french_min="A0",
        french_max="A1", hours="Tu 14:00-16:00", languages=[{"code": "ti", "spoken_by": "volunteer", "days": [2]}],
        full_until=None,
    )  # fmt: skip
    Service.objects.update(confirmed_on=date(2026, 10, 3), observed_on=date(2026, 10, 3))
    Listing.objects.update(said_on=date(2026, 10, 3), due_on=date(2027, 4, 3))
    (told,) = said(asked("cours de français vitry tigrinya mardi gratuit", level=(1, 1)))
    assert told == [
        ("yes", "50 m"), ("yes", "Tigrigna\u00a0: parlée par un bénévole, mardi"), ("yes", "Ouvert mardi"),
        ("yes", "Ouvert maintenant, jusqu’à 16\u00a0h"), ("yes", "Il reste des places"),
        ("yes", "Français pour débutants"),
        ("yes", "Gratuit"), ("yes", "Confirmé en octobre 2026"),
    ]  # fmt: skip


def test_a_name_comes_before_a_mention_and_what_is_confirmed_before_what_is_not():
    mentioned = make.service("Permanence", description=make.words("Aide aux vacances").stored())
    stale = make.service("Vacances")
    fresh = make.service("Vacances")
    Listing.objects.filter(service=stale).update(said_on=date(2024, 1, 1), due_on=date(2024, 7, 1))
    Listing.objects.filter(service=fresh).update(said_on=date(2026, 10, 1), due_on=date(2027, 4, 1))
    assert found("vacances") == [fresh, stale, mentioned]
    assert ("no", "Non confirmé depuis janvier 2024") in said(asked("vacances"))[1]


def test_pages_neither_skip_nor_repeat():
    made = {make.service("Accueil", of=make.organisation()).pk for _number in range(7)}
    orders = [[match.service for match in find(asked("accueil"), TUESDAY).matches] for _time in range(2)]
    assert orders[0] == orders[1]
    assert set(orders[0]) == made


# Relaxed


def test_nothing_that_fits_becomes_the_narrowest_wider_answer():
    make.service("Cours de français", themes=[FRENCH], places=[CRETEIL], hours="Th 14:00-16:00")
    told = answer(asked("cours de français vitry jeudi", km=3), TUESDAY)
    assert (told.given_up, told.question.km) == (("farther",), 6)
    told = answer(asked("cours de français vitry mardi", km=3), TUESDAY)
    assert told.given_up == ("when", "farther")


def test_who_does_not_say_their_languages_fits_in_part_and_who_speaks_others_does_not():
    make.service("Cours de français", themes=[FRENCH], languages=[{"code": "ar"}])
    silent = make.service("Cours de français", themes=[FRENCH])
    told = answer(asked("cours de français tigrinya"), TUESDAY)
    assert [(match.service, match.is_whole) for match in told.matches] == [(silent.pk, False)]
    assert ("unknown", "Langues inconnues\u00a0: appelez d’abord") in said(asked("cours de français tigrinya"))[0]


def test_what_has_one_of_two_themes_or_one_akin_stands_below_what_has_both():
    both = make.service("Un", themes=[FRENCH, FOOD])
    one = make.service("Deux", themes=[FRENCH])
    akin = make.service("Trois", themes=["equipement-et-alimentation--habillement"])
    make.service("Quatre", themes=["numerique"])
    told = answer(asked("cours de français et aide alimentaire"), TUESDAY)
    assert [match.service for match in told.matches] == [both.pk, one.pk, akin.pk]
    assert (told.fitting, told.given_up) == (1, ())
    assert ("unknown", "Ne dit pas «\u00a0aide alimentaire\u00a0»") in said(
        asked("cours de français et aide alimentaire")
    )[1]


def test_beside_a_theme_other_words_rank_and_narrow_nothing():
    plain = make.service("Cours de français", themes=[FRENCH])
    sewing = make.service("Cours de français", themes=[FRENCH], description=make.words("Avec machines").stored())
    assert found("cours de français machines") == [sewing, plain]


def test_what_fits_farther_away_comes_before_what_fits_in_part_near():
    make.service("Accueil", themes=[FOOD], places=[VITRY])
    far = make.service("Accueil", themes=[FRENCH, FOOD], places=[CRETEIL])
    told = answer(asked("cours de français et colis vitry", km=3), TUESDAY)
    assert (told.given_up, told.matches[0].service) == (("farther",), far.pk)


QUESTIONS = st.builds(
    Question,
    spot=st.none() | st.just(Spot("Vitry", 2.39, 48.79, ("insee-departement:94", "insee-commune:94081"))),
    km=st.none() | st.sampled_from([1, 3, 10]),
    languages=st.sampled_from([(), ("ti",)]),
    gender=st.sampled_from(["", "women"]),
    stay=st.sampled_from([(), ("refugee",)]),
    when=st.sampled_from(["", "now", "tu"]),
    level=st.none() | st.just((1, 1)),
    is_free=st.booleans(),
    has_places=st.booleans(),
)


@given(QUESTIONS)
def test_a_womens_service_and_a_condition_of_stay_are_never_given_up(question):
    wider = list(relaxations(question))
    assert {(each.gender, each.stay) for _given_up, each in wider} <= {(question.gender, question.stay)}
    assert all(each.languages == question.languages and each.sought == question.sought for _given_up, each in wider)
    assert len(wider) <= 2 * len(STEPS)
    assert all(given_up for given_up, _each in wider)


def test_one_look_reads_the_time_given_and_no_clock() -> None:
    make.service("Accueil", hours="Tu 14:00-16:00")
    assert found("accueil", when="now", at=datetime(2026, 11, 24, 13, 30, tzinfo=UTC).astimezone(PARIS)) != []


@pytest.fixture
def reading() -> Reading:
    return read("", "fr")


def test_an_empty_question_asks_nothing(reading):
    assert not reading.question.asks_anything
