"""The files of a territory pack hold together: unique keys, known references, two languages, sections, own words."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PACK = ROOT / "territories" / "val-de-marne"
SOURCE = ROOT.parent / "shared" / "sources" / "001_f1d38eed37e96eea.txt"
SECTIONS = {
    "cover", "preamble", "I", "I.1", "I.2", "I.3", "I.3.a", "I.3.b", "II.1", "II.2", "II.3.a", "II.3.b", "II.3.c",
    "II.3.d", "III", "III.1.a", "III.1.b", "III.1.c", "III.1.d",
    "III.4.a", "III.4.b", "III.4.c", "III.4.d", "III.4.e", "III.5",
    "IV", "IV.1", "IV.2", "V", "appendix",
}  # fmt: skip
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
PLACEHOLDER = re.compile(r"\{(figure|quoted):([^{}]+)\}")
DIGITS = re.compile(r"(?<!\w)\d[\d.,]*")
YEAR = re.compile(r"(?:19|20)\d\d[.,]?\Z")
LANGUAGES = {"fr", "en"}
# Names and labels are not prose: "Face 94", "aged 15 to 19".
NOT_PROSE = {"label", "name", "names"}
LONGEST_COPY = 11

Record = dict[str, Any]


def load(name: str) -> Any:
    return yaml.safe_load((PACK / f"{name}.yaml").read_text(encoding="utf-8"))


TERRITORY, SOURCES, ORGANISATIONS, PLAN = load("territory"), load("sources"), load("organisations"), load("plan")
ACTIONS, FIGURES, INVENTED = load("actions"), load("figures"), load("invented")
FILES = {
    "territory": TERRITORY, "organisations": ORGANISATIONS, "plan": PLAN, "actions": ACTIONS, "figures": FIGURES,
    "invented": INVENTED,
}  # fmt: skip
PARTS = [name for name in PLAN if name != "plan"]


def keys(records: list[Record]) -> list[str]:
    return [record["key"] for record in records]


def areas() -> set[str]:
    """Official codes of the territory and of its communes."""
    with (PACK / "areas.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"] for row in csv.DictReader(file)}


def texts(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every text in languages below `node`, with the path that leads to it."""
    if isinstance(node, dict):
        if node and set(node) <= {"fr", "en", "ar"}:
            yield path, node
            return
        for name, child in node.items():
            yield from texts(child, f"{path}/{name}")
    elif isinstance(node, list):
        for place, child in enumerate(node):
            label = child.get("key", place) if isinstance(child, dict) else place
            yield from texts(child, f"{path}/{label}")


def prose() -> Iterator[tuple[str, str, str]]:
    """(path, language, text) of all that is written in sentences or titles."""
    for name, data in FILES.items():
        for path, text in texts(data, name):
            if not NOT_PROSE & set(path.split("/")):
                for language, written in text.items():
                    yield path, language, written


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(sequence: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(sequence[start : start + length]) for start in range(len(sequence) - length + 1)}


def unknown(named: list[str], known: list[str] | set[str]) -> list[str]:
    return sorted({name for name in named if name is not None} - set(known))


LISTS = {"sources": SOURCES, "organisations": ORGANISATIONS, "actions": ACTIONS, "people": INVENTED["people"]} | {
    part: PLAN[part] for part in PARTS
}


@pytest.mark.parametrize("name", LISTS)
def test_keys_are_slugs_and_unique(name: str) -> None:
    found = keys(LISTS[name])
    assert sorted(set(found)) == sorted(found)
    assert [key for key in found if not SLUG.match(key)] == []


def test_keys_of_figures_and_checks_are_unique() -> None:
    for records in (FIGURES["figures"], FIGURES["checks"], FIGURES["observations"]):
        assert sorted(set(keys(records))) == sorted(keys(records))


def test_action_codes_are_unique_and_say_the_axis() -> None:
    numbers = {axis["key"]: axis["number"] for axis in PLAN["axes"]}
    codes = [action["code"] for action in ACTIONS]
    assert sorted(set(codes)) == sorted(codes)
    wrong = [
        action["code"]
        for action in ACTIONS
        if not action["code"].startswith("I." if action["stage"] == "idea" else f"A{numbers[action['axes'][0]]}.")
    ]
    assert wrong == []


def test_every_text_has_french_and_english() -> None:
    lacking = [
        path
        for name, data in FILES.items()
        for path, text in texts(data, name)
        if not (set(text) >= LANGUAGES or path.endswith("/names")) or not all(map(str.strip, text.values()))
    ]
    assert lacking == []


