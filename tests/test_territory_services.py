"""The services of the territory pack hold together and tell the demonstration’s story; the judged queries name them."""

import csv
import math
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import yaml

from parcours.directory.choices import Capacity, Gender, OrganisationKind, SpokenBy
from parcours.directory.records import SERVICE
from parcours.directory.vocabulary import vocabulary
from parcours.engines.hours import Hours
from tests.test_territory_pack import (
    DIGITS,
    LANGUAGES,
    LONGEST_COPY,
    ORGANISATIONS,
    PACK,
    ROOT,
    SECTIONS,
    SLUG,
    SOURCE,
    SOURCES,
    keys,
    load,
    runs,
    texts,
    unknown,
    words,
)

Record = dict[str, Any]

SERVICES, LIST = load("services"), load("list")
CITED, INVENTED = SERVICES["cited"], SERVICES["invented"] + LIST["invented"]
EVERY = CITED + INVENTED
INVENTED_ORGANISATIONS = SERVICES["invented_organisations"] + LIST["invented_organisations"]
QUERIES = yaml.safe_load((ROOT / "bench" / "judged" / "queries.yaml").read_text(encoding="utf-8"))
# What the demonstration is said to be at: nothing in it may be later.
TODAY = date(2026, 11, 25)
KM_OF_A_DEGREE = (73.2, 111.2)  # of longitude and latitude, here
VITRY = (2.40332, 48.78716)
NEAR_KM, TUESDAY = 3, 2


def km(one: tuple[float, float], other: tuple[float, float]) -> float:
    return math.hypot(*((a - b) * scale for a, b, scale in zip(one, other, KM_OF_A_DEGREE, strict=True)))


