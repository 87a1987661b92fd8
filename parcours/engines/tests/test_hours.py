import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from parcours.engines.hours import Hours, HoursError, Range, Week, calendar, from_weekly, read, read_french
from parcours.engines.hours.week import one_line

PARIS = ZoneInfo("Europe/Paris")
UTC = dt.UTC
MORNING = Range(dt.time(9), dt.time(12))
AFTERNOON = Range(dt.time(14), dt.time(17, 30))


def paris(day: int, hour: int, minute: int = 0, month: int = 11, *, fold: int = 0) -> dt.datetime:
    """In November 2026 the 16th is a Monday, the 11th a holiday."""
    return dt.datetime(2026, month, day, hour, minute, tzinfo=PARIS, fold=fold)


@st.composite
def days(draw: st.DrawFn) -> tuple[Range, ...]:
    """A day's ranges with a pause between two; the last may run to midnight or past it."""
    minutes = sorted(draw(st.sets(st.integers(0, 24 * 12 - 1).map(lambda five: five * 5), max_size=5)))
    times = [dt.time(minute // 60, minute % 60) for minute in minutes]
    ranges = [Range(*pair) for pair in zip(times[::2], times[1::2], strict=False)]
    if len(times) % 2:
        early = times[0] if times[0] < times[-1] else dt.time(0)
        ranges.append(Range(times[-1], draw(st.sampled_from([dt.time(0), early]))))
    return tuple(ranges)


NOTES = st.text(st.characters(codec="utf-8", exclude_characters='"', exclude_categories=["Cc", "Z"]), max_size=30)


def week(days, on_holidays, in_school_holidays, note):
    """A week that is closed every day has no holidays to speak of."""
    is_closed = bool(days) and not any(days)
    return Week(days, on_holidays and not is_closed, in_school_holidays and not is_closed, note)


WEEKS = st.builds(week, st.just(()) | st.tuples(*[days()] * 7), st.booleans(), st.booleans(), NOTES)
MOMENTS = st.integers(0, 6 * 365 * 24 * 60).map(
    lambda minutes: dt.datetime(2024, 1, 1, tzinfo=UTC) + dt.timedelta(minutes=minutes)
)


@given(WEEKS)
def test_a_week_comes_back_from_its_text(week):
    text = from_weekly(week)
    assert Hours(text).weekly() == week
    assert from_weekly(Hours(text).weekly()) == text


@given(WEEKS, MOMENTS)
def test_a_door_is_open_within_the_ranges_of_its_week_and_at_no_other_time(week, at):
    week = Week(week.days, note=week.note)
    local = at.astimezone(PARIS)
    clock, today, yesterday = local.time(), local.weekday(), (local.weekday() - 1) % 7
    open_now = bool(week.days) and (
        any(one.opens <= clock and (clock < one.closes or one.closes <= one.opens) for one in week.days[today])
        or any(one.ends_next_day and clock < one.closes for one in week.days[yesterday])
    )
    assert Hours(from_weekly(week)).state(at) == ("unknown" if not week.days else "open" if open_now else "closed")


RICH = st.sampled_from(
    [
        "Mo[1] 10:00-12:00",
        "Mo-Fr 09:00-17:00; Jul-Aug off; PH off",
        "week 1-53/2 Mo,Th 09:00-12:00",
        "Mo 09:00-12:00 unknown; Tu 10:00-11:00",
        'Mo-Fr 09:00-12:00 || "sur rendez-vous"',
        "SH Mo-Fr 10:00-12:00",
        "unknown; We off",
        "Su 01:30-02:30",
    ]
)


@settings(deadline=None)  # to say that nothing changes within a year, each of its days is asked
@given(st.one_of(WEEKS.map(from_weekly), RICH), MOMENTS, st.sampled_from([None, (), (dt.date(2026, 12, 24),)]))
def test_nothing_changes_before_the_next_change_and_something_does_then(text, at, school_holidays):
    hours = Hours(text, school_holidays=school_holidays)
    change = hours.next_change(at)
    assert change is None or (change > at and hours.state(change) != hours.state(at))
    until = change.astimezone(UTC) if change else at + dt.timedelta(days=30)
    for part in (0.1, 0.5, 0.9):
        between = at + (until - at) * part
        # in the hour that clocks put back repeat, the library answers for one of the two
        if (
            between.astimezone(PARIS).replace(fold=1).utcoffset()
            == between.astimezone(PARIS).replace(fold=0).utcoffset()
        ):
            assert hours.state(between) == hours.state(at)


OSM_WORDS = [
    "Mo",
    "Tu",
    "SH",
    "PH",
    "off",
    "unknown",
    '"x"',
    "09:00-12:00",
    ",",
    ";",
    "||",
    "-",
    "[1]",
    "24/7",
    "26:00",
]


@given(st.text(max_size=60) | st.lists(st.sampled_from(OSM_WORDS)).map(" ".join))
def test_any_text_is_hours_or_an_error_that_names_a_part_of_it(text):
    try:
        hours = Hours(text)
    except HoursError as refused:
        error = refused
    else:
        error = None
    if error:
        assert error.part in one_line(text)
        return
    at = paris(17, 10)
    hours.next_change(at)
    assert hours.state(at) in ("open", "closed", "unknown")
    assert hours.opens_on_days() is None or hours.opens_on_days() <= set(range(7))
    hours.ranges(at.date())


def test_a_hostile_text_is_refused_fast():
    for text in ("Mo 09:00-12:00;" * 70_000, "(" * 10**6, '"' * 10**6):
        started = time.perf_counter()
        with pytest.raises(HoursError, match="too long"):
            Hours(text)
        assert read_french(text) is None
        assert time.perf_counter() - started < 0.1


def test_the_longest_text_that_is_taken_answers_fast():
    hours = "; ".join(["Feb 29 Mo[5] 09:00-12:00"] * 37)
    started = time.perf_counter()
    assert Hours(hours).next_change(paris(17, 10)) is None
    assert Hours(hours).opens_on_days() == set()
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("Mo 9h-12h", "time", "9h-12h"),
        ("Mo 25:00-26:00; Tu 10:00-11:00", "time", "25:00-26:00"),
        ("Mo 09:00-12:00; Foo 9", "syntax", "Foo 9"),
        ('Mo 10:00-11:00 "sur rendez-vous', "quotation mark", '"sur rendez-vous'),
        ("lundi", "syntax", "lundi"),
    ],
)
def test_what_cannot_be_read_is_named(text, code, part):
    with pytest.raises(HoursError) as refused:
        Hours(text)
    assert (refused.value.code, refused.value.part) == (code, part)