def test_the_overview_also_has_arabic() -> None:
    overview = [(PLAN["plan"], "title"), (PLAN["plan"], "summary"), (TERRITORY, "name"), (TERRITORY, "summary")]
    overview += [(record, "title") for part in ("axes", "challenges", "themes") for record in PLAN[part]]
    overview += [(axis, "description") for axis in PLAN["axes"]]
    overview += [(record, "text") for part in ("principles", "objectives") for record in PLAN[part]]
    assert [record for record, field in overview if not record[field].get("ar")] == []


def test_every_record_cites_a_section_of_a_known_source() -> None:
    records = [TERRITORY, PLAN["plan"], *ORGANISATIONS, *ACTIONS, *FIGURES["figures"]]
    records += [record for part in PARTS for record in PLAN[part]]
    assert [record for record in records if record["section"] not in SECTIONS] == []
    assert unknown([record["source"] for record in records], keys(SOURCES)) == []
    cited = [place["section"] for organisation in ORGANISATIONS for place in organisation["named_as"]]
    cited += [partner["section"] for action in ACTIONS for partner in action["partners"]]
    cited += [record["section"] for record in FIGURES["checks"] + FIGURES["observations"]]
    assert unknown(cited, SECTIONS) == []


def test_every_organisation_that_is_referred_to_exists() -> None:
    named = [TERRITORY["owner"]]
    for organisation in ORGANISATIONS:
        named += [organisation.get("parent"), *organisation.get("maybe_same_as", [])]
        named += [relation["to"] for relation in organisation["relations"]]
    for action in ACTIONS:
        named += [action["lead"], *(partner["organisation"] for partner in action["partners"])]
    named += [member["organisation"] for body in PLAN["bodies"] for member in body["members"]]
    named += [key for workshop in PLAN["workshops"] for key in workshop["facilitators"]]
    named += [fund["funder"] for fund in PLAN["funding_sources"]]
    named += [lead["organisation"] for lead in INVENTED["invented"]["leads"]]
    named += [rating["owner"] for rating in INVENTED["invented"]["risk_ratings"]]
    named += [person["organisation"] for person in INVENTED["people"]]
    assert unknown(named, keys(ORGANISATIONS)) == []


def test_no_possible_duplicate_is_named_one_way_only() -> None:
    pairs = {(one["key"], other) for one in ORGANISATIONS for other in one.get("maybe_same_as", [])}
    assert {(other, one) for one, other in pairs} == pairs


def test_an_action_names_an_organisation_once_for_each_role() -> None:
    for action in ACTIONS:
        named = [(partner["organisation"], partner["role"]) for partner in action["partners"]]
        assert sorted(set(named)) == sorted(named), action["code"]


def test_every_part_of_the_plan_that_an_action_refers_to_exists() -> None:
    for field, part in (
        ("axes", "axes"),
        ("challenges", "challenges"),
        ("publics", "publics"),
        ("funding", "funding_sources"),
    ):
        assert unknown([key for action in ACTIONS for key in action[field]], keys(PLAN[part])) == [], field
    assert unknown([action["theme"] for action in ACTIONS], keys(PLAN["themes"])) == []
    assert unknown([link["to"] for action in ACTIONS for link in action["links"]], keys(ACTIONS)) == []
    assert unknown([workshop["axis"] for workshop in PLAN["workshops"]], keys(PLAN["axes"])) == []


def test_every_commune_exists() -> None:
    named = [code for action in ACTIONS for code in action["areas"]]
    named += [organisation["commune"] for organisation in ORGANISATIONS] + [TERRITORY["area"]]
    named += [item["area"] for item in INVENTED["invented"]["agenda_items"]]
    assert unknown(named, areas()) == []


def test_ideas_are_left_as_the_document_left_them() -> None:
    ideas = [action for action in ACTIONS if action["stage"] == "idea"]
    assert [idea["code"] for idea in ideas] == [f"I.{number}" for number in range(1, 10)]
    for idea in ideas:
        assert (idea["axes"], idea["lead"], idea["starts_on"], idea["indicators"]) == ([], None, None, []), idea["code"]
        assert idea["theme"] is not None


def test_every_figure_that_is_referred_to_exists() -> None:
    named = [key for check in FIGURES["checks"] + FIGURES["observations"] for key in check["figures"]]
    for check in FIGURES["checks"]:
        for value in check["parameters"].values():
            named += [key for key in (value if isinstance(value, list) else [value]) if isinstance(key, str)]
    named += [key for _, _, text in prose() for kind, key in PLACEHOLDER.findall(text) if kind == "figure"]
    named += [line["figure"] for action in ACTIONS for line in action["budget"]]
    assert unknown(named, keys(FIGURES["figures"])) == []


