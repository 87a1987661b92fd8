"""Answering by a link, without an account and without JavaScript: page by page, over again, and taken back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from parcours.survey.actions.asks import note_wrong_address
from parcours.survey.choices import Progress
from parcours.survey.models import Ask, Response
from parcours.survey.places import stamp
from parcours.survey.tests.cast import (
    answer_all,
    ask,
    asked,
    fill,
    link,
    organisation,
    wave,
)

pytestmark = pytest.mark.django_db
EMPTY = stamp({})


def kept() -> Response:
    return Response.objects.get()


def shown(response) -> str:
    return response.content.decode()


def test_reading_the_pages_of_a_link_changes_nothing(client):
    one = asked()
    for rest in ("", "page/you/", "page/work/", "page/actions/", "page/actions/0/", "page/last/"):
        assert client.get(link(one, rest)).status_code == 200
    assert client.get(link(one, "page/nothing/")).status_code == 404
    assert client.get(link(one, "page/you/0/")).status_code == 404
    assert (Response.objects.count(), Ask.objects.get().opened_at) == (0, None)


def test_an_organisation_answers_page_by_page_and_finishes(client):
    one = asked()
    begun = client.post(link(one))
    assert begun["Location"] == link(one, "page/you/")
    assert Ask.objects.get().opened_at
    done = answer_all(client, one)
    assert done["Location"] == link(one, "thanks/")
    assert kept().progress == Progress.COMPLETE
    assert kept().answers == {
        "you/name": "Les Voisins",
        "you/phone": "01 40 00 00 01",
        "work/axes": ["rights", "memory"],
        "work/people": 120,
        "work/teaches": "no",
        "actions": [{"title": "Cours de français", "reach": 30}],
    }
    assert kept().states["work/where"] == "h"
    assert kept().states["work/axes"] == "a"
    assert kept().states["last/wish"] == "u"
    assert kept().states["partners"] == []
    assert "Accès aux droits, Mémoire" in shown(client.get(link(one, "copy/")))


def test_what_the_directory_knows_is_shown_and_kept_only_once_saved(client):
    one = asked(organisation(phone="+33140000001"))
    page = shown(client.get(link(one, "page/you/")))
    assert 'value="+33140000001"' in page
    assert page.count('class="known"') == 3
    fill(client, link(one, "page/you/"), do="stop", you__name="Les Voisins")
    assert kept().answers == {"you/name": "Les Voisins"}
    assert 'class="known"' not in shown(client.get(link(one, "page/you/")))


def test_a_page_with_a_fault_is_shown_again_and_what_was_typed_is_kept(client):
    one = asked()
    again = fill(client, link(one, "page/work/"), work__people="beaucoup")
    assert again.status_code == 422
    assert 'value="beaucoup"' in shown(again)
    assert kept().answers == {"work/people": "beaucoup"}
    again = fill(client, link(one, "page/you/"), you__name="A", you__email="nowhere")
    assert "Il y manque un @" in shown(again)
    assert fill(client, link(one, "page/work/"), do="stop", work__people="x").status_code == 302


def test_an_answer_that_brings_another_question_shows_the_page_again(client):
    one = asked()
    again = fill(client, link(one, "page/work/"), work__axes=["other"], work__teaches="yes")
    assert again["Location"] == link(one, "page/work/") + "#field-work/axes_other"
    page = shown(client.get(link(one, "page/work/")))
    assert 'name="work/axes_other"' in page
    assert 'name="work/where"' in page
    on = fill(client, link(one, "page/work/"), work__axes=["other"], work__axes_other="Santé", work__teaches="yes")
    assert on["Location"] == link(one, "page/actions/")


def test_a_page_can_be_asked_for_anew_without_saving(client):
    one = asked()
    page = fill(client, link(one, "page/work/"), do="look", work__teaches="yes", work__people="7")
    assert 'name="work/where"' in shown(page)
    assert 'value="7"' in shown(page)
    assert Response.objects.count() == 0


def test_none_and_dont_know_stand_alone(client):
    one = asked()
    page = shown(fill(client, link(one, "page/work/"), work__axes=["none", "rights"]))
    assert page.count("data-alone") == 2
    assert 'aria-invalid="true"' in page or "has-errors" in page
    fill(client, link(one, "page/work/"), work__axes=["dont_know"])
    assert kept().states["work/axes"] == "d"


def test_rows_are_added_changed_and_taken_out(client):
    one = asked()
    for title in ("Un", "Deux", "Trois"):
        number = len(kept().answers.get("actions", [])) if Response.objects.exists() else 0
        assert fill(client, link(one, f"page/actions/{number}/"), title=title)["Location"] == link(one, "page/actions/")
    fill(client, link(one, "page/actions/1/"), title="Deux bis", reach="5")
    fill(client, link(one, "page/actions/"), do="remove:0")
    assert kept().answers["actions"] == [{"title": "Deux bis", "reach": 5}, {"title": "Trois"}]
    assert fill(client, link(one, "page/actions/2/"), reach="9").status_code == 422
    fill(client, link(one, "page/actions/9/"))
    assert kept().answers["actions"][2:] == [{"reach": 9}]
    assert "Titre" in shown(client.post(link(one, "check/")))


def test_only_what_the_form_asks_and_shows_is_kept(client):
    one = asked()
    typed = {"you__name": "A\0<b>", "you__area": "75000", "is_staff": "1", "you__secret": "x"}
    fill(client, link(one, "page/you/"), **typed)
    assert kept().answers == {"you/name": "A<b>"}
    assert "A&lt;b&gt;" in shown(client.get(link(one, "copy/")))
    client.post(link(one, "page/work/"), {"page:shown": "work/where you/name", "work/where": "x", "you/name": "y"})
    assert kept().answers["you/name"] == "A<b>"


def test_a_text_of_more_than_5000_characters_is_shown_again_and_not_kept(client):
    one = asked()
    again = fill(client, link(one, "page/last/"), do="stop", last__wish="é" * 5001)
    assert again.status_code == 422
    assert "é" * 5001 in shown(again)
    assert kept().answers == {}
    fill(client, link(one, "page/last/"), last__wish="é" * 5000)
    assert len(kept().answers["last/wish"]) == 5000


def test_a_post_of_megabytes_is_refused(client):
    one = asked()
    assert fill(client, link(one, "page/last/"), last__wish="x" * 3_000_000).status_code == 400
    assert Response.objects.count() == 0


def test_the_same_page_sent_twice_is_saved_once(client):
    one = asked()
    sent = {"page:base": EMPTY, "page:shown": "title reach", "title": "Cours", "reach": ""}
    for _time in range(2):
        assert client.post(link(one, "page/actions/0/"), sent).status_code == 302
    assert kept().answers == {"actions": [{"title": "Cours"}]}
    assert kept().revision == 2


def test_who_saves_over_what_another_wrote_is_shown_it_and_loses_nothing(client):
    one, other = asked(), Client()
    page = client.get(link(one, "page/last/")).content.decode()
    fill(other, link(one, "page/last/"), last__wish="Un local")
    mine = {"page:base": page.partition('page:base" value="')[2][:16], "page:shown": "last/wish last/since"}
    clash = client.post(link(one, "page/last/"), mine | {"last/wish": "Du temps"})
    assert clash.status_code == 409
    assert "Un local" in shown(clash)
    assert "Du temps" in shown(clash)
    assert kept().answers == {"last/wish": "Un local"}
    base = shown(clash).partition('page:base" value="')[2][:16]
    assert client.post(link(one, "page/last/"), mine | {"page:base": base, "last/wish": "Les deux"}).status_code == 302
    assert kept().answers == {"last/wish": "Les deux"}


def test_two_who_save_different_pages_or_add_rows_do_not_disturb_each_other(client):
    one, other = asked(), Client()
    empty = {"page:base": EMPTY, "page:do": "next"}
    row = empty | {"page:shown": "title reach"}
    fill(other, link(one, "page/last/"), last__wish="Un local")
    client.post(link(one, "page/work/"), empty | {"page:shown": "work/axes", "work/axes": ["rights"]})
    other.post(link(one, "page/actions/0/"), row | {"title": "Un"})
    client.post(link(one, "page/actions/0/"), row | {"title": "Deux"})
    assert kept().answers == {
        "last/wish": "Un local",
        "work/axes": ["rights"],
        "actions": [{"title": "Un"}, {"title": "Deux"}],
    }


def test_nothing_is_finished_before_every_page_was_seen_and_nothing_is_missing(client):
    one = asked()
    fill(client, link(one, "page/you/"), you__name="A")
    refused = client.post(link(one, "check/"))
    assert refused.status_code == 422
    assert "Quels axes" in shown(refused)
    assert kept().progress == Progress.STARTED


def test_one_corrects_until_the_wave_closes(client):
    one = asked()
    answer_all(client, one)
    fill(client, link(one, "page/work/"), work__axes=["memory"], work__people="5", work__teaches="no")
    assert kept().answers["work/axes"] == ["memory"]
    assert kept().progress == Progress.COMPLETE
    fill(client, link(one, "page/work/"), work__people="5")
    assert (kept().progress, kept().completed_at) == (Progress.STARTED, None)


def test_an_answer_to_a_closed_wave_is_refused_with_what_was_typed_still_there(client):
    one = asked()
    answer_all(client, one)
    one.wave.closes_on = timezone.localdate() - timedelta(days=1)
    one.wave.save()
    assert client.get(link(one, "page/last/"))["Location"] == link(one)
    sent = {"page:base": EMPTY, "page:shown": "last/wish", "last/wish": "Encore un mot"}
    late = client.post(link(one, "page/last/"), sent)
    assert late.status_code == 409
    assert "Encore un mot" in shown(late)
    assert "last/wish" not in kept().answers
    assert client.get(link(one, "copy/")).status_code == 200
    assert client.post(link(one)).status_code == 302
    assert "<form" not in shown(client.get(link(one))).partition("<main")[2].partition("</main")[0]


def test_withdrawing_erases_the_answers_and_keeps_that_somebody_withdrew(client):
    one = asked()
    answer_all(client, one)
    client.get(link(one, "withdraw/"))
    assert kept().progress == Progress.COMPLETE
    client.post(link(one, "withdraw/"))
    gone = kept()
    assert (gone.progress, gone.answers, gone.states, gone.seen) == (Progress.WITHDRAWN, {}, {}, [])
    assert gone.organisation is None
    for rest in ("", "page/you/", "copy/", "check/"):
        assert client.get(link(one, rest)).status_code == 410
    assert client.post(link(one, "page/you/"), {"page:shown": "you/name", "you/name": "A"}).status_code == 410
    assert kept().answers == {}


def test_a_link_that_opens_nothing_or_has_expired_says_so(client):
    one = asked()
    assert client.get("/fr/survey/answer/nothing/").status_code == 404
    expired = link(one)
    note_wrong_address(ask=one, at=timezone.now())
    assert client.get(expired).status_code == 404
    assert client.get(link(one)).status_code == 410


def test_one_says_that_one_will_not_answer_and_may_change_ones_mind(client):
    one = asked()
    client.post(link(one), {"page:do": "decline"})
    assert Ask.objects.get().declined_at
    fill(client, link(one, "page/you/"), you__name="A")
    assert Ask.objects.get().declined_at is None


def test_the_pages_speak_the_forms_languages_and_lead_on_in_them(client):
    one = asked()
    arabic = shown(client.get(link(one, "page/you/", "ar")))
    assert 'dir="rtl"' in arabic[:100]
    assert "منظمتكم" in arabic
    russian = link(one, "page/you/") + "?lang=ru"
    page = shown(client.get(russian))
    assert '<div lang="ru" dir="ltr">' in page
    assert "Ваша организация" in page
    assert f'href="{link(one, "page/you/", "ar")}"' in page
    on = fill(client, russian, you__name="А")
    assert on["Location"] == link(one, "page/work/") + "?lang=ru"
    assert kept().language == "ru"
    assert "Ваша организация" not in shown(client.get(link(one, "page/you/") + "?lang=zz"))


def test_a_label_names_what_was_answered(client):
    one = asked()
    fill(client, link(one, "page/you/"), you__name="Les Voisins & Cie")
    assert "Un souhait pour Les Voisins &amp; Cie ?" in shown(client.get(link(one, "page/last/")))


def test_choices_follow_the_forms_filter(client):
    filtered = [
        ask("select_one yes_no", "first", "A"),
        ask("select_one commune", "then", "B", choice_filter="${first} = 'yes'"),
    ]
    one = asked(by=wave(filtered))
    page = fill(client, link(one, "page/first/"), do="look", first="no")
    assert "Créteil" not in shown(page)
    assert "Créteil" in shown(fill(client, link(one, "page/first/"), do="look", first="yes"))


def test_a_page_asks_the_database_as_often_for_three_rows_as_for_one_and_is_light(client):
    one = asked()
    for number in range(4):
        fill(client, link(one, f"page/actions/{number}/"), title=f"Action {number}", reach="1")
    response = kept()
    counts = []
    for rows in (1, 3):
        response.answers = {"actions": response.answers["actions"][:1] * rows}
        response.save()
        with CaptureQueriesContext(connection) as captured:
            page = client.get(link(one, "page/actions/"))
        counts.append(len(captured))
        assert len(page.content) < 20_000
    assert counts[0] == counts[1] <= 3
    with CaptureQueriesContext(connection) as captured:
        client.get(link(one, "page/you/"))
    assert len(captured) <= 3


def test_the_page_is_kept_out_of_caches_and_search_engines(client):
    page = client.get(link(asked(), "page/you/"))
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"
    assert page["Referrer-Policy"] == "same-origin"