@pytest.mark.parametrize(
    ("text", "at", "state", "change"),
    [
        ("", paris(17, 10), "unknown", None),
        ("unknown", paris(17, 10), "unknown", None),
        ("24/7", paris(17, 10), "open", None),
        ("off", paris(17, 10), "closed", None),
        ("Mo-Fr 09:00-12:00", paris(17, 10), "open", paris(17, 12)),
        ("Mo-Fr 09:00-12:00", paris(17, 12), "closed", paris(18, 9)),
        ("Mo-Fr 09:00-12:00; ", paris(14, 10), "closed", paris(16, 9)),
        # public holidays
        ("Mo-Fr 09:00-12:00; PH off", paris(11, 10), "closed", paris(12, 9)),
        ("Mo-Fr 09:00-12:00", paris(11, 10), "open", paris(11, 12)),
        # past midnight, also where another rule begins on the next day
        ("22:00-02:00", paris(17, 1), "open", paris(17, 2)),
        ("Fr 22:00-26:00", paris(21, 1), "open", paris(21, 2)),
        ("Mo-Th 18:00-02:00; Fr 18:00-04:00", paris(20, 1), "open", paris(20, 2)),
        # a note says more of hours, and alone it says that they are not known
        ('Tu 09:00-12:00 "sur rendez-vous"', paris(17, 10), "open", paris(17, 12)),
        ('"sur rendez-vous"', paris(17, 10), "unknown", None),
        ('Tu "sur rendez-vous"', paris(17, 10), "unknown", paris(18, 0)),
        ('Mo-Fr 09:00-12:00 || "sur rendez-vous"', paris(17, 10), "open", paris(17, 12)),
        ('Mo-Fr 09:00-12:00 || "sur rendez-vous"', paris(17, 12), "unknown", paris(18, 9)),
        ("Tu 09:00-12:00 unknown", paris(17, 10), "unknown", paris(17, 12)),
        # the library reads "PH Mo" as "holidays and Mondays"
        ("PH Mo 09:00-12:00", paris(16, 10), "unknown", None),
        # the clocks go back on 25 October: the door is open for six hours
        ("Su 01:00-06:00", paris(25, 0, month=10), "closed", paris(25, 1, month=10)),
        ("Su 01:00-06:00", paris(25, 2, 30, month=10), "open", paris(25, 6, month=10)),
        ("Su 01:00-06:00", paris(25, 2, 30, month=10, fold=1), "open", paris(25, 6, month=10)),
        ("Su 01:00-06:00", dt.datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "open", paris(29, 6, month=3)),
        # a moment is the same wherever it is said
        ("Mo-Fr 09:00-12:00", dt.datetime(2026, 11, 17, 8, 0, tzinfo=UTC), "open", paris(17, 12)),
    ],
)
def test_state_and_next_change(text, at, state, change):
    hours = Hours(text)
    assert (hours.state(at), hours.next_change(at)) == (state, change)


