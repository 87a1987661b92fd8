"""A pack loaded without what it invents."""

import pytest

from conftest import TERRITORY
from parcours.census.models import Campaign
from parcours.directory.models import Organisation, Place, Service
from parcours.packs.load import load_pack
from parcours.plan.models import Change, Meeting, Note, Update


@pytest.mark.django_db
def test_without_what_is_invented_only_the_source_speaks():
    plan = load_pack(folder=TERRITORY, report=lambda part, number: None, with_invented=False)
    assert Change.objects.filter(version__gt=1).count() == 0
    assert plan.actions.exclude(invented_fields=[]).count() == 0
    assert Note.objects.count() + Meeting.objects.count() + Update.objects.count() == 0
    assert Service.objects.count() >= 15
    assert (
        Service.objects.filter(is_invented=True).count() == Organisation.objects.filter(is_invented=True).count() == 0
    )
    assert Place.objects.count() == Campaign.objects.count() == 0
