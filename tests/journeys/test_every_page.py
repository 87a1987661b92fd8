"""Every kind of page, for everyone: no accessibility fault, nothing wider than the screen, nothing from elsewhere."""

import pytest
from django.urls import URLPattern, get_resolver, resolve
from playwright.sync_api import Page

from tests.journeys.axe import LAYOUT, faults

pytestmark = pytest.mark.journey

PHONE, ZOOMED, DESK = 360, 640, 1280  # 640: a screen of 1280 pixels at 200 %
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

PUBLIC = [
    "",
    "plan/",
    "plan/axes/rights/",
    "plan/actions/",
    "plan/actions/?q=retraite",
    "plan/actions/A1.08/",
    "plan/actions/A1.08/history/",
    "plan/actions/I.5/",
    "plan/challenges/",
    "plan/coverage/",
    "plan/workshops/",
    "plan/workshops/workshop-rights/",
    "plan/follow-up/",
    "plan/releases/",
    "plan/releases/1/",
    "plan/releases/compare/1/working/",
    "plan/document/",
    "plan/document/axis-rights/",
    "plan/releases/1/axis-rights/",
    "organisations/",
    "organisations/forim/",
    "organisations/forim/history/",
    "network/",
    "network/?view=matrix",
    "network/?view=communes",
    "network/?view=actions",
    "network/change/",
    "network/organisations/demo-racines-et-ponts/",
    "survey/waves/acteurs-2018/results/",
    "survey/waves/acteurs-2018/codebook/",
    "survey/waves/acteurs-2018/coverage/",
    "services/",
    "services/?q=cours+de+fran%C3%A7ais+vitry+mardi",
    "services/?q=xyzzy",
    "communes/",
    "communes/champigny-sur-marne-94017/",
    "services/atelier-de-francais-pour-grands-debutants-d5c76a5f/",
    "services/atelier-de-francais-pour-grands-debutants-d5c76a5f/history/",
    "services/atelier-de-francais-pour-grands-debutants-d5c76a5f/handout/?language=ti",
    "census/report/atelier-de-francais-pour-grands-debutants-d5c76a5f/",
    "network/organisations/forim/",
    "search/?q=retraite",
    "search/?q=xyzzy",
    "about/",
    "about/data/",
    "about/accessibility/",
    "about/figures/",
    "offline/",
    "site-map/",
    "open-data/",
    "open-data/?theme=sante--acces-aux-soins&lang=ar",
    "style/",
    "programmes/",
    "programmes/migrapass/",
    "accounts/login/",
    "accounts/signup/",
    "accounts/demo/",
    "census/answer/sent/",
]
OFFICE = [
    "accounts/",
    "accounts/roles/",
    "plan/office/",
    "plan/office/actions/new/",
    "plan/office/actions/A1.08/edit/",
    "plan/office/actions/I.5/adopt/",
    "plan/office/actions/A1.08/stop/",
    "plan/office/actions/A1.08/news/",
    "plan/office/proposals/",
    "plan/office/workshops/new/",
    "plan/office/workshops/workshop-rights/edit/",
    "plan/office/workshops/workshop-rights/notes/",
    "plan/office/agenda/add/?challenge=ageing-retirement&public=women",
    "plan/office/meetings/new/",
    "plan/office/decisions/new/",
    "plan/office/parts/",
    "plan/office/parts/challenge/new/",
    "plan/office/parts/challenge/ageing-retirement/",
    "plan/office/changes/",
    "plan/office/releases/new/",
    "imports/",
    "imports/plan-actions/new/",
    "organisations/people/",
    "organisations/forim/edit/",
    "census/",
    "census/pairs/",
    "census/sources/",
    "census/sources/liste-2026/",
    "network/office/",
    "survey/questionnaires/",
    "survey/questionnaires/new/",
    "survey/questionnaires/acteurs/",
    "survey/questionnaires/acteurs/1/",
    "survey/waves/",
    "survey/waves/new/",
    "survey/waves/acteurs-2026/",
    "survey/waves/acteurs-2026/edit/",
    "survey/waves/acteurs-2026/choose/",
    "survey/waves/acteurs-2026/enter/",
    "survey/waves/acteurs-2026/review/",
    "survey/waves/acteurs-2026/candidates/",
    "survey/waves/acteurs-2026/ties/",
    "survey/waves/acteurs-2026/snowball/",
    "survey/waves/acteurs-2026/results/",
    "survey/waves/acteurs-2026/results/since/acteurs-2018/",
    "survey/waves/acteurs-2026/crossings/",
    "survey/waves/acteurs-2026/coding/",
    "survey/waves/acteurs-2026/coding/last.missing/",
    "survey/waves/acteurs-2026/coding/last.missing/agreement/",
    "census/campaigns/",
    "census/campaigns/new/",
    "census/corrections/",
    "census/checks/",
    "services/new/",
    "services/atelier-de-francais-pour-grands-debutants-d5c76a5f/edit/",
    "translations/",
    "translations/ar/",
    "translations/ar/plan.action/1/what/",
    "accounts/second-factor/",
    "accounts/second-factor/totp/activate/",
    "accounts/second-factor/webauthn/",
    "accounts/second-factor/webauthn/add/",
]
CYCLE = "programmes/editions/migrapass-en-cours/"
# What others than the coordinator see: who leads a cohort, who takes part in it (also in Arabic), who tutors.
OWN = {
    "salome": [
        CYCLE,
        f"{CYCLE}change/",
        f"{CYCLE}staff/",
        f"{CYCLE}money/",
        f"{CYCLE}series/",
        f"{CYCLE}sessions/new/",
        f"{CYCLE}people/",
        f"{CYCLE}people/new/",
        "programmes/migrapass/editions/new/",
        "programmes/figures/",
        "programmes/places/",
        "programmes/places/new/",
        "portfolio/pairing/migrapass-en-cours/",
        "feedback/editions/migrapass-en-cours/",
        "feedback/editions/migrapass-2017-3/",
        "feedback/editions/migrapass-en-cours/after/ask/",
        "feedback/editions/migrapass-en-cours/before/slips/",
        "feedback/editions/migrapass-en-cours/said/",
        "people/",
    ],
    "hélène": ["portfolio/tutoring/"],
    "salma": [
        "people/me/",
        "people/me/change/",
        "people/me/erase/",
        "programmes/mine/",
        "feedback/mine/",
        "portfolio/",
        "portfolio/lived/professional/",
        "portfolio/lived/life/new/",
        "portfolio/competences/",
        "portfolio/competences/new/",
        "portfolio/plan/",
        "portfolio/plan/new/",
        "portfolio/cv/",
    ],
}
COORDINATORS = ["people/erasures/", "portfolio/scale/", "feedback/programmes/migrapass/2017/"]


