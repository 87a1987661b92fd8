"""A survey of the actors begins with those who steer the plan."""

import pytest
from django.urls import reverse

from parcours.plan.tests import factories as make
from parcours.survey.circles import first_circle
from parcours.survey.models import Ask
from parcours.survey.tests.cast import coordinator, signed_in, wave


@pytest.mark.django_db
def test_the_steering_group_is_asked_first_in_one_press(settings):
    settings.PARCOURS_STAFF_MFA = False
    plan = make.make_plan()
    seated = make.make_organisation("Préfecture")
    make.make_organisation("Association")
    for key in ("steering", "project"):
        make.make_body(plan, key)
    for body in plan.bodies.all():
        body.seats.create(organisation=seated)
    assert list(first_circle()) == [seated]
    office, shown = signed_in(coordinator()), wave()
    page = reverse("survey:choose", args=[shown.key])
    assert 'value="seated"' in office.get(page).content.decode()
    office.post(page, {"do": "seated"})
    assert list(Ask.objects.values_list("organisation", "circle")) == [(seated.pk, 1)]
    assert 'value="seated"' not in office.get(page).content.decode()