def test_what_no_calendar_of_school_holidays_decides_is_unknown():
    text, at = "Mo-Fr 09:00-12:00; PH,SH off", paris(17, 10)
    unsure = Hours(text)
    assert (unsure.state(at), unsure.need_school_holidays) == ("unknown", True)
    assert unsure.state(paris(17, 13)) == "closed"
    assert unsure.opens_on_days() == {0, 1, 2, 3, 4}
    holidays = {at.date()}
    assert Hours(text, school_holidays=holidays).state(at) == "closed"
    assert Hours(text, school_holidays=holidays).opens_next(at) == paris(18, 9)
    assert Hours(text, school_holidays=()).state(at) == "open"
    assert Hours("SH Mo-Fr 09:00-12:00", school_holidays=holidays).state(at) == "open"
    assert Hours("SH Mo-Fr 09:00-12:00", school_holidays=()).state(at) == "closed"
    assert not Hours("Mo-Fr 09:00-12:00; PH off").need_school_holidays


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", None),
        ('"sur rendez-vous"', None),
        ("unknown; We off", None),
        ("off", set()),
        ("Mo,Tu 09:00-12:00", {0, 1}),
        ("24/7", set(range(7))),
        ("Fr 22:00-02:00", {4}),
        # every month, or in term, is ordinary; a summer is not
        ("Mo[1] 10:00-12:00", {0}),
        ("week 1-53/2 Th 10:00-12:00", {3}),
        ("Mo-Fr 09:00-17:00; Jul-Aug off", {0, 1, 2, 3, 4}),
        ("Jul-Aug Mo-Su 10:00-18:00", set()),
        ("Mo 09:00-12:00 unknown; Tu 10:00-11:00", {1}),
        ('Tu 09:00-12:00 || "sur rendez-vous"', {1}),
    ],
)
def test_days_of_an_ordinary_week(text, days):
    assert Hours(text).opens_on_days() == days


def test_a_day_is_unknown_on_its_own():
    hours = Hours("Mo 09:00-12:00 unknown; Tu 10:00-11:00")
    assert [hours.opens_on(day) for day in range(3)] == [None, True, False]


