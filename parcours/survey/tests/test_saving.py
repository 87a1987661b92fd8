"""Saving holds whatever is typed, in whatever order, by however many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.engines.questionnaire.answers import HIDDEN, MOST_ROWS, Sight, judge
from parcours.survey.actions.answers import (
    Changed,
    NotOpen,
    TooManyRows,
    begin,
    begin_openly,
    complete,
    remove_row,
    save_page,
    withdraw,
)
from parcours.survey.actions.entry import begin_entry
from parcours.survey.choices import Mode, Progress
from parcours.survey.models import Ask, Response
from parcours.survey.places import Place, place_of, stamp
from parcours.survey.tests.cast import NOON, asked, coordinator, organisation, version, wave

TODAY = timezone.localdate(NOON)
NOTHING = stamp({})
TYPED = {
    "you": {"you/name": [None, "A"], "you/email": [None, "x", "a@b"]},
    "work": {
        "work/axes": [None, ["other"], ["none"], ["rights", "other"], ["none", "rights"]],
        "work/axes_other": [None, "Santé"],
        "work/teaches": [None, "yes", "no"],
        "work/where": [None, "Vitry"],
        "work/people": [None, 3, "trois", 10**9],
    },
    "actions": {"title": [None, "Un", "Deux"], "reach": [None, 4]},
}
PAGES = [
    st.tuples(st.just(page), st.fixed_dictionaries({key: st.sampled_from(values) for key, values in fields.items()}))
    for page, fields in TYPED.items()
]
STEPS = st.lists(st.one_of(PAGES), max_size=8)


def place(response, key, row=None) -> Place:
    found = place_of(response.version.form, key, row)
    assert found
    return found


def save(response, key, typed, *, row=None, base=None, at=NOON):
    response.refresh_from_db()
    where = place(response, key, row)
    base = stamp(where.stands(response.answers)) if base is None else base
    return save_page(response=response, place=where, typed=typed, base=base, at=at)


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, rows=st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_what_the_form_says_is_shown_is_what_is_stored(db, steps, rows):
    response = begin(ask=asked(organisation()), at=NOON, language="fr")
    form = response.version.form
    seen = set()
    for (key, typed), row in zip(steps, rows, strict=False):
        save(response, key, typed, row=row if key == "actions" else None)
        seen.add(key)
        response.refresh_from_db()
        assert set(response.seen) == seen
        assert response.states == judge(form, response.answers, today=TODAY, seen=seen).states
        sight = Sight(form, response.answers, today=TODAY)
        for question in (one for one in form.questions() if one.is_asked and not one.repeat):
            is_shown = question.path.partition("/")[0] in seen and sight.shows(question)
            assert (response.states[question.path] != HIDDEN) == is_shown
    save(response, "you", {"you/name": "A", "you/email": None})
    save(response, "work", {"work/axes": ["rights"], "work/people": 1})
    for number, _row in enumerate(response.answers.get("actions", [])):
        save(response, "actions", {"title": "Un"}, row=number)
    for key in ("actions", "partners", "last"):
        save(response, key, {})
    complete(response=response, at=NOON)
    response.refresh_from_db()
    assert response.progress == Progress.COMPLETE
    sight = Sight(form, response.answers, today=TODAY)
    assert all(sight.shows(one) for one in form.questions() if one.path in response.answers)
    assert response.states == judge(form, response.answers, today=TODAY).states


@pytest.mark.django_db
def test_an_answer_that_became_pointless_is_given_back_until_one_finishes():
    response = begin(ask=asked(), at=NOON, language="fr")
    save(response, "work", {"work/axes": ["rights"], "work/teaches": "yes", "work/where": "Vitry"})
    save(response, "work", {"work/teaches": "no"})
    response.refresh_from_db()
    assert (response.answers["work/where"], response.states["work/where"]) == ("Vitry", "h")
    save(response, "you", {"you/name": "A"})
    for key in ("actions", "partners", "last"):
        save(response, key, {})
    assert "work/where" not in complete(response=response, at=NOON).answers


@pytest.mark.django_db
def test_saving_refuses_what_was_changed_meanwhile_what_is_closed_and_too_many_rows():
    response = begin(ask=asked(), at=NOON, language="fr")
    save(response, "actions", {"title": "Un"}, row=0)
    with pytest.raises(Changed) as changed:
        save(response, "actions", {"title": "Deux"}, row=0, base="0" * 16)
    assert changed.value.stands == {"title": "Un"}
    with pytest.raises(Changed):
        remove_row(response=response, place=place(response, "actions", 0), base=NOTHING, at=NOON)
    Response.objects.update(answers={"actions": [{"title": str(number)} for number in range(MOST_ROWS)]})
    with pytest.raises(TooManyRows):
        save(response, "actions", {"title": "Un"}, row=MOST_ROWS)
    with pytest.raises(NotOpen):
        save(response, "last", {}, at=NOON + timedelta(days=10_000))
    withdraw(response=response, at=NOON)
    with pytest.raises(NotOpen):
        save(response, "last", {})


@pytest.mark.django_db
def test_what_the_office_typed_in_opens_by_the_link_too():
    shown, of, office = wave(), organisation(), coordinator()
    typed, is_new = begin_entry(wave=shown, organisation=of, mode=Mode.PAPER, by=office, at=NOON)
    assert (is_new, typed.mode, typed.entered_by) == (True, Mode.PAPER, office)
    one = asked(of, by=shown)
    assert begin(ask=one, at=NOON, language="fr") == typed
    assert begin_entry(wave=shown, organisation=of, mode=Mode.PHONE, by=office, at=NOON) == (typed, False)
    withdraw(response=typed, at=NOON)
    again, is_new = begin_entry(wave=shown, organisation=of, mode=Mode.PHONE, by=office, at=NOON)
    assert (is_new, again.ask) == (True, None)


@pytest.mark.django_db
def test_the_office_types_in_what_came_after_the_wave_had_closed():
    late = NOON + timedelta(days=10_000)
    office = coordinator()
    typed, _new = begin_entry(wave=wave(), organisation=organisation(), mode=Mode.PAPER, by=office, at=late)
    save_page(response=typed, place=place(typed, "you"), typed={"you/name": "A"}, base=NOTHING, at=late, by=office)
    typed.refresh_from_db()
    assert typed.answers == {"you/name": "A"}


@pytest.mark.django_db
def test_a_published_form_is_read_once_and_its_answers_keep_their_version():
    old = version()
    shown = wave(version=old, is_open_to_all=True)
    response, _secret = begin_openly(wave=shown, at=NOON, language="fr")
    shown.version = version(key="actors")
    shown.save()
    response = Response.objects.select_related("version").defer("version__sheets").get()
    assert response.version_id == old.pk
    assert response.version.form is old.form


@pytest.mark.django_db(transaction=True)
def test_many_who_save_at_once_lose_nothing():
    shown = wave()
    asks = [asked(organisation(f"Association {number}"), by=shown) for number in range(6)]

    def answer(number: int) -> None:
        """Two people with each link, on two pages and the same list."""
        try:
            response = begin(ask=asks[number % 6], at=NOON, language="fr")
            half = number // 6
            page, typed = ("you", {"you/name": f"A{number}"}) if half else ("last", {"last/wish": f"W{number}"})
            save_page(response=response, place=place(response, page), typed=typed, base=NOTHING, at=NOON)
            for turn in range(3):
                row = place(response, "actions", 0)
                save_page(response=response, place=row, typed={"title": f"{half} {turn}"}, base=NOTHING, at=NOON)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as beside:
        list(beside.map(answer, range(12)))
    connection.close()
    assert (Response.objects.count(), Ask.objects.exclude(opened_at=None).count()) == (6, 6)
    for number, one in enumerate(asks):
        answers = Response.objects.get(ask=one).answers
        assert (answers["last/wish"], answers["you/name"]) == (f"W{number}", f"A{number + 6}")
        assert sorted(row["title"] for row in answers["actions"]) == [f"{h} {t}" for h in (0, 1) for t in range(3)]
