import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from parcours.directory.hours import HoursField, describe, explain, now_words
from parcours.engines.hours import Hours, HoursError

PARIS = ZoneInfo("Europe/Paris")
TUESDAY = dt.date(2026, 11, 17)
LANGUAGES = ("fr", "en", "ar", "es", "ru", "uk", "ti")
OUR_WORDS = ("open", "closed", "until", "every", "holiday", "known", "now", "opens", " to ")


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, 17, hour, minute, tzinfo=PARIS)


def lines(text: str, language: str) -> list[str]:
    """The lines, with plain spaces."""
    return [str(line).replace("\N{NO-BREAK SPACE}", " ") for line in describe(Hours(text), language, on=TUESDAY)]


def now(text: str, language: str, moment: dt.datetime) -> str:
    return now_words(Hours(text), language, at=moment).replace("\N{NO-BREAK SPACE}", " ")


class HoursForm(forms.Form):
    hours = HoursField(label="Hours", required=False)


def submitted(**typed: str) -> HoursForm:
    return HoursForm({f"hours_{part}": value for part, value in typed.items()})


def day(number: int, *times: str) -> dict[str, str]:
    """What the form sends for a day: "09:00", "12:00"…"""
    names = ("0_opens", "0_closes", "1_opens", "1_closes")
    return {f"{number}_{name}": value for name, value in zip(names, times, strict=False)}


OFFICE = "Mo-Tu 09:00-12:00,14:00-17:30; We 09:00-12:00"


def test_equal_days_that_follow_one_another_share_a_line():
    assert lines(OFFICE, "en") == [
        "Monday and Tuesday: 9:00 – 12:00, 14:00 – 17:30",
        "Wednesday: 9:00 – 12:00",
        "Thursday to Sunday: closed",
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("es", ["lunes y martes: 9:00 – 12:00, 14:00 – 17:30", "miércoles: 9:00 – 12:00", "jueves – domingo: ×"]),
        (
            "ru",
            ["понедельник и вторник: 9:00 – 12:00, 14:00 – 17:30", "среда: 9:00 – 12:00", "четверг – воскресенье: ×"],
        ),
        ("uk", ["понеділок і вівторок: 9:00 – 12:00, 14:00 – 17:30", "середа: 9:00 – 12:00", "четвер – неділя: ×"]),
        ("ti", ["ሰኑይን ሰሉስን: 9:00 – 12:00, 14:00 – 17:30", "ረቡዕ: 9:00 – 12:00", "ሓሙስ – ሰንበት: ×"]),
    ],
)
def test_a_language_without_translated_site_has_names_of_days_and_signs(language, expected):
    assert lines(OFFICE, language) == expected


def test_french_and_arabic_write_days_and_times_their_way():
    assert lines(OFFICE, "fr")[:2] == ["lundi et mardi : 9 h – 12 h, 14 h – 17 h 30", "mercredi : 9 h – 12 h"]
    assert lines(OFFICE, "ar")[:2] == ["الاثنين والثلاثاء: 9:00 – 12:00، 14:00 – 17:30", "الأربعاء: 9:00 – 12:00"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["Opening hours not known"]),
        ('"sur rendez-vous"', ["Opening hours not known", "sur rendez-vous"]),
        ("24/7", ["Monday to Sunday: 0:00 – 24:00"]),
        ("off", ["Monday to Sunday: closed"]),
        (
            "Sa 22:00-02:00; PH off",
            ["Monday to Friday: closed", "Saturday: 22:00 – 2:00", "Sunday: closed", "Closed on public holidays"],
        ),
        (
            'Mo-Su 09:00-12:00 "sonner"; SH off',
            ["Monday to Sunday: 9:00 – 12:00", "Closed in school holidays", "sonner"],
        ),
    ],
)
def test_lines_say_what_is_known(text, expected):
    assert lines(text, "en") == expected


def test_hours_that_no_week_can_say_are_told_for_the_next_days_that_it_opens():
    text = "Mo[4] 10:00-12:00; Fr[3] 22:00-02:00; Th unknown"
    assert lines(text, "en")[:4] == [
        "Thursday 19 November: Opening hours not known",
        "Friday 20 November: 22:00 – 2:00",
        "Monday 23 November: 10:00 – 12:00",
        "Thursday 26 November: Opening hours not known",
    ]
    assert len(lines(text, "en")) == 7
    assert lines(text, "fr")[1] == "vendredi 20 novembre : 22 h – 2 h"
    assert lines('Dec Tu[1] 09:00-12:00 "sonner"', "fr") == ["mardi 1er décembre : 9 h – 12 h", "sonner"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jul-Aug 10:00-18:00", "Closed now, opens Thursday 1 July at 10:00"),
        ("2020 Mo 10:00-12:00", "Closed now"),
        ("unknown; We off", "Opening hours not known"),
    ],
)
def test_hours_that_no_week_can_say_and_no_near_day_shows(text, expected):
    assert lines(text, "en") == [expected]