def wider(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 800})
    found = page.evaluate(OVERFLOW)
    return [f"at {width}: {found} px wider than the screen"] if found else []


def troubles(page: Page, address: str, *, with_contrast: bool = True) -> list[str]:
    """What is wrong with a page on a phone, and its width on wider screens, where it stays in the end."""
    answer = page.goto(address)
    assert answer is not None
    found = [] if answer.status == 200 else [f"{address} answers {answer.status}"]
    return (
        found + wider(page, PHONE) + faults(page, with_contrast=with_contrast) + wider(page, ZOOMED) + wider(page, DESK)
    )


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_serves_everyone_in_french_and_in_arabic(reader, path):
    page = reader()
    found = troubles(page, f"/fr/{path}") + faults(page, rules=LAYOUT)
    assert found + troubles(page, f"/ar/{path}", with_contrast=False) == []


@pytest.mark.parametrize("path", [*OFFICE, *COORDINATORS])
def test_a_page_of_the_office_serves_everyone(member, path):
    page = member("coordinator")
    assert troubles(page, f"/fr/{path}") + faults(page, rules=LAYOUT) == []


@pytest.mark.parametrize(("who", "path"), [(who, path) for who, paths in OWN.items() for path in paths])
def test_a_page_of_programmes_serves_whom_it_is_for(member, who, path):
    page = member(who)
    found = troubles(page, f"/fr/{path}") + faults(page, rules=LAYOUT)
    if who == "salma":
        found += troubles(page, f"/ar/{path}", with_contrast=False)
    assert found == []


