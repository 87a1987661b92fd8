"""Every format says what the record says, in its own words, and those who made the format would take it."""

import io
import json
from datetime import date, time
from pathlib import Path

import jsonschema
import pytest
from data_inclusion.schema import v1
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from parcours.api.formats import Report, Site, datainclusion, geojson, hsds, schemaorg, tables
from parcours.api.public import public_values
from parcours.api.queries import organisations, services
from parcours.api.tests.conftest import full_service
from parcours.census.formats import datainclusion as inclusion_reading
from parcours.census.formats import tables as table_reading
from parcours.directory.choices import RecordKind
from parcours.directory.cleaning import clean
from parcours.directory.records import SERVICE
from parcours.directory.tests import factories as make
from parcours.engines.hours import Hours, Range, Week, from_weekly
from parcours.kit.spreadsheets import read_table, write_csv
from parcours.translations.texts import Translated

SITE = Site("https://parcours.example", "94")
SCHEMAS = Path(settings.ROOT).parent / "shared" / "data" / "hsds-3.1-dev"
needs_schemas = pytest.mark.skipif(not SCHEMAS.is_dir(), reason=f"the HSDS schemas are not in {SCHEMAS}")
pytestmark = pytest.mark.django_db


@pytest.fixture
def bare(commune):
    """A service that says next to nothing, of an organisation that says as little."""
    return make.service("Écoute", of=make.organisation("Ici"), fee="symbolic", catchment=["insee-region:11"])


# data·inclusion


def test_datainclusion_takes_every_service_and_structure(full, bare):
    report = Report()
    written = {row["nom"]: row for row in datainclusion.services(services(), SITE, report)}
    for row in written.values():
        v1.Service.model_validate(row)
    assert written["Atelier de français"] == {
        "source": "parcours-94",
        "id": f"parcours-94--{full.key}",
        "structure_id": f"parcours-94--{full.organisation.key}",
        "nom": "Atelier de français",
        "description": "Un atelier deux fois par semaine, avec garde d’enfants.",
        "date_maj": full.changed_at.date().isoformat(),
        "lien_source": f"https://parcours.example/fr/services/{full.key}/",
        "type": "atelier",
        "thematiques": ["lecture-ecriture-calcul--maitriser-le-francais"],
        "frais": "gratuit",
        "frais_precisions": "Adhésion offerte",
        "publics": ["femmes", "personnes-exilees"],
        "publics_precisions": "Mères de jeunes enfants",
        "conditions_acces": "Habiter la commune",
        "commune": "Testville",
        "code_postal": "94400",
        "code_insee": "94081",
        "adresse": "1 rue des Essais",
        "complement_adresse": "Escalier B",
        "longitude": 2.39,
        "latitude": 48.79,
        "telephone": "+33145678902",
        "courriel": "atelier@example.org",
        "modes_accueil": ["en-presentiel"],
        "zone_eligibilite": ["94081"],
        "lien_mobilisation": "https://association.example.org/inscription",
        "modes_mobilisation": ["telephoner", "se-presenter"],
        "mobilisable_par": ["usagers"],
        "mobilisation_precisions": "Appeler le matin",
        "volume_horaire_hebdomadaire": 3.5,
        "nombre_semaines": 30,
        "horaires_accueil": "Tu,Th 09:30-11:30",
    }
    found = list(datainclusion.structures(organisations(), SITE, report))
    assert len(found) == 2
    for row in found:
        v1.Structure.model_validate(row)


def test_what_datainclusion_cannot_take_is_left_out_and_told(full, bare):
    bare.is_invented = True
    bare.save()
    report = Report()
    assert [row["nom"] for row in datainclusion.services(services(), SITE, report)] == ["Atelier de français"]
    assert (report.written, report.left_out) == (
        1,
        {
            "description: missing": 1,
            "places beyond the first": 1,
            "zone_eligibilite: no code of the standard says it": 1,
        },
    )
    assert {row["id"] for row in report.records} == {
        f"parcours-94--{full.key}", f"parcours-94-invente--{bare.key}",
    }  # fmt: skip


# HSDS


def hsds_schema(name):
    found = [
        (path.name, Resource.from_contents(json.loads(path.read_text()), default_specification=DRAFT202012))
        for path in SCHEMAS.glob("*.json")
    ]
    return jsonschema.Draft202012Validator(
        {"$ref": name}, registry=Registry().with_resources(found), format_checker=jsonschema.FormatChecker()
    )


@needs_schemas
def test_hsds_takes_every_service_and_organisation(full, bare):
    for row in hsds.services(services(), SITE):
        hsds_schema("service.json").validate(json.loads(json.dumps(row)))
    for row in hsds.organisations(organisations(), SITE):
        hsds_schema("organization.json").validate(json.loads(json.dumps(row)))


@needs_schemas
def test_the_hsds_schemas_find_faults(full):
    row = next(iter(hsds.services(services(), SITE)))
    row["service_at_locations"][0]["location"]["addresses"][0]["address_type"] = "imaginary"
    with pytest.raises(jsonschema.ValidationError):
        hsds_schema("service.json").validate(row)


def test_hsds_says_every_code_of_a_service(full):
    row = next(iter(hsds.services(services(), SITE)))
    values = public_values(full)
    told = {}
    for attribute in row["attributes"]:
        told.setdefault(attribute["link_type"], []).append(attribute["taxonomy_term"]["code"])
    expected = {name: values[name] for name, _scheme in hsds.CODES if name in values}
    expected |= {name: values[name] for name in hsds.CHOICES}
    assert told == {name: [code] if isinstance(code, str) else code for name, code in expected.items()}
    assert row["languages"][1]["note"] == "volunteer · Tu"
    addresses = [at["location"]["addresses"][0] for at in row["service_at_locations"]]
    assert [address["state_province"] for address in addresses] == ["Val-de-Test", "Val-de-Test"]


