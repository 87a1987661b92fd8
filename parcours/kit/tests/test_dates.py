from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from babel import Locale
from babel.dates import format_date
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from parcours.kit.dates import LOCALES_READ, PartialDate, UnreadableDate, fold_month, month_names, parse

DAY = PartialDate(date(2018, 2, 28))
MONTH = PartialDate(date(2018, 2, 1), "month")
YEAR = PartialDate(date(2018, 1, 1), "year")
ANY_DAY = st.dates(date(1000, 1, 1), date(2999, 12, 31))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2018-02-28", DAY),
        ("2018-02-28T10:30:00Z", DAY),
        ("2018-02-28 00:00:00", DAY),
        ("2018/02/28", DAY),
        ("20180228", DAY),
        ("28/02/2018", DAY),
        ("28.02.2018", DAY),
        ("28-02-2018", DAY),
        (" 28 / 02 / 2018 ", DAY),
        ("28 février 2018", DAY),
        ("mercredi 28 fevrier 2018", DAY),
        ("28 FÉVR. 2018", DAY),
        ("28 February 2018", DAY),
        ("Wednesday, February 28th, 2018", DAY),
        ("28-Feb-2018", DAY),
        ("28 de febrero de 2018", DAY),
        ("28 февраля 2018 г.", DAY),
        ("28 лютого 2018 року", DAY),
        ("٢٨ فبراير ٢٠١٨", DAY),
        ("28 شباط 2018", DAY),
        ("٢٨/٠٢/٢٠١٨", DAY),
        (43159, DAY),
        (43159.75, DAY),
        ("43159", DAY),
        (datetime(2018, 2, 28, 10, 30, tzinfo=UTC), DAY),
        (date(2018, 2, 28), DAY),
        ("Feb 2018", MONTH),
        ("février 2018", MONTH),
        ("2018-02", MONTH),
        ("02/2018", MONTH),
        ("2018", YEAR),
        (2018, YEAR),
        (2018.0, YEAR),
    ],
)
def test_a_date_is_read_as_people_type_it(typed, read):
    assert parse(typed) == read


def test_the_first_of_a_month_is_read_in_french():
    assert parse("1er janvier 2018") == PartialDate(date(2018, 1, 1))


def test_a_date_that_can_be_read_both_ways_is_read_day_first_and_says_so():
    assert (parse("03/04/2018").date, parse("03/04/2018").ambiguous) == (date(2018, 4, 3), True)
    for typed in ("03.04.2018", "2018-04-03", "04/04/2018", "28/02/2018", "3 avril 2018"):
        assert not parse(typed).ambiguous


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("02/28/2018", "“02/28/2018” has its month first: write the day first, 28/02/2018."),
        ("30/02/2018", "“30/02/2018” is not in the calendar."),
        ("00/02/2018", "“00/02/2018” is not in the calendar."),
        ("31/31/2018", "“31/31/2018” is not in the calendar."),
        ("0999", "“0999” is not in the calendar."),
        (float("nan"), "“nan” is not a date: HOW"),
        ("2018-13", "“2018-13” is not in the calendar."),
        ("28/02/18", "“28/02/18” has a year of two digits: write all four, as in 28/02/2018."),
        ("  ", "The date is missing."),
        ("soon", "“soon” is not a date: HOW"),
        ("about February 2018", "“about February 2018” is not a date: HOW"),
        (7, "“7” is not a date: HOW"),
    ],
)
def test_what_is_not_a_date_is_refused_with_a_way_to_mend_it(typed, message):
    with override("en"), pytest.raises(UnreadableDate) as error:
        parse(typed)
    assert str(error.value) == message.replace("HOW", "write it as 28/02/2018, 2018-02-28, February 2018 or 2018.")


@given(ANY_DAY, st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d"]))
def test_any_day_survives_being_written_in_digits(day, pattern):
    assert parse(day.strftime(pattern)).date == day


@given(ANY_DAY, st.sampled_from(["fr", "en", "es", "ru", "uk", "ar"]), st.sampled_from(["long", "full"]))
def test_any_day_survives_being_written_in_words(day, language, width):
    assert parse(format_date(day, width, locale=language)) == PartialDate(day)


@given(ANY_DAY, st.sampled_from(["day", "month", "year"]))
def test_a_date_is_written_so_that_it_is_read_back(day, precision):
    written = PartialDate(
        {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[precision], precision
    )
    assert parse(str(written)) == written
    assert written.date <= written.last
    assert parse(written.formatted()) == written


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_date_or_a_message(typed):
    with suppress(UnreadableDate):
        assert isinstance(parse(typed), PartialDate)


def test_the_last_day_a_partial_date_may_mean():
    assert [DAY.last, MONTH.last, YEAR.last] == [date(2018, 2, 28), date(2018, 2, 28), date(2018, 12, 31)]


def test_dates_are_printed_in_words():
    with override("fr"):
        assert [d.formatted() for d in (DAY, MONTH, YEAR)] == ["28 février 2018", "février 2018", "2018"]
        assert PartialDate(date(2018, 2, 1)).formatted() == "1er février 2018"
        assert PartialDate(date(2018, 2, 11)).formatted() == "11 février 2018"
    with override("en"):
        assert DAY.formatted() == "28 February 2018"


def test_no_month_name_means_two_months():
    names = month_names()
    for code in LOCALES_READ:
        for number, name in Locale.parse(code).months["format"]["wide"].items():
            assert names[fold_month(name)] == number