def test_every_figure_in_prose_is_cited_or_quoted() -> None:
    typed = [
        (path, language, number)
        for path, language, text in prose()
        for number in DIGITS.findall(PLACEHOLDER.sub("", text))
        if not YEAR.match(number)
    ]
    assert typed == []


def test_only_the_figures_that_we_computed_have_nothing_printed() -> None:
    unprinted = {figure["key"] for figure in FIGURES["figures"] if not figure["printed"]}
    assert unprinted == {figure["key"] for figure in FIGURES["figures"] if figure.get("derived")}


def test_checks_are_of_the_kinds_that_the_engine_knows_and_carry_their_parameters() -> None:
    parameters = {
        "fits": {"figure", "base"}, "fits_any": {"figure", "bases"}, "sum": {"parts", "total", "tolerance"},
        "rate": {"change", "years", "printed"}, "share": {"part", "whole", "printed"},
        "multi_select": {"parts", "base"}, "overlap": {"parts", "union"},
    }  # fmt: skip
    for check in FIGURES["checks"]:
        assert set(check["parameters"]) == parameters[check["kind"]], check["key"]
        assert check["expected"] in ("pass", "fail"), check["key"]


def test_invented_records_refer_to_what_exists() -> None:
    invented = INVENTED["invented"]
    named = [
        record["action"]
        for name in ("leads", "schedules", "blocks", "updates", "milestones")
        for record in invented[name]
    ]
    named += [record["action"] for name in ("budget_lines", "indicators") for record in invented[name]]
    named += [key for note in invented["notes"] for key in note["becomes"]]
    named += [key for meeting in invented["meetings"] for one in meeting["decisions"] for key in one["actions"]]
    assert unknown(named, keys(ACTIONS)) == []
    assert unknown([note["workshop"] for note in invented["notes"]], keys(PLAN["workshops"])) == []
    assert unknown([meeting["body"] for meeting in invented["meetings"]], keys(PLAN["bodies"])) == []
    assert unknown([rating["risk"] for rating in invented["risk_ratings"]], keys(PLAN["risks"])) == []
    assert unknown([line["funding_source"] for line in invented["budget_lines"]], keys(PLAN["funding_sources"])) == []
    assert unknown([item["challenge"] for item in invented["agenda_items"]], keys(PLAN["challenges"])) == []
    assert unknown([item["public"] for item in invented["agenda_items"]], keys(PLAN["publics"])) == []


def test_the_line_marked_above_its_ceiling_is_above_it() -> None:
    ceilings = {fund["key"]: fund["ceiling_percent"] for fund in PLAN["funding_sources"]}
    lines = INVENTED["invented"]["budget_lines"]
    cost = sum(line["amount"] for line in lines if line["kind"] == "cost")
    funding = [line for line in lines if line["kind"] == "funding" and ceilings[line["funding_source"]]]
    above = [line["key"] for line in funding if 100 * line["amount"] > ceilings[line["funding_source"]] * cost]
    assert above == [line["key"] for line in lines if line.get("exceeds_ceiling")]
    assert above == ["gateway-fami"]


def test_invented_people_cannot_be_reached() -> None:
    assert [
        person for person in INVENTED["people"] if not person["email"].endswith("@example.org") or person["phone"]
    ] == []
    assert sorted(person["role"] for person in INVENTED["people"]) == [
        "committee", "coordinator", "facilitator", "partner", "translator",
    ]  # fmt: skip


@pytest.mark.skipif(not SOURCE.exists(), reason="the source document is not beside this repository")
def test_nothing_is_copied_from_the_source() -> None:
    source = runs(words(SOURCE.read_text(encoding="utf-8")), LONGEST_COPY + 1)
    copied = [
        (path, " ".join(run))
        for name, data in FILES.items()
        for path, text in texts(data, name)
        for run in runs(words(text["en"]), LONGEST_COPY + 1) & source
    ]
    assert copied == []


@pytest.mark.skipif(not SOURCE.exists(), reason="the source document is not beside this repository")
def test_what_an_organisation_is_named_as_stands_in_the_source() -> None:
    source = " ".join(words(SOURCE.read_text(encoding="utf-8")))
    absent = [
        (organisation["key"], place["text"])
        for organisation in ORGANISATIONS
        for place in organisation["named_as"]
        if " ".join(words(place["text"])) not in source
    ]
    assert absent == []