@pytest.mark.parametrize(
    "text",
    [
        "Mo[1] 10:00-12:00",
        "Jul-Aug Mo-Su 10:00-18:00",
        "unknown; We off",
        "Mo 09:00-12:00 unknown; Tu 10:00-11:00",
        'Mo 09:00-12:00 "a"; Tu 09:00-12:00 "b"',
        'Mo 09:00-12:00 "a"; Tu 09:00-12:00',
        "Mo-Fr 09:00-12:00; PH 10:00-11:00",
        "PH off; Mo-Fr 09:00-12:00",
        "Mo-Su 22:00-02:00; We off",
        "sunrise-sunset",
        "Mo 09:00+",
    ],
)
def test_a_text_richer_than_a_week_is_no_week(text):
    assert Hours(text).weekly() is None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("mo-fr 9:00-12:00", "Mo-Fr 09:00-12:00"),
        ("Mo-Fr 09:00-17:00; We off", "Mo-Tu,Th-Fr 09:00-17:00"),
        ("Mo-Fr 09:00-12:00, We 14:00-17:00", "Mo-Tu,Th-Fr 09:00-12:00; We 09:00-12:00,14:00-17:00"),
        ("Fr-Mo 09:00-12:00; Su,PH off", "Mo,Fr-Sa 09:00-12:00; PH off"),
        ("00:00-24:00", "24/7"),
        ('"sur rendez-vous"', 'unknown "sur rendez-vous"'),
        ("Lundi 9h-12h", "Mo 09:00-12:00"),
        ("Mo[1] 10:00-12:00", "Mo[1] 10:00-12:00"),
        (" ", ""),
    ],
)
def test_what_was_typed_is_written_one_way(text, written):
    assert read(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("lundi 9h-12h, mardi au jeudi 14h-17h30", "Mo 09:00-12:00; Tu-Th 14:00-17:30"),
        ("du lundi au vendredi de 9h à 12h et de 14h à 17h", "Mo-Fr 09:00-12:00,14:00-17:00"),
        ("Lun-Ven 9:00-17:00", "Mo-Fr 09:00-17:00"),
        ("Lun. au ven. : 8h30-12h30 et 13h30-17h30", "Mo-Fr 08:30-12:30,13:30-17:30"),
        ("9h-12h du lundi au vendredi", "Mo-Fr 09:00-12:00"),
        ("Lundi : 9h00 – 12h00 / 14h00 – 17h00\nMardi : fermé", "Mo 09:00-12:00,14:00-17:00"),
        ("lundi, mercredi et vendredi : 9h-12h - 14h-17h", "Mo,We,Fr 09:00-12:00,14:00-17:00"),
        ("Ouvert du mardi au samedi de 10 h à 18 h 30", "Tu-Sa 10:00-18:30"),
        ("tous les jours de 9h à midi", "Mo-Su 09:00-12:00"),
        ("7j/7, 24h/24", "24/7"),
        ("mardi 9-12h", "Tu 09:00-12:00"),
        ("vendredi 22h-2h", "Fr 22:00-02:00"),
        ("du lundi au vendredi 9h-17h, fermé le mercredi", "Mo-Tu,Th-Fr 09:00-17:00"),
        ("lundi au samedi 9h-18h sauf mercredi", "Mo-Tu,Th-Sa 09:00-18:00"),
        ("lun-ven 9h-18h, fermé dimanche et jours fériés", "Mo-Fr 09:00-18:00; PH off"),
        ("lundi 9h-12h hors vacances scolaires", "Mo 09:00-12:00; SH off"),
        ("fermé le mercredi", "unknown; We off"),
        ("sur rendez-vous", 'unknown "sur rendez-vous"'),
        ("lundi au vendredi 9h-17h sur RDV", 'Mo-Fr 09:00-17:00 "sur rendez-vous"'),
        (
            "lundi 9h-12h, mardi 14h-17h. Sur rendez-vous.",
            'Mo 09:00-12:00 "sur rendez-vous"; Tu 14:00-17:00 "sur rendez-vous"',
        ),
    ],
)
def test_french_as_people_write_it(text, written):
    assert read_french(text) == written
    Hours(written)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lundi",
        "9h-12h",
        "lundi matin",
        "1er lundi du mois 9h-12h",
        "mars 9h-12h",
        "mardi et jeudi 9-12",  # hours, or the 9th to the 12th?
        "lundi 14h-5h",  # a slip of the pen
        "lundi 25h-26h",
        "lundi 9h-12h 10h-14h",
        "lundi 9h-12h pendant les vacances scolaires",
        "lundi au vendredi 9h-12h, mercredi 14h-17h",  # on Wednesday too, or instead?
        "lundi 9h-12h, mardi 14h-17h sur rendez-vous",  # both, or Tuesday alone?
        "9h-12h lundi, mardi 14h-17h",
        "fermé le mercredi, jeudi 9h-12h",
        "fermé",
        "lundi 9h-12h (appeler avant)",
    ],
)
def test_french_that_could_mean_something_else_is_not_guessed(text):
    assert read_french(text) is None