@pytest.mark.parametrize(
    ("text", "moment", "expected"),
    [
        (OFFICE, at(10), "Open now, until 12:00"),
        (OFFICE, at(12), "Closed now, opens at 14:00"),
        (OFFICE, at(20), "Closed now, opens Wednesday at 9:00"),
        ("Mo[1] 09:30-12:00", at(20), "Closed now, opens Monday 7 December at 9:30"),
        ('Tu 09:00-24:00 "sonner"', at(20), "Open now, until 24:00 (sonner)"),
        ("24/7", at(10), "Open now"),
        ("Tu-Sa", at(10), "Open now"),
        ("off", at(10), "Closed now"),
        ("", at(10), "Opening hours not known"),
        ('"sur rendez-vous"', at(10), "Opening hours not known (sur rendez-vous)"),
        ("Tu 09:00-12:00; SH off", at(10), "Open or closed: it depends on the school holidays"),
        ("Tu 09:00-12:00; We unknown", at(13), "Closed now"),
    ],
)
def test_open_now_in_words(text, moment, expected):
    assert now(text, "en", moment) == expected


def test_open_now_in_signs():
    assert [now(OFFICE, "ru", at(hour)) for hour in (10, 12, 20)] == ["– 12:00", "× · 14:00 –", "× · среда 9:00 –"]
    assert [now(text, "ti", at(10)) for text in ("", "off", "24/7")] == ["?", "×", "0:00 – 24:00"]


@pytest.mark.parametrize("language", ["es", "ru", "uk", "ti"])
@pytest.mark.parametrize(
    "text", [OFFICE, "", "off", "24/7", "PH off", "Mo[1] 10:00-12:00", "Tu 09:00-12:00; PH,SH off"]
)
def test_no_english_in_another_language(language, text):
    words = " ".join([*lines(text, language), *(now(text, language, at(hour)) for hour in (10, 13, 20))]).lower()
    assert not [word for word in OUR_WORDS if word in words]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_dates_in_western_digits(language):
    told = lines("week 1-53/1 Mo-Su 10:00-12:00; Dec 25 off", language)
    assert [number for number, line in zip(range(17, 24), told, strict=True) if f"{number}" not in line] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mo 9h-12h", "“9h-12h” is not a time: write 09:00-12:00."),
        ("on Mondays", "“on Mondays” is not understood: write for example Mo-Fr 09:00-12:00,14:00-17:00."),
        ('Mo 09:00-12:00 "call', "A quotation mark is missing after"),
        ("x" * 2000, "These hours are too long: write at most 1000 characters."),
    ],
)
def test_hours_that_do_not_parse_are_explained(text, words):
    with pytest.raises(HoursError) as refused:
        Hours(text)
    with override("en"):
        assert explain(refused.value).startswith(words)


def test_a_week_typed_in_the_form_is_written():
    form = submitted(**day(0, "09:00", "12:00", "14:00", "17:30"), **day(1, "9h", "12h"), PH="on", note="sur RDV")
    assert form.is_valid()
    assert form.cleaned_data["hours"] == 'Mo 09:00-12:00,14:00-17:30 "sur RDV"; Tu 09:00-12:00 "sur RDV"; PH off'


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ({}, ""),
        ({"note": "sur rendez-vous"}, 'unknown "sur rendez-vous"'),
        ({f"{number}_closed": "on" for number in range(7)}, "off"),
        (day(4, "22:00", "02:00"), "Fr 22:00-02:00"),
        (day(4, "00:00", "00:00"), "Fr 00:00-24:00"),
        ({"text": "Mo[1] 10:00-12:00"}, "Mo[1] 10:00-12:00"),
        ({"text": "du lundi au vendredi de 9h à 12h"}, "Mo-Fr 09:00-12:00"),
        ({"note": 'a "quoted" \x00 note'}, 'unknown "a ’quoted’ note"'),
    ],
)
def test_what_the_form_understands(typed, text):
    form = submitted(**typed)
    assert (form.is_valid(), form.cleaned_data) == (True, {"hours": text})


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        (day(0, "09:00"), "Monday: give both times, when it opens and when it closes."),
        (day(1, "14:00", "12:00"), "Tuesday: it closes before it opens."),
        (day(1, "14:00", "14:00"), "Tuesday: it closes before it opens."),
        (day(2, "09:00", "12:00", "11:00", "17:00"), "Wednesday: the second hours begin before the first ones end."),
        (day(2, "22:00", "02:00", "23:00", "23:30"), "Wednesday: the second hours begin before the first ones end."),
        (day(3, "25:00", "26:00"), "Thursday: “25:00” is not a time: write 09:00."),
        (day(6, "09:00", "12:00") | {"6_closed": "on"}, "Sunday: it is closed or it has hours, not both."),
        (day(6, "09:00", "12:00") | {"text": "24/7"}, "Fill in the week or write the hours as a text, not both."),
        ({"text": "24/7", "note": "call"}, "Fill in the week or write the hours as a text, not both."),
        ({"text": "Mo 9h-12h"}, "“9h-12h” is not a time: write 09:00-12:00."),
        ({"note": "x" * 2000}, "These hours are too long: write at most 1000 characters."),
    ],
)
def test_what_the_form_refuses_and_how_to_mend_it(typed, error):
    with override("en"):
        form = submitted(**typed)
        assert form.errors == {"hours": [error]}


