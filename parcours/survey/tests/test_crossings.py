"""Two questions crossed, two waves side by side, and the raw data: who sees what, and what it costs the others."""

import csv
import io

import pytest
from django.core.cache import cache
from django.utils import translation
from openpyxl import load_workbook

from parcours.directory.choices import Role
from parcours.directory.tests import factories as directory
from parcours.directory.tests.cast import signed_in
from parcours.engines.suppression import audit
from parcours.survey.compared import compared
from parcours.survey.models import Crossing, Response, Wave
from parcours.survey.readable import readable
from parcours.survey.tables import results_of
from parcours.survey.tests import answered as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(settings):
    """Staff who need no second factor, readers of English, nothing kept from the test before."""
    settings.PARCOURS_STAFF_MFA = False
    cache.clear()
    with translation.override("en"):
        yield
    cache.clear()


@pytest.fixture
def wave():
    made = make.wave()
    make.actors(made)
    return made


def test_readers_see_the_crossings_that_are_published_and_can_ask_for_no_other(wave, client):
    coordinator, address = signed_in(Role.COORDINATOR), f"/en/survey/waves/{wave.key}/crossings/"
    chosen = {"row": "work/axes", "column": "kind"}
    title = "Your axes, by: You are"
    page = coordinator.get(address, chosen).content.decode()
    assert title in page
    assert not Crossing.objects.exists()
    assert title not in client.get(f"/en/survey/waves/{wave.key}/results/", chosen).content.decode()
    coordinator.post(address, chosen)
    assert title in client.get(f"/en/survey/waves/{wave.key}/results/").content.decode()
    coordinator.post(address, {"row": "kind", "column": "work/axes"})
    coordinator.post(f"{address}{Crossing.objects.get().pk}/withdraw/")
    assert title not in client.get(f"/en/survey/waves/{wave.key}/results/").content.decode()


def test_a_crossing_is_of_those_in_both_bases_and_no_hidden_number_of_it_can_be_computed(wave):
    Crossing.objects.create(wave=wave, row="work/axes", column="kind")
    found = results_of(wave)
    [crossed] = [table for table in readable(found) if table.is_crossed]
    assert crossed.key == "work.axes.x.kind"
    assert audit(found.everything()) == []
    both = sum(
        {"kind", "work/axes"} <= set(one.answers) and one.answers["kind"] != "dont_know" for one in wave.responses.all()
    )
    left_out = crossed.beside[0].value
    assert crossed.bases[-1] in (both, None)
    assert left_out in (62 - both, None)


def test_what_cannot_be_crossed_is_not_offered_and_not_shown(wave):
    page = signed_in(Role.COORDINATOR).get(
        f"/en/survey/waves/{wave.key}/crossings/", {"row": "actions/theme", "column": "kind"}
    )
    assert "asked several times" in page.content.decode()
    Crossing.objects.create(wave=wave, row="kind", column="work/axes")
    Crossing.objects.create(wave=wave, row="kind", column="gone")
    assert [table for table in readable(results_of(wave)) if table.is_crossed] == []


def test_two_waves_are_compared_in_points_and_by_who_changed_their_answer(client):
    before = make.wave(title="Enquête 2018")
    rows = make.choices("kind", club="Association", city="Commune", guild="Guilde")
    survey = [make.question("select_one kind", "kind", "Vous êtes", "You are")]
    after = make.wave(of=make.version(survey, rows, of=before.version.questionnaire, number=2))
    actors = [directory.organisation() for _number in range(20)]
    for at, actor in enumerate(actors):
        make.answer(before, organisation=actor, kind="club" if at < 10 else "school" if at < 15 else "city")
        if at < 16:
            make.answer(after, organisation=actor, kind="club" if at < 6 else "guild" if at < 12 else "city")
    [kind] = compared(before, after)
    assert [(row.code, row.before and row.before.n, row.after and row.after.n) for row in kind.rows] == [
        ("club", 10, 6), ("city", 5, 4), ("guild", None, 6), ("school", 5, None),
    ]  # fmt: skip
    assert [row.points for row in kind.rows] == [-12.5, 0.0, None, None]
    assert (kind.moved.n, kind.moved.base) == (9, 16)
    page = client.get(f"/en/survey/waves/{after.key}/results/since/{before.key}/").content.decode()
    assert "-12.5 points" in page
    assert "not offered" in page
    assert "9 of the 16 organisations that answered both times" in page
    Wave.objects.filter(pk=before.pk).update(results_are_public=False)
    assert client.get(f"/en/survey/waves/{after.key}/results/since/{before.key}/").status_code == 404


def test_how_many_changed_their_answer_is_withheld_where_it_is_few():
    before, after = make.wave(), make.wave()
    for at in range(12):
        actor = directory.organisation()
        make.answer(before, organisation=actor, kind="club")
        make.answer(after, organisation=actor, kind="city" if at < 2 else "club")
    moved = next(one.moved for one in compared(before, after) if one.key == "kind")
    assert moved.is_withheld


def test_raw_data_tell_every_answer_with_its_state_and_who_took_them(wave):
    Response.objects.filter(pk=wave.responses.earliest("pk").pk).update(
        answers={"kind": "club", "work/need": "=1+1"}, states={"kind": "a", "work/axes": "u", "work/need": "a"}
    )
    browser = signed_in(Role.COORDINATOR)
    address = f"/en/survey/waves/{wave.key}/raw/"
    assert browser.get(address).status_code == 200
    assert Wave.objects.get(pk=wave.pk).events.filter(pgh_label="raw_data_taken").count() == 0
    rows = taken(browser, address, "csv")
    assert len(rows) == 62
    first = rows[0]
    assert (first["kind"], first["kind@state"], first["work/axes@state"], first["work/people@state"]) == (
        "club", "a", "u", "h",
    )  # fmt: skip
    assert first["work/need"] == "'=1+1"
    assert {"n", "d"} <= {row[name] for row in rows for name in ("work/axes@state", "kind@state")}
    repeated = taken(browser, address, "csv.actions")
    assert len(repeated) == sum(len(one.answers.get("actions", [])) for one in wave.responses.all())
    assert repeated[0]["theme@state"] == "a"
    file = b"".join(browser.post(address, {"file": "xlsx"}).streaming_content)
    assert load_workbook(io.BytesIO(file), read_only=True).sheetnames[1] == "actions"
    assert browser.post(address, {"file": "csv.nothing"}).status_code == 404
    taker = browser.session["_auth_user_id"]
    events = Wave.objects.get(pk=wave.pk).events.filter(pgh_label="raw_data_taken")
    assert [str(event.pgh_context["user"]) for event in events] == [taker] * 3


def taken(browser, address, file):
    text = b"".join(browser.post(address, {"file": file}).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_codebook_names_every_question_choice_and_state(wave, client):
    text = client.get(f"/en/survey/waves/{wave.key}/codebook.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    people = next(row for row in rows if row["path"] == "work/people")
    assert (people["type"], people["condition"]) == ("integer", "(${kind} = 'club')")
    assert people["label::English (en)"] == "How many people?"
    assert [(row["code"], row["role"]) for row in rows if row["path"] == "kind"] == [
        ("", ""), ("club", ""), ("city", ""), ("school", ""), ("dont_know", "unknown"),
    ]  # fmt: skip
    page = client.get(f"/en/survey/waves/{wave.key}/codebook/").content.decode()
    assert "How many people?" in page
    assert "<code>dont_know</code>" in page