ranges = st.builds(
    lambda start, length: Range(time(start), time(start + length, 30)), st.integers(0, 20), st.integers(0, 3)
)
weeks = st.lists(st.one_of(st.just(()), ranges.map(lambda one: (one,))), min_size=7, max_size=7).map(
    lambda days: Week(tuple(days))
)


@given(weeks.filter(lambda week: any(week.days)))
def test_hsds_schedules_open_on_the_same_days_at_the_same_times(week):
    text = from_weekly(week)
    told = hsds.schedules("x", text)
    again = {(day, row["opens_at"], row["closes_at"]) for row in told for day in row["byday"].split(",")}
    days = zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), Hours(text).weekly().days, strict=True)
    assert again == {(day, f"{one.opens:%H:%M}", f"{one.closes:%H:%M}") for day, ones in days for one in ones}
    assert {row["description"] for row in told} == {text}
    assert len({row["id"] for row in told}) == len(told)


# GeoJSON, tables


def test_geojson_has_a_point_for_each_place_that_has_one(full, bare):
    found = json.loads(b"".join(geojson.collection(geojson.features(services().order_by("pk"), SITE), "licence")))
    assert found["type"] == "FeatureCollection"
    assert [feature["geometry"] for feature in found["features"]] == [
        {"type": "Point", "coordinates": [2.39, 48.79]}, None, None,
    ]  # fmt: skip
    assert found["features"][0]["properties"]["hours"] == "Tu 09:30-11:30"
    assert len({feature["id"] for feature in found["features"]}) == 3


def test_a_table_has_a_line_for_each_record_and_every_cell_under_its_name(full):
    lines = list(tables.lines(services()))
    data = b"".join(write_csv(tables.columns("service"), lines))
    (row,) = read_table(io.BytesIO(data), "services.csv").rows
    assert row.cells["id"] == full.key
    assert (row.cells["summary"], row.cells["summary_en"]) == ("On apprend à parler.", "One learns to speak.")
    assert row.cells["languages"] == "ar:interpreter | ti:volunteer:2"
    assert (row.cells["commune"], row.cells["lon"]) == ("insee-commune:94081", "2.39")
    assert row.cells["publics"] == "femmes | asylum-seekers"


# What comes in again


def test_a_table_comes_in_as_it_went_out(full):
    names = tables.columns("service")
    data = b"".join(write_csv(names, tables.lines(services())))
    table = read_table(io.BytesIO(data), "services.csv")
    rows = table_reading.read(table, RecordKind.SERVICE, {name: name for name in names}).rows
    (raw,) = [row for row in rows if row.kind == RecordKind.SERVICE]
    values, errors, _warnings = clean(RecordKind.SERVICE, raw.values)
    assert errors == []
    known = public_values(full)
    known["places"] = known["places"][:1]
    known["places"][0].pop("hours")
    assert values == known


def test_datainclusion_comes_in_as_it_went_out(full):
    (row,) = datainclusion.services(services(), SITE, Report())
    values, errors, _warnings = clean(RecordKind.SERVICE, inclusion_reading.read_one(1, row, set()).values)
    assert errors == []
    known = public_values(full)
    same = set(inclusion_reading.SERVICE.values()) - {"types", "publics"} | {"catchment"}
    # the format has one language
    known |= {name: in_french(known[name]) for name in same & TEXTS & set(known)}
    assert {name: values.get(name) for name in same} == {name: known.get(name) for name in same}


TEXTS = {field.name for field in SERVICE if field.kind == "text"}


def in_french(text):
    return Translated.of({"fr": Translated.parse(text).text_in("fr")}).stored()


# Pages


def test_a_page_tells_search_engines_what_it_tells_people(full):
    with override("en"):
        told = schemaorg.service(full, "https://parcours.example")
    assert told["@type"] == "Service"
    assert told["url"] == f"https://parcours.example/en/services/{full.key}/"
    assert told["isAccessibleForFree"] is True
    assert told["hoursAvailable"] == [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": ["https://schema.org/Tuesday", "https://schema.org/Thursday"],
            "opens": "09:30",
            "closes": "11:30",
        }
    ]
    channel = told["availableChannel"][0]
    assert channel["availableLanguage"] == ["ar", "ti"]
    assert channel["serviceLocation"]["geo"]["latitude"] == 48.79
    town = make.organisation("Mairie", kind="municipality")
    assert schemaorg.service(make.service("Accueil", of=town), "")["@type"] == "GovernmentService"
    assert schemaorg.organisation(full.organisation, "")["address"]["addressLocality"] == "Testville"


def test_nothing_in_the_data_can_end_the_block_that_holds_it(full):
    hostile = full_service(full.organisation, "</script><script>alert(1)</script>")
    template = Template("{% load open_data %}{% json_ld service %}{% json_ld service.organisation %}")
    page = template.render(Context({"service": hostile, "request": RequestFactory().get("/")}))
    assert page.count("</script>") == page.count("<script") == 2
    assert json.loads(page.partition(">")[2].partition("</script>")[0])["name"].startswith("</script>")


def test_dates_of_the_future_are_not_told(full):
    full.confirmed_on = date(2099, 1, 1)
    full.save()
    (row,) = datainclusion.services(services(), SITE, Report())
    v1.Service.model_validate(row)
