"""The tables of a wave say the same on every way out, name their base, and hide what they hide everywhere."""

import csv
import io
import re
from html.parser import HTMLParser
from unicodedata import normalize

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import load_workbook

from parcours.directory.choices import Role
from parcours.directory.tests import factories as directory
from parcours.directory.tests.cast import signed_in
from parcours.engines.suppression import audit
from parcours.kit.figures import NO_VALUE, UnknownFigure
from parcours.kit.figures import get as figure
from parcours.kit.tests.pdf import text_of
from parcours.survey.models import Crossing, Response
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


def address(wave, end):
    return f"/en/survey/waves/{wave.key}/{end}"


class Cells(HTMLParser):
    """The rows of a page's tables, cell by cell, by the section that they stand in."""

    def __init__(self, text):
        super().__init__()
        self.section, self.rows, self.is_in = "", [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "section":
            self.section = dict(attributes).get("aria-labelledby", "")
        elif tag == "tr" and self.section:
            self.rows.append([self.section])
        elif tag in ("th", "td") and self.section:
            self.rows[-1].append("")
            self.is_in = True

    def handle_data(self, data):
        if self.is_in:
            self.rows[-1][-1] += data.strip()

    def handle_endtag(self, tag):
        self.is_in = self.is_in and tag not in ("th", "td")


def plain(text):
    return re.sub(r"\s+", " ", normalize("NFKC", text))


def test_every_way_out_says_the_same_and_nothing_hidden_can_be_computed_from_all_of_them(client):
    wave = make.wave()
    make.actors(wave)
    Crossing.objects.create(wave=wave, row="work/axes", column="kind")
    found = results_of(wave)
    assert audit(found.everything()) == []
    with_hidden = [table for table in readable(found) if table.withheld]
    assert [table.key for table in with_hidden] != [], "a test of hiding needs something hidden"

    expected = {
        (table.key, line.label): [cell.text for cell in line.cells] for table in readable(found) for line in table.lines
    }
    numbers = {
        (table.key, line.label): [(cell.n, cell.base) for cell in line.cells]
        for table in readable(found)
        for line in table.lines
    }
    page = Cells(client.get(address(wave, "results/")).content.decode())
    shown = {(row[0], row[1]): row[2:] for row in page.rows if (row[0], row[1]) in expected}
    assert {key: [cell for cell in cells if cell] for key, cells in shown.items()} == expected

    told = client.get(f"/api/v1/surveys/{wave.key}", {"lang": "en"}).json()
    from_api = {
        (table["key"], line["label"]): [(cell["n"], cell["base"]) for cell in line["cells"]]
        for table in told["tables"]
        for line in table["lines"]
    }
    assert from_api == numbers
    assert in_csv(client, wave, numbers) == numbers
    assert in_xlsx(client, wave, expected) == numbers
    document = plain(text_of(client.get(address(wave, "results.pdf")).content))
    for (_key, label), cells in expected.items():
        for part in (label, *(piece for cell in cells for piece in cell.split(" · "))):
            assert plain(part) in document


def number(text):
    return None if text == "withheld" else int(text)


def in_csv(client, wave, wanted):
    text = client.get(address(wave, "results.csv")).content.decode("utf-8-sig")
    found = {}
    for row in csv.DictReader(io.StringIO(text)):
        key = (row["table"], row["row_label"])
        if key in wanted and not (row["row"].startswith("(") and row["of_whom"] == ""):
            found.setdefault(key, []).append((number(row["n"]), number(row["base"])))
            assert (row["percent"] == "withheld") == ("withheld" in (row["n"], row["base"]))
    return found


def in_xlsx(client, wave, wanted):
    file = b"".join(client.get(address(wave, "results.xlsx")).streaming_content)
    found = {}
    for (key, label), cells in wanted.items():
        book = load_workbook(io.BytesIO(file), read_only=True) if not found else book  # noqa: F821 (made first)
        sheet = next(sheet for sheet in book.worksheets if sheet.title.split(" ", 1)[1:] == [key[:29]])
        rows = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
        line = next(row for row in rows if row[0] == label)
        values = [None if value == "withheld" else value for value in line[1:]]
        bases = [None if value == "withheld" else value for value in rows[0][1:]]
        if len(cells) == 1:
            found[key, label] = [(values[0], values[1])]
        else:
            found[key, label] = list(zip(values[::2], bases[::2], strict=True))[: len(cells)]
    return found


def test_a_small_number_is_called_withheld_and_is_never_a_zero(client):
    wave = make.wave()
    make.many(wave, [{"kind": "club"}] * 9 + [{"kind": "city"}] * 2 + [{"kind": "school"}] * 5)
    rows = {row[1]: row[-1] for row in Cells(client.get(address(wave, "results/")).content.decode()).rows}
    kinds = ("Association (en)", "Commune (en)", "École (en)")
    assert [rows[kind] for kind in kinds] == ["9 · 56.3%", "withheld", "withheld"]


def test_a_table_names_its_base_and_counts_apart_who_is_not_in_it(client):
    wave = make.wave()
    make.many(wave, [{"kind": "club"}] * 36 + [{"kind": "city"}] * 25 + [{"kind": "dont_know"}])
    page = client.get(address(wave, "results/")).content.decode()
    assert "Of the 61 who answered." in page
    assert "59.0%" in page
    [first, *_others] = readable(results_of(wave))
    assert {one.code: one.value for one in first.beside} == {
        "@not_shown": 0, "@unanswered": 0, "@dont_know": 1, "@everyone": 62,
    }  # fmt: skip


def test_every_share_on_every_way_out_has_its_base():
    wave = make.wave()
    make.actors(wave)
    for table in readable(results_of(wave)):
        for line in table.lines:
            assert all(cell.percent is None or cell.base for cell in line.cells)


def test_several_ticks_are_never_said_to_add_up():
    """The plan's own axis question: 43, 36, 22 and 15 of 62, which is 116 ticks and 187 %."""
    wave = make.wave()
    ticks = {"rights": 43, "together": 36, "memory": 22}
    make.many(wave, ({"work/axes": [axis for axis, n in ticks.items() if at < n] or ["none"]} for at in range(62)))
    table = next(one for one in readable(results_of(wave)) if one.path == "work/axes")
    shares = {line.code: line.total.share for line in table.lines}
    assert shares == {"rights": "69.4%", "together": "58.1%", "memory": "35.5%", "@none": "30.6%"}
    assert table.bases == (62,)
    assert table.remarks[1] == "101 ticks in all, 2.35 for each of the 43 who ticked something."


def test_numbers_lie_between_quartiles_and_the_largest_is_nobodys():
    wave = make.wave()
    make.many(wave, [{"kind": "club", "work/people": n} for n in (*range(1, 21), 977)])
    table = next(one for one in readable(results_of(wave)) if one.path == "work/people")
    assert {one.code: one.value for one in table.measures}["@median"] == 11
    assert all("977" not in line.label for line in table.lines)


def test_open_answers_are_counted_and_not_shown(client):
    wave = make.wave()
    make.actors(wave)
    for end in ("results/", "results.csv"):
        assert b"locaux" not in client.get(address(wave, end)).content
    table = next(one for one in readable(results_of(wave)) if one.path == "work/need")
    assert (table.bases, table.lines) == ((21,), ())


def test_a_question_that_only_few_are_asked_does_not_tell_how_many_gave_the_answer_that_leads_to_it():
    wave = make.wave()
    make.many(wave, [{"kind": "city"}] * 20 + [{"kind": "school"}] * 8 + [{"kind": "club", "work/people": 5}] * 2)
    tables = {one.path: one for one in readable(results_of(wave))}
    assert tables["kind"].lines[0].total.n is None
    people = tables["work/people"]
    assert (people.bases, [one.value for one in people.beside]) == ((None,), [None, None, None, 30])


def test_how_many_were_asked_is_not_hidden_in_vain():
    """All know from the condition how many were asked: hiding only that would protect nobody."""
    wave = make.wave()
    make.many(wave, [{"kind": "club", "work/people": 5}] * 2 + [{"kind": "club"}] * 10 + [{"kind": "city"}] * 10)
    people = next(one for one in results_of(wave).tables if one.path == "work/people").table
    told = [people.count(state) for state in ("@not_shown", "@unanswered")]
    assert people.count() is None
    assert told in ([10, None], [None, None])


def test_everyone_reads_public_tables_professionals_those_of_every_wave_and_nobody_else(client):
    public, closed = make.wave(), make.wave(results_are_public=False)
    assert client.get(address(public, "results/")).status_code == 200
    staff = signed_in(Role.PARTNER, of=directory.organisation())
    for end in ("results/", "results.csv", "results.xlsx", "results.pdf", "codebook/", "codebook.csv", "codebook.xlsx"):
        assert client.get(address(closed, end)).status_code == 404
        assert staff.get(address(closed, end)).status_code == 200
    assert client.get(f"/api/v1/surveys/{closed.key}").status_code == 404
    assert [one["key"] for one in client.get("/api/v1/surveys").json()] == [public.key]


def test_an_answer_given_changed_or_withdrawn_changes_the_tables_at_once():
    wave = make.wave()
    made = make.many(wave, [{"kind": "club"}] * 5)

    def count():
        return results_of(wave).tables[0].table.count()

    assert count() == 5
    made += make.many(wave, [{"kind": "city"}] * 5)
    assert count() == 10
    Response.objects.filter(pk=made[0].pk).update(answers={}, states={"kind": "u"}, revision=2)
    assert count() == 9
    made[1].delete()
    assert count() == 8


def test_prose_cites_a_public_wave_and_a_withheld_number_has_no_value():
    wave = make.wave(key="acteurs-2026")
    make.many(wave, [{"kind": "club"}] * 36 + [{"kind": "school"}] * 23 + [{"kind": "city"}] * 2 + [{}])
    share = figure("survey.acteurs-2026.kind.club")
    assert (share.n, share.base, share.source) == (36, 61, "Enquête 2026")
    withheld = figure("survey.acteurs-2026.kind.city")
    assert (withheld.formatted(), withheld.n) == (NO_VALUE, None)
    assert figure("survey.acteurs-2026.response.all").value == 62
    for unknown in ("kind.guild", "nothing.club", "kind"):
        with pytest.raises(UnknownFigure):
            figure(f"survey.acteurs-2026.{unknown}")
    wave.results_are_public = False
    wave.save()
    with pytest.raises(UnknownFigure):
        figure("survey.acteurs-2026.kind.club")


def test_the_rate_says_whom_it_counts():
    wave = make.wave()
    asks = [make.ask(wave) for _number in range(4)]
    make.respond(wave, {"kind": "club"}, ask=asks[0], organisation=asks[0].organisation)
    make.respond(wave, {}, ask=asks[1], progress="started")
    make.answer(wave, kind="city")
    rate = figure(f"survey.{wave.key}.response.ended")
    assert (rate.n, rate.base) == (1, 4)
    assert figure(f"survey.{wave.key}.response.begun").n == 2
    assert figure(f"survey.{wave.key}.response.all").value == 2


@pytest.mark.parametrize("questions", [3, 30])
def test_thirty_questions_cost_as_many_queries_as_three(client, questions):
    rows = [make.question("select_one kind", f"q{number}") for number in range(questions)]
    wave = make.wave(of=make.version(rows))
    make.many(wave, [{f"q{number}": "club" for number in range(questions)}] * 4)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address(wave, "results/")).status_code == 200
    assert len(asked) == 12
    with CaptureQueriesContext(connection) as asked:
        client.get(address(wave, "results/"))
    assert len(asked) == 9


def test_the_tables_of_an_empty_wave_say_nothing(client):
    wave = make.wave()
    assert client.get(address(wave, "results/")).status_code == 200
    assert client.get(address(wave, "results.pdf")).status_code == 200
    assert all(table.lines == () or table.bases == (0,) for table in readable(results_of(wave)))