FRENCH_WORDS = [
    "lundi",
    "mar.",
    "au",
    "-",
    "fermé",
    "9h",
    "9h-12h",
    "14h à 17h",
    "et",
    ".",
    "sauf",
    "sur rdv",
    "fériés",
]


@given(st.text(max_size=40) | st.lists(st.sampled_from(FRENCH_WORDS)).map(" ".join))
def test_french_reading_writes_hours_or_nothing(text):
    written = read_french(text)
    assert written is None or Hours(written).text == written


FRENCH_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@given(st.tuples(*[days()] * 7), st.sampled_from([("{}h{:02}", "-"), ("{} h {:02}", " à "), ("{:02}:{:02}", " – ")]))
def test_a_week_written_in_french_is_read_as_it_is(week, style):
    clock, to = style
    week = tuple(tuple(one for one in day if one.closes > one.opens) for day in week)
    lines = [
        f"{name} : " + " / ".join(to.join(clock.format(t.hour, t.minute) for t in one) for one in day)
        for name, day in zip(FRENCH_DAYS, week, strict=True)
        if day
    ]
    assert read_french("\n".join(lines)) == (from_weekly(Week(week)) if lines else None)


ON = dt.date(2026, 11, 17)


def test_a_calendar_holds_one_event_for_each_range_on_its_days():
    file = calendar(
        Hours("Mo,Tu 09:00-12:00; We 09:00-12:00,14:00-17:00; PH off"),
        uid="service-3",
        summary="Cours de français, A1",
        location="12 rue Ampère; Vitry",
        on=ON,
    )
    morning, afternoon = Calendar.from_ical(file).walk("VEVENT")
    assert (str(morning["summary"]), str(morning["location"])) == ("Cours de français, A1", "12 rue Ampère; Vitry")
    assert (morning["uid"], afternoon["uid"]) == ("service-3-0900-1200", "service-3-1400-1700")
    assert (morning["rrule"]["byday"], afternoon["rrule"]["byday"]) == (["MO", "TU", "WE"], ["WE"])
    assert (morning.start, morning.end) == (paris(17, 9), paris(17, 12))
    assert afternoon.start == paris(18, 14)
    # of the holidays of that year, All Saints' Day, New Year's Eve… fall on a Monday, a Tuesday or a Wednesday
    excluded = [one.dt.date().isoformat() for one in morning["exdate"].dts]
    assert excluded == ["2027-03-29", "2027-05-17", "2027-07-14", "2027-11-01"]
    assert morning["rrule"]["until"] == [dt.datetime(2027, 11, 16, 8, 0, tzinfo=UTC)]


def test_the_same_hours_make_the_same_file():
    made = [calendar(Hours(text), uid="a", summary="b", on=ON) for text in ("Mo,Tu 09:00-12:00", "Mo-Tu 9:00-12:00")]
    assert made[0] == made[1]


@pytest.mark.parametrize("text", ["", "off", '"sur rendez-vous"', "Mo[1] 10:00-12:00"])
def test_no_calendar_of_hours_that_make_no_week(text):
    assert calendar(Hours(text), uid="a", summary="b", on=ON) is None


@settings(max_examples=30)
@given(WEEKS, st.dates(dt.date(2025, 1, 1), dt.date(2028, 1, 1)))
def test_a_calendar_opens_when_the_door_does(week, on):
    hours = Hours(from_weekly(week), school_holidays=())
    file = calendar(hours, uid="a", summary="b", on=on)
    assert (file is None) == (not any(week.days))
    for event in Calendar.from_ical(file).walk("VEVENT") if file else ():
        assert event.start.date() >= on
        assert event.end > event.start
        excluded = {one.dt for one in event["exdate"].dts} if "exdate" in event else set()
        assert event.start in excluded or hours.state(event.start) == "open"