# Files, posts and redirects; then pages that only a journey reaches, which looks at them itself.
NOT_PAGES = {
    "plan:release-pdf", "plan:document-pdf", "plan:actions-csv", "plan:actions-xlsx", "plan:import",
    "plan:agenda-remove", "directory:end-role", "directory:withdraw-invitation", "imports:apply", "imports:undo",
    "imports:abandon", "imports:progress", "imports:template", "accounts:demo_sign_in",
    "census:campaign-send", "census:campaign-csv", "census:campaign-xlsx", "census:look", "census:searching",
    "census:undo-merge", "services:handout-pdf", "services:calendar", "services:state", "offline:manifest",
    "network:csv", "network:ties-csv", "network:office-csv", "network:office-xlsx", "survey:version-file",
    "survey:publish", "survey:discard", "survey:change", "survey:wave-close", "survey:send", "survey:ask-in-turn",
    "survey:results-csv", "survey:results-xlsx", "survey:results-pdf", "survey:codebook-csv", "survey:codebook-xlsx",
    "survey:crossing-withdraw", "survey:raw", "survey:settle",
    "delivery:my-certificate", "delivery:certificate", "delivery:feed", "delivery:money-remove", "delivery:tell",
    "delivery:booking-calendar", "delivery:booking-cancel",
    "delivery:told", "delivery:register-pdf", "delivery:register-xlsx", "delivery:award", "delivery:decide",
    "people:agree", "people:withdraw", "people:card-revoke", "people:take", "people:consent", "people:account",
    "portfolio:hide", "portfolio:share", "portfolio:evidence-add", "portfolio:evidence", "portfolio:tick",
    "portfolio:paper", "feedback:answer", "feedback:send", "feedback:close",
}  # fmt: skip
IN_JOURNEYS = {
    "plan:proposal", "imports:batch", "directory:accept-invitation", "services:miss", "census:campaign",
    "census:campaign-edit", "census:asked", "census:answer", "census:answer-change", "census:correction",
    "survey:row", "survey:row-new", "survey:choices", "survey:settings", "survey:ask", "survey:response",
    "survey:candidate", "survey:code", "survey:code-answer", "survey:open", "survey:answer", "survey:answer-page",
    "survey:answer-row", "survey:answer-check", "survey:answer-thanks", "survey:answer-copy", "survey:answer-withdraw",
    "survey:entry", "survey:entry-page", "survey:entry-row", "survey:entry-check", "survey:entry-thanks",
    "survey:entry-copy", "survey:entry-withdraw",
    "delivery:book", "delivery:booking", "delivery:venue-edit",
    "delivery:money", "delivery:session", "delivery:session-edit", "delivery:session-cancel", "delivery:attendance",
    "delivery:attendance-trace", "delivery:enrolment", "delivery:interview", "people:card", "people:person",
    "people:edit", "people:card-new", "portfolio:experience", "portfolio:claim", "portfolio:goal", "portfolio:step",
    "portfolio:step-new", "portfolio:remove", "portfolio:read", "portfolio:propose", "portfolio:note-new",
    "portfolio:note", "feedback:round",
    "census:proposed", "census:pair", "census:merges", "census:reading",
}  # fmt: skip


def test_no_kind_of_page_is_forgotten():
    looked_at = {
        resolve(f"/fr/{path.partition('?')[0]}").view_name
        for path in [*PUBLIC, *OFFICE, *COORDINATORS, *(path for paths in OWN.values() for path in paths)]
    }
    ours = {"plan", "website", "directory", "services", "census", "imports", "translations", "accounts", "open-data"}
    ours |= {"offline", "survey", "network", "people", "delivery", "portfolio", "feedback"}
    assert {
        name for name in names(get_resolver("parcours.config.urls").url_patterns) if name.partition(":")[0] in ours
    } == {name for name in looked_at | NOT_PAGES | IN_JOURNEYS if ":" in name}


def names(patterns, space=""):
    for one in patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}"
        else:
            yield from names(one.url_patterns, f"{one.namespace}:" if one.namespace else space)