def centres() -> dict[str, tuple[float, float]]:
    with (PACK / "areas.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file) if row["lon"]}


def places(service: Record) -> list[Record]:
    addresses = {row["key"]: [row] for row in INVENTED_ORGANISATIONS}
    return service.get("places", addresses.get(service["organisation"], []))


def said(name: str) -> Iterator[tuple[str, str]]:
    """(key of the service, code) for each code that the field of this name holds."""
    for service in EVERY:
        value = service.get(name, [])
        yield from ((service["key"], code) for code in (value if isinstance(value, list) else [value]))


def test_keys_of_services_and_of_their_organisations_are_slugs_and_unique() -> None:
    for found in (keys(EVERY), keys(ORGANISATIONS) + keys(INVENTED_ORGANISATIONS)):
        assert [key for key, number in Counter(found).items() if number > 1 or not SLUG.match(key)] == []


def test_a_service_has_only_the_fields_of_a_record_and_its_own() -> None:
    known = {field.name for field in SERVICE}
    known |= {"key", "organisation", "section", "observed_on", "confirmed_on", "resembles"}
    assert [(service["key"], set(service) - known) for service in EVERY if set(service) - known] == []


@pytest.mark.parametrize(
    "field", [field for field in SERVICE if field.scheme not in ("", "area")], ids=lambda f: f.name
)
def test_every_code_is_in_its_vocabulary_and_no_heading(field: Any) -> None:
    terms = vocabulary(field.scheme)
    assert [(key, code) for key, code in said(field.name) if (term := terms.get(code)) is None or term.is_heading] == []


def test_every_choice_and_every_language_is_known() -> None:
    assert unknown([code for _, code in said("gender")], set(Gender)) == []
    assert unknown([code for _, code in said("capacity")], set(Capacity)) == []
    spoken = [text.split(":") for _, text in said("languages")]
    assert [parts for parts in spoken if parts[0] not in vocabulary("languages")] == []
    assert unknown([who for _, who, *_ in spoken], set(SpokenBy)) == []
    assert [days for _, _, *days in spoken for day in "".join(days).split(",") if day and day not in "1234567"] == []
    assert unknown([row["kind"] for row in INVENTED_ORGANISATIONS], set(OrganisationKind)) == []
    accessible = [code for row in INVENTED_ORGANISATIONS for code in row.get("accessibility", [])]
    assert [code for code in accessible if code not in vocabulary("accessibility")] == []


def test_all_hours_are_hours() -> None:
    told = [row["hours"] for service in EVERY for row in (service, *service.get("places", [])) if row.get("hours")]
    assert len(told) > 80
    # raises where it cannot be read
    assert all(Hours(text).text for text in told)


def test_every_place_is_in_its_commune() -> None:
    where = centres()
    rows = INVENTED_ORGANISATIONS + [place for service in EVERY for place in service.get("places", [])]
    assert [row for row in rows if km(tuple(row["at"]), where[row["commune"]]) > NEAR_KM / 2] == []
    assert [row for row in rows if not row["postcode"].startswith("94")] == []
    assert unknown([code for _, code in said("catchment")], set(where)) == []


def test_what_a_source_says_is_cited_and_nothing_is_added_to_it() -> None:
    assert unknown([service["section"] for service in CITED], SECTIONS) == []
    assert unknown([service["organisation"] for service in CITED], keys(ORGANISATIONS)) == []
    sayable = {"key", "organisation", "section", "name", "summary", "types", "themes", "publics", "stay", "modes"}
    assert [service["key"] for service in CITED if set(service) - sayable - {"catchment"}] == []
    prose = [text for service in CITED for _, text in texts({name: service[name] for name in ("name", "summary")})]
    assert [text for text in prose if not set(text) >= LANGUAGES or any(map(DIGITS.search, text.values()))] == []


@pytest.mark.skipif(not SOURCE.exists(), reason="the source document is not beside this repository")
def test_nothing_is_copied_from_the_source_into_services() -> None:
    source = runs(words(SOURCE.read_text(encoding="utf-8")), LONGEST_COPY + 1)
    assert [text for _, text in texts(CITED) if runs(words(text["en"]), LONGEST_COPY + 1) & source] == []


def test_what_is_invented_reaches_nobody() -> None:
    invented_sources = {SERVICES["invented_source"], LIST["invented_source"]}
    assert unknown(list(invented_sources), keys(SOURCES)) == []
    assert unknown([service["organisation"] for service in INVENTED], keys(INVENTED_ORGANISATIONS)) == []
    rows = INVENTED + INVENTED_ORGANISATIONS
    assert [row for row in rows if not row.get("phone", "+33199000").startswith("+33199000")] == []
    assert [row for row in rows if not row.get("email", "@example.org").endswith("@example.org")] == []
    assert [row for row in rows if ".example.org/" not in row.get("enrolment_url", ".example.org/")] == []


def test_nothing_is_said_after_the_day_of_the_demonstration_and_waits_say_how_long() -> None:
    days = [row[name] for row in EVERY for name in ("observed_on", "confirmed_on", "capacity_on") if name in row]
    assert max(days) <= TODAY.isoformat()
    assert all(date.fromisoformat(day) for day in days)
    for service in EVERY:
        capacity = service.get("capacity")
        assert ("wait_weeks" in service) == (capacity == Capacity.WAITING), service["key"]
        assert ("full_until" in service) == (capacity == Capacity.FULL), service["key"]


def test_a_mother_who_speaks_tigrinya_has_a_workshop_near_vitry_and_others_nearly_fit() -> None:
    def misses(service: Record) -> set[str]:
        """What stands between her, a beginner in Vitry who is free on Tuesdays, and this French workshop."""
        tigrinya = [text.split(":")[2:] for text in service.get("languages", []) if text.startswith("ti:")]
        fits = {
            "paid": service["fee"] == "gratuit",
            "full": service["capacity"] == Capacity.OPEN,
            "day": Hours(service["hours"]).opens_on(TUESDAY - 1) is True,
            "language": any(not days or str(TUESDAY) in days[0].split(",") for days in tigrinya),
            "far": min(km(VITRY, tuple(place["at"])) for place in places(service)) <= NEAR_KM,
        }
        return {name for name, does in fits.items() if not does}

    french = {"lecture-ecriture-calcul--maitriser-le-francais", "parcours--sociolinguistic-workshops"}
    found = {
        service["key"]: misses(service)
        for service in INVENTED
        if french & set(service["themes"]) and service.get("french_min") == "A0" and service.get("hours")
    }
    assert {key for key, lacks in found.items() if not lacks} == {"d001", "d008"}
    nearly = {key: found[key] for key in ("d003", "d007", "d014", "d096")}
    assert nearly == {"d003": {"full"}, "d007": {"paid", "language"}, "d014": {"day", "language"}, "d096": {"far"}}
    assert (
        "children-welcome"
        in places(next(service for service in INVENTED if service["key"] == "d001"))[0]["accessibility"]
    )


def test_the_list_names_eight_organisations_and_three_services_again() -> None:
    organisations = [row["resembles"] for row in LIST["invented_organisations"] if "resembles" in row]
    services = [row["resembles"] for row in LIST["invented"] if "resembles" in row]
    assert (len(organisations), len(services), len(LIST["invented_organisations"])) == (8, 3, 25)
    assert unknown(organisations, keys(SERVICES["invented_organisations"])) == []
    assert unknown(services, keys(SERVICES["invented"])) == []


def test_sixty_queries_in_six_languages_are_judged() -> None:
    languages = Counter(query["language"] for query in QUERIES)
    assert languages == {"fr": 24, "ar": 10, "en": 10, "es": 8, "ru": 4, "uk": 4}
    asked = Counter((query["q"], query.get("place")) for query in QUERIES)
    assert [query for query, number in asked.items() if number > 1] == []
    assert unknown([key for query in QUERIES for key in query["grades"]], keys(EVERY)) == []
    assert {grade for query in QUERIES for grade in query["grades"].values()} == {1, 2, 3}


def test_each_judged_query_has_an_answer_or_says_that_there_is_none() -> None:
    wrong = [query["q"] for query in QUERIES if (3 in query["grades"].values()) == query.get("none", False)]
    assert wrong == []
    assert sum(query.get("none", False) for query in QUERIES) == 3


def test_what_a_judged_query_asks_beside_its_words_exists() -> None:
    with (PACK / "areas.csv").open(encoding="utf-8", newline="") as file:
        names = {row["name"] for row in csv.DictReader(file)}
    assert unknown([query.get("place") for query in QUERIES], names) == []
    filters = [name for query in QUERIES for name in query.get("filters", {})]
    assert unknown(filters, ["french", "day", "free", "has_places", "accessible"]) == []
