"""Whoever adds a service by hand is shown the likely twin first."""

from html import unescape

import pytest

from parcours.directory.choices import Role, ServiceState
from parcours.directory.models import Service
from parcours.directory.tests import factories as make
from parcours.directory.tests.cast import signed_in
from parcours.directory.tests.test_service_forms import new

TYPED = {"name": "Cours de français pour les adultes", "phone": "01 45 67 89 02"}


@pytest.fixture
def known() -> Service:
    return make.service("Cours de français pour adultes", phone="+33145678902")


def test_a_likely_twin_is_shown_with_a_link_and_nothing_is_saved_until_one_says_it_is_another(known: Service) -> None:
    office = signed_in(Role.COORDINATOR)
    answer = new(office, known.organisation, **TYPED)
    page = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert f'href="{known.get_absolute_url()}"' in page
    assert TYPED["name"] in page
    assert Service.objects.count() == 1
    assert new(office, known.organisation, **TYPED, is_another="yes").status_code == 302
    assert Service.objects.count() == 2


def test_what_is_like_nothing_is_saved_at_once(known: Service) -> None:
    assert new(signed_in(Role.COORDINATOR), known.organisation, name="Permanence juridique").status_code == 302


def test_a_partner_learns_nothing_of_what_another_organisation_proposes(known: Service) -> None:
    Service.objects.filter(pk=known.pk).update(state=ServiceState.PROPOSED)
    theirs = make.organisation("Une autre")
    answer = new(signed_in(Role.PARTNER, of=theirs), theirs, **TYPED)
    assert answer.status_code == 302
