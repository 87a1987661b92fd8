"""Val-de-Marne's pack, loaded as `./run demo` loads it."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from conftest import TERRITORY
from parcours.directory.models import Organisation, Source
from parcours.geo.models import Area
from parcours.kit.published import totals
from parcours.packs.load import load_pack
from parcours.plan.checks import findings, unbound_in_plan
from parcours.plan.figures import ideas_as_published
from parcours.plan.models import Action, Change, Decision, Meeting, Milestone, Note, Plan, Update


def test_the_plan_of_2018_is_release_1_with_36_actions_and_nine_ideas(demo):
    release = demo.releases.get()
    stages = [item.data["stage"] for item in release.items.filter(kind="action")]
    assert (release.number, len(stages), stages.count("idea")) == (1, 45, 9)


def test_the_nine_ideas_of_2018_lack_schedule_lead_and_indicator(demo):
    shares = {
        figure.key.rpartition(".")[2]: (figure.n, figure.base) for figure in ideas_as_published(demo.releases.get())
    }
    assert shares == {"lead": (0, 9), "schedule": (0, 9), "indicator": (0, 9)}


def test_every_published_total_is_reproduced(demo):
    lines = list(totals())
    assert lines
    assert [str(line) for line in lines if not line.holds] == []


def test_every_organisation_says_where_it_is_named(demo):
    assert Organisation.objects.filter(citations=None).count() == 0
    assert Organisation.objects.filter(source=None).count() == 0


def test_every_action_cites_its_section(demo):
    assert list(demo.actions.filter(section="").values_list("code", flat=True)) == []
    assert list(demo.actions.filter(source=None).values_list("code", flat=True)) == []


def test_loading_again_changes_nothing(demo):
    def counts() -> list[int]:
        return [model.objects.count() for model in (Area, Source, Organisation, Plan, Action, Change, Note, Decision)]

    before = counts()
    load_pack(folder=TERRITORY, report=lambda part, number: None)
    assert counts() == before


def test_all_that_the_source_does_not_say_is_marked_as_invented(demo):
    for model in (Meeting, Milestone, Update, Note, Decision):
        assert model.objects.filter(is_invented=False).count() == 0, model
    led = demo.actions.exclude(changes__version__gt=1).filter(invented_fields__len__gt=0)
    assert led.count() == 0


def test_every_number_of_the_plans_prose_is_bound_or_quoted(demo):
    assert unbound_in_plan(demo) == []


def test_the_sources_own_figures_contradict_each_other_where_a_reader_saw_it(demo):
    verdicts = {checked.check.key: checked.verdict for checked in findings(demo)}
    assert verdicts["increase-per-year"] == "contradicts"
    assert verdicts["contribution-share-1968-2014"] == "contradicts"
    assert verdicts["works-internationally-of-respondents"] == "agrees"
    assert verdicts["five-workshops"] == "agrees"
    assert "unknown" not in verdicts.values()


def test_a_folder_that_is_no_pack_is_refused(tmp_path: Path):
    with pytest.raises(CommandError):
        call_command("load_territory", str(tmp_path))
