"""Val-de-Marne's pack, loaded as `./run demo` loads it."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from conftest import TERRITORY
from parcours.census.models import Campaign, Correction, UpdateRequest
from parcours.directory.models import Listing, Organisation, Place, Service, ServicePlace, Source, SourceRecord
from parcours.geo.models import Area
from parcours.kit.published import totals
from parcours.packs.load import load_pack
from parcours.plan.checks import findings, unbound_in_plan
from parcours.plan.figures import ideas_as_published
from parcours.plan.models import Action, Change, Decision, Meeting, Milestone, Note, Plan, Update
from parcours.translations.choices import TranslationState


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
    assert Organisation.objects.filter(is_invented=False, citations=None).count() == 0
    assert Organisation.objects.filter(source=None).count() == 0


def test_every_action_cites_its_section(demo):
    assert list(demo.actions.filter(section="").values_list("code", flat=True)) == []
    assert list(demo.actions.filter(source=None).values_list("code", flat=True)) == []


def test_loading_again_changes_nothing(demo):
    def counts() -> list[int]:
        of_the_plan = (Area, Source, Organisation, Plan, Action, Change, Note, Decision)
        of_services = (Service, SourceRecord, Place, ServicePlace, Listing)
        of_the_census = (Campaign, UpdateRequest, Correction)
        return [model.objects.count() for model in (*of_the_plan, *of_services, *of_the_census)]

    before = counts()
    assert min(before) > 0
    load_pack(folder=TERRITORY, report=lambda part, number: None)
    assert counts() == before


def test_all_that_the_source_does_not_say_is_marked_as_invented(demo):
    for model in (Meeting, Milestone, Update, Note, Decision):
        assert model.objects.filter(is_invented=False).count() == 0, model
    led = demo.actions.exclude(changes__version__gt=1).filter(invented_fields__len__gt=0)
    assert led.count() == 0


def test_a_service_is_cited_or_marked_as_invented_with_its_organisation_and_its_places(demo):
    cited, invented = Service.objects.filter(is_invented=False), Service.objects.filter(is_invented=True)
    assert cited.count() >= 15
    assert cited.filter(section="").count() == cited.exclude(at=None).count() == 0
    assert invented.count() >= 95
    assert invented.filter(organisation__is_invented=False).count() == 0
    assert invented.filter(at__place__is_invented=False).count() == 0


def test_a_service_has_its_own_places_or_its_organisations_address_or_none(demo):
    def places(key: str) -> list[str]:
        service = Service.objects.get(source_records__external_id=key)
        return [str(at.place.address) for at in service.at.all()]

    assert places("d001") == ["14 rue des Tilleuls"]
    assert len(places("d032")) == 4
    assert places("d024") == []


def test_a_machines_words_are_drafts_in_every_language(demo):
    name = Service.objects.get(source_records__external_id="d001").name
    states = {language: name.state(language) for language in name.versions}
    drafts = {language for language, state in states.items() if state == TranslationState.DRAFT}
    assert (set(states), drafts) == ({"fr", "en", "ar", "ti", "ru"}, {"ar", "ti", "ru"})


def test_an_invented_campaign_asked_nobody_who_exists_and_shows_each_outcome(demo):
    campaign = Campaign.objects.get()
    asked = campaign.requests.all()
    assert campaign.is_invented
    assert asked.filter(organisation__is_invented=False).count() == 0
    assert set(asked.values_list("outcome", flat=True)) == {"waiting", "confirmed", "changed", "unreachable"}
    assert asked.waiting().filter(called_for_at=None).count() == 0
    confirmed = asked.filter(outcome="confirmed").values_list("organisation", "answered_at")
    for organisation, answered_at in confirmed:
        assert Service.objects.filter(organisation=organisation, confirmed_on=timezone.localdate(answered_at)).exists()
    assert sorted(Correction.objects.values_list("origin", flat=True)) == ["owner", "owner", "reader"]


def test_a_service_follows_an_organisation_that_was_merged_into_another(demo):
    told = SourceRecord.objects.get(external_id="demo-liste-racines-ponts")
    merged, kept = told.organisation, Organisation.objects.get(key="demo-racines-et-ponts")
    Service.objects.filter(source_records__external_id="l002").delete()
    told.organisation = kept
    told.save()
    merged.delete()
    load_pack(folder=TERRITORY, report=lambda part, number: None)
    assert Service.objects.get(source_records__external_id="l002").organisation == kept


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
