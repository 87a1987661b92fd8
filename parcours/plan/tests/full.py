"""An action with something in every field that its form shows."""

from parcours.plan.models import Action, Plan
from parcours.plan.tests.factories import (
    make_action,
    make_area,
    make_axis,
    make_challenge,
    make_funding_source,
    make_organisation,
    make_public,
    words,
)


def full_action(plan: Plan) -> Action:
    make_axis(plan)
    make_challenge(plan)
    make_public(plan)
    make_funding_source(plan, ceiling_percent=50)
    lead, partner = make_organisation("Foyer Un"), make_organisation("Maison Deux")
    commune = make_area("Champigny", parent=plan.area)
    other = make_action(plan)
    return make_action(
        plan,
        title=words("Permanences", "Drop-in sessions"),
        what=words("Première ligne\nSeconde ligne"),
        axis="rights",
        challenges=["challenge"],
        publics=["migrants"],
        areas=[commune.code],
        lead=lead.key,
        starts_on="2026-05",
        ends_on="2027",
        partners=[{"organisation": partner.key, "role": "host", "section": "5.1", "is_invented": False}],
        milestones=[
            {
                "title": words("Ouverture", "Opening").stored(),
                "due_on": "2026-12-01",
                "done_on": "",
                "is_invented": True,
            }
        ],
        budget_lines=[
            {
                "kind": "funding",
                "label": words("Subvention").stored(),
                "amount": "1500.50",
                "currency": "EUR",
                "period": "2026",
                "funding_source": "fund",
                "is_secured": True,
                "note": words("").stored(),
                "section": "",
                "is_invented": False,
            }
        ],
        indicators=[
            {
                "name": words("Personnes reçues").stored(),
                "unit": "personnes",
                "baseline": "0.00",
                "baseline_on": "",
                "target": "120.00",
                "target_on": "2027-12-31",
                "is_invented": False,
            }
        ],
        funding_sources=["fund"],
        links=[{"kind": "related", "target": other.code}],
        status_override="on_track",
        override_reason="Vu avec le porteur",
    )
