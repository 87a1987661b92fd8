"""Status is a rule over dates and data."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from parcours.plan.actions.change import add_update, change_action
from parcours.plan.choices import Stage, Status
from parcours.plan.models import Action
from parcours.plan.rules import months_before
from parcours.plan.tests.factories import TODAY, make_action, make_plan, words

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def status_of(action: Action, on: date = TODAY) -> str:
    return Action.objects.with_status(on=on, silent_after_months=6).get(pk=action.pk).status


@pytest.mark.django_db
class TestStatus:
    def test_an_action_recorded_today_is_on_track(self):
        assert status_of(make_action(make_plan())) == Status.ON_TRACK

    def test_an_action_without_news_for_six_months_is_silent(self):
        action = make_action(make_plan(), on=months_before(TODAY, 6) - timedelta(days=1))
        assert status_of(action) == Status.SILENT
        add_update(action=action, happened_on=TODAY - timedelta(days=10), text=words("Du neuf"), author=None)
        assert status_of(action) == Status.ON_TRACK

    def test_an_action_whose_end_has_passed_is_late(self):
        assert status_of(make_action(make_plan(), ends_on="2026-10")) == Status.LATE

    def test_an_action_that_ends_this_month_is_not_late_before_the_month_is_over(self):
        assert status_of(make_action(make_plan(), ends_on="2026-11")) == Status.ON_TRACK

    def test_an_action_still_planned_after_its_start_is_late(self):
        assert status_of(make_action(make_plan(), stage="planned", starts_on="2026-09-01")) == Status.LATE

    def test_an_action_with_an_overdue_milestone_is_late_until_the_milestone_is_done(self):
        milestone = {"title": words("Étape").stored(), "due_on": "2026-10-01", "done_on": "", "is_invented": False}
        action = make_action(make_plan(), milestones=[milestone])
        assert status_of(action) == Status.LATE
        done = [{**milestone, "done_on": "2026-10-20"}]
        change_action(action=action, changes={"milestones": done}, base_version=action.version, by=None)
        assert status_of(action) == Status.ON_TRACK

    def test_a_blocking_reason_outweighs_lateness(self):
        action = make_action(make_plan(), ends_on="2026-01", blocked_reason=words("Pas de salle"))
        assert status_of(action) == Status.BLOCKED

    def test_a_status_set_by_hand_outweighs_the_rule_and_needs_a_reason(self):
        action = make_action(
            make_plan(), ends_on="2026-01", status_override="on_track", override_reason="Délai accordé par le comité"
        )
        assert status_of(action) == Status.ON_TRACK


class TestStatusRule(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(
        stage=st.sampled_from(Stage.values), starts=st.none() | DAYS, length=st.none() | st.integers(0, 900), on=DAYS
    )
    def test_the_database_gives_the_status_that_the_sentence_says(self, stage, starts, length, on):
        ends = starts + timedelta(days=length) if starts and length is not None else None
        action = make_action(
            make_plan(is_current=False),
            on=date(2024, 1, 1),
            stage=stage,
            starts_on=starts.isoformat() if starts else "",
            ends_on=ends.isoformat() if ends else "",
        )
        if stage in ("idea", "stopped", "done"):
            expected = stage
        elif (ends and ends < on) or (stage == "planned" and starts and starts < on):
            expected = "late"
        else:
            expected = "silent" if date(2024, 1, 1) < months_before(on, 6) else "on_track"
        assert status_of(action, on) == expected


@given(day=DAYS, months=st.integers(0, 120))
def test_going_back_some_months_keeps_the_day_or_the_months_last(day, months):
    earlier = months_before(day, months)
    assert (day.year - earlier.year) * 12 + day.month - earlier.month == months
    assert earlier.day == day.day or (earlier.day < day.day and (earlier + timedelta(days=1)).day == 1)