def test_each_day_has_its_own_error_beside_it():
    with override("en"):
        form = submitted(**day(0, "09:00"), **day(2, "14:00", "12:00"))
        assert len(form.errors["hours"]) == 2
        page = form.as_div()
    assert page.count('class="hours-day has-errors"') == 2
    assert 'id="id_hours_2_slip">It closes before it opens.' in page


def test_hours_that_cannot_be_changed_stay():
    form = HoursForm({}, initial={"hours": "Mo[1] 10:00-12:00"})
    form.fields["hours"].disabled = True
    assert form.is_valid()
    assert form.cleaned_data["hours"] == "Mo[1] 10:00-12:00"


def test_required_hours_must_be_given():
    form = HoursForm({})
    form.fields["hours"].required = True
    with override("en"):
        assert form.errors == {"hours": ["Give the opening hours."]}


def sent_back(text: str) -> QueryDict:
    """What a browser sends when a form that shows these hours is sent without a change."""
    form = HoursForm(initial={"hours": text})
    typed = form.fields["hours"].widget.get_context("hours", text, {})["widget"]["typed"]
    data = QueryDict(mutable=True)
    for number, one in enumerate(typed.days):
        data.update({f"hours_{name}": value for name, value in day(number, *sum(one.times, ())).items()})
        data.update({f"hours_{number}_closed": "on"} if one.is_closed else {})
    data.update({"hours_note": typed.note, "hours_text": typed.text})
    data.update({"hours_PH": "on"} if typed.closed_on_holidays else {})
    data.update({"hours_SH": "on"} if typed.closed_in_school_holidays else {})
    return data


HOURS = st.sampled_from(
    [
        "",
        "off",
        "24/7",
        'unknown "sur rendez-vous"',
        "Mo-Fr 9:00-12:00",
        "Mo-Fr 09:00-12:00,14:00-17:00; Sa 10:00-24:00; PH,SH off",
        'Mo-Th 18:00-02:00, Fr 18:00-04:00 "ring"',
        "Mo 09:00-10:00,11:00-12:00,13:00-14:00",
        "Mo[1] 10:00-12:00",
    ]
)


@given(HOURS)
def test_a_form_sent_back_untouched_changes_nothing(text):
    form = HoursForm(sent_back(text), initial={"hours": text})
    assert form.is_valid()
    assert Hours(form.cleaned_data["hours"]).weekly() == Hours(text).weekly()
    assert not form.has_changed()


def test_a_changed_day_is_a_change():
    data = sent_back("Mo-Fr 09:00-12:00")
    data["hours_4_0_closes"] = "11:00"
    assert HoursForm(data, initial={"hours": "Mo-Fr 09:00-12:00"}).has_changed()


PARTS = st.sampled_from(["0_0_opens", "0_0_closes", "0_1_opens", "0_1_closes", "6_0_opens", "0_closed", "note", "text"])
VALUES = st.sampled_from(["", "09:00", "12:00", "9h", "24:00", "on", "x", '"', "\0", "Mo 09:00-12:00"])


@given(st.dictionaries(PARTS, VALUES))
def test_whatever_is_sent_is_hours_or_an_error(typed):
    form = submitted(**typed)
    if form.is_valid():
        Hours(form.cleaned_data["hours"])
    else:
        assert form.errors["hours"]
    assert "hours_0_0_opens" in form.as_div()
