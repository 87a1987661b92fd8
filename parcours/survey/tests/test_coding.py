"""Open answers become a table once people have read them: two of them, apart, and what they differ on is settled."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from parcours.accounts.actions import create_user
from parcours.directory.choices import Role
from parcours.directory.tests.cast import signed_in
from parcours.survey.actions.coding import code_answer, delete_code, move_code, save_code, settle_answer
from parcours.survey.coding_reading import Spot, pairs, readings
from parcours.survey.models import Code, Coding, Response
from parcours.survey.readable import readable
from parcours.survey.tables import results_of
from parcours.survey.tests import answered as make

pytestmark = pytest.mark.django_db
NEED = "work/need"


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
    return make.wave()


@pytest.fixture
def book(wave):
    questionnaire = wave.version.questionnaire
    return [
        save_code(code=Code(questionnaire=questionnaire, question=NEED), label=name) for name in ("Lieux", "Argent")
    ]


@pytest.fixture
def coders():
    return [create_user(email=f"coder-{name}@example.org", name=name, language="fr") for name in ("Ana", "Bo")]


def code(response, coder, *codes, settled=False):
    who = "by" if settled else "coder"
    verb = settle_answer if settled else code_answer
    return verb(response=response, question=NEED, row=None, codes=codes, at=timezone.now(), **{who: coder})


def test_codes_keep_their_order_their_names_are_unique_and_one_in_use_stays(wave, book, coders):
    move_code(code=book[1], up=True)
    move_code(code=book[1], up=True)
    assert [one.label for one in Code.objects.order_by("order")] == ["Argent", "Lieux"]
    with pytest.raises(ValidationError):
        save_code(code=Code(questionnaire=wave.version.questionnaire, question=NEED), label="Lieux")
    code(make.answer(wave, work__need="Un local"), coders[0], book[0])
    with pytest.raises(ValidationError):
        delete_code(code=book[0])
    delete_code(code=book[1])
    assert [one.label for one in Code.objects.all()] == ["Lieux"]


def test_an_answer_takes_no_code_of_another_question(wave, coders):
    other = save_code(code=Code(questionnaire=wave.version.questionnaire, question="actions/title"), label="Cours")
    with pytest.raises(ValidationError):
        code(make.answer(wave, work__need="Un local"), coders[0], other)
    assert not Coding.objects.exists()


def test_coded_answers_become_a_table_of_the_answers_that_were_coded(wave, book, coders):
    made = make.many(wave, [{NEED: f"Texte {at}"} for at in range(12)] + [{}] * 3)
    for response in made[:6]:
        code(response, coders[0], *book)
    for response in made[6:10]:
        code(response, coders[0])
    table = next(one for one in readable(results_of(wave)) if one.path == NEED)
    assert (table.kind, table.bases, table.base) == ("coded", (10,), "Of the 10 answers that were coded.")
    assert [(line.label, line.total.n) for line in table.lines] == [
        ("Lieux", 6), ("Argent", 6), (table.lines[-1].label, 4),
    ]  # fmt: skip
    assert {one.code: one.value for one in table.beside} == {
        "@not_shown": 0, "@unanswered": 3, "@dont_know": 2, "@everyone": 15,
    }  # fmt: skip


def test_where_two_coders_differ_nothing_counts_until_it_is_settled_and_their_agreement_stays(wave, book, coders):
    response = make.answer(wave, work__need="Un local et de l’argent")
    code(response, coders[0], *book)
    code(response, coders[1], book[0])
    spot = Spot(response.pk, None)
    assert readings(wave)[NEED][spot].holds is None
    code(response, coders[0], book[0], settled=True)
    code(response, coders[1], book[1], settled=True)
    read = readings(wave)[NEED]
    assert read[spot].holds == {str(book[1].pk)}
    [pair] = pairs(read, book)
    assert (pair.agreement.base, pair.agreement.same) == (1, 0)


def test_an_answer_that_was_saved_again_is_coded_again(wave, book, coders):
    response = make.answer(wave, work__need="Un local")
    code(response, coders[0], book[0])
    Response.objects.filter(pk=response.pk).update(saved_at=timezone.now() + timedelta(minutes=1))
    assert readings(wave) == {}


def test_a_coder_codes_one_answer_after_another_without_seeing_what_the_other_said(wave, book, coders):
    made = make.many(wave, [{NEED: "Premier texte"}, {NEED: "Second texte"}])
    code(made[0], coders[0], book[1])
    browser = signed_in(Role.COORDINATOR)
    start = f"/en/survey/waves/{wave.key}/coding/work.need/"
    page = browser.get(f"{start}answer/")
    assert "Premier texte" in page.content.decode()
    assert "checked" not in page.content.decode()
    assert "Ana" not in page.content.decode()
    assert "Premier texte" not in browser.get(f"{start}agreement/").content.decode()
    at = f"{made[0].pk}."
    browser.post(f"{start}answer/", {"at": at, "codes": [book[0].pk]})
    assert "Second texte" in browser.get(f"{start}answer/").content.decode()
    page = browser.get(f"{start}agreement/").content.decode()
    assert "Premier texte" in page
    assert "Ana" in page
    browser.post(f"{start}settle/", {"at": at, "codes": [book[1].pk]})
    assert readings(wave)[NEED][Spot(made[0].pk, None)].holds == {str(book[1].pk)}
    assert browser.post(f"{start}settle/", {"at": f"{made[1].pk}."}).status_code == 404
    browser.post(f"{start}answer/", {"at": f"{made[1].pk}."})
    assert browser.get(f"{start}answer/").status_code == 302


def test_the_code_book_is_written_on_its_page(wave):
    make.answer(wave, work__need="Un local")
    browser = signed_in(Role.COORDINATOR)
    start = f"/en/survey/waves/{wave.key}/coding/work.need/"
    browser.post(start, {"label": "Lieux", "definition": "Où être"})
    made = Code.objects.get()
    assert (made.label, made.question) == ("Lieux", NEED)
    assert "There is a problem" in browser.post(start, {"label": "Lieux"}).content.decode()
    browser.post(f"{start}{made.pk}/", {"label": "Locaux", "definition": ""})
    assert "Locaux" in browser.get(start).content.decode()
    assert browser.get(f"{start}{made.pk}/").status_code == 200
    browser.post(f"{start}{made.pk}/", {"do": "delete"})
    assert not Code.objects.exists()


def test_only_who_runs_the_survey_reads_open_answers(wave, client):
    make.answer(wave, work__need="Un local")
    translator = signed_in(Role.TRANSLATOR)
    for end in (
        "coding/",
        "coding/work.need/",
        "coding/work.need/answer/",
        "coding/work.need/agreement/",
        "raw/",
        "crossings/",
    ):
        assert client.get(f"/en/survey/waves/{wave.key}/{end}").status_code == 302
        assert translator.get(f"/en/survey/waves/{wave.key}/{end}").status_code == 403
