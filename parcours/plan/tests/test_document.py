import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from parcours.kit.tests.pdf import text_of
from parcours.plan.actions.change import add_update
from parcours.plan.actions.release import publish_release
from parcours.plan.document import Edition, document
from parcours.plan.models import Action, QuotedFigure
from parcours.plan.pdf import kept_pdf, plan_pdf
from parcours.plan.recorded import status_of
from parcours.plan.rules import completeness
from parcours.plan.snapshot import Contents, contents, frozen
from parcours.plan.tests.factories import (
    TODAY,
    make_action,
    make_area,
    make_axis,
    make_challenge,
    make_idea,
    make_organisation,
    make_plan,
    make_public,
    make_source,
    words,
)

pytestmark = pytest.mark.django_db
WORKING = Edition(TODAY)


@pytest.fixture
def plan():
    return make_plan(introduction=words("Le plan **reste** ouvert.", "The plan **stays** open."))


def written(plan, language="en", edition=WORKING):
    with translation.override(language):
        return document(contents(plan), edition)


STANDS = [
    {},
    {"stage": "idea"},
    {"stage": "done"},
    {"stage": "stopped"},
    {"stage": "planned", "starts_on": "2026-11"},
    {"stage": "planned", "starts_on": "2026-12"},
    {"ends_on": "2026"},
    {"ends_on": "2026-11-21"},
    {"ends_on": "2026-11-22"},
    {"ends_on": "2025", "status_override": "on_track", "override_reason": "prolongée"},
    {"blocked_reason": words("Pas de salle")},
    {"milestones": [{"title": words("Étape").stored(), "due_on": "2026-11-21"}]},
    {"milestones": [{"title": words("Étape").stored(), "due_on": "2026-11-21", "done_on": "2026-11-20"}]},
    {"on": date(2026, 5, 21)},
    {"on": date(2026, 5, 22)},
    {"on": date(2026, 5, 23)},
]


@pytest.mark.parametrize("values", STANDS)
def test_the_kept_data_and_the_database_give_one_status(plan, values):
    make_action(plan, "A1.01", **values)
    (expected,) = Action.objects.with_status(on=TODAY, silent_after_months=6).values_list("status", flat=True)
    assert status_of(contents(plan).get("action", "A1.01"), on=TODAY) == expected


def test_news_keeps_an_action_from_being_silent_in_both(plan):
    action = make_action(plan, "A1.01", on=date(2020, 1, 1))
    add_update(action=action, happened_on=date(2026, 11, 1), text=words("Nouvelle"), author=None)
    (expected,) = Action.objects.with_status(on=TODAY).values_list("status", flat=True)
    assert status_of(contents(plan).get("action", "A1.01"), on=TODAY) == expected == "on_track"


def test_the_kept_data_and_the_database_give_one_completeness(plan):
    organisation, area = make_organisation(), make_area(parent=plan.area)
    challenge, public = make_challenge(plan), make_public(plan)
    whole = {
        "why": words("Parce que"),
        "what": words("Ceci"),
        "lead": organisation.key,
        "partners": [{"organisation": organisation.key}],
        "publics": [public.key],
        "areas": [area.code],
        "ends_on": "2027",
        "budget_lines": [{"kind": "cost", "label": words("Coût").stored(), "amount": "10"}],
        "indicators": [{"name": words("Cours").stored(), "unit": "cours"}],
        "challenges": [challenge.key],
    }
    for number, name in enumerate(whole, start=1):
        make_action(plan, f"A1.{number:02}", **{name: whole[name]})
    make_action(plan, "A2.01", **whole)
    kept = contents(plan).all("action")
    for action in Action.objects.for_completeness():
        assert completeness(kept[action.code]) == completeness(action)
    assert len(completeness(kept["A2.01"]).met) == 9


def test_actions_stand_under_their_axis_and_ideas_apart(plan):
    make_axis(plan, "rights")
    make_axis(plan, "memory", order=2)
    make_action(plan, "A1.01", axis="rights")
    make_action(plan, "A9.01")
    make_idea(plan, "I.1", axis="rights")
    made = written(plan)
    assert [[row["code"] for row in axis["actions"]] for axis in made["axes"]] == [["A1.01"], []]
    assert [row["code"] for row in made["others"]] == ["A9.01"]
    assert [row["code"] for row in made["ideas"]] == ["I.1"]
    assert [row["code"] for row in made["actions"]] == ["A1.01", "A9.01", "I.1"]


def test_an_idea_says_what_it_lacks(plan):
    make_idea(plan, "I.1", what=words("Un festival"), why=words("Se rencontrer"))
    (idea,) = written(plan)["ideas"]
    assert (idea["met"], idea["criteria"]) == (2, 10)
    assert idea["lacking"] == [
        "who leads", "with whom", "for whom", "where", "when", "how much", "who funds it", "how it is measured",
    ]  # fmt: skip


def test_the_table_of_actors_says_who_leads_and_who_takes_part(plan):
    lead, partner = make_organisation("Alpha"), make_organisation("Beta")
    make_action(plan, "A1.01", lead=lead.key, partners=[{"organisation": partner.key}, {"organisation": lead.key}])
    rows = [(row["name"], row["leads"], row["takes_part"]) for row in written(plan)["actors"]]
    assert rows == [("Alpha", ["A1.01"], ["A1.01"]), ("Beta", [], ["A1.01"])]


def test_what_is_invented_is_listed(plan):
    make_action(plan, "A1.01", title=words("Vraie", "Real"))
    make_action(plan, "A1.02", title=words("Fausse", "False"), is_invented=True)
    line = {"title": words("Étape").stored(), "due_on": "2027-01-01", "is_invented": True}
    make_action(plan, "A1.03", title=words("Mixte", "Mixed"), milestones=[line])
    assert written(plan)["invented"] == ["A1.02 False", "A1.03 Mixed: milestones"]


def test_a_release_keeps_the_figures_that_its_prose_cites(plan):
    plan.introduction = words("{figure:people} personnes.")
    plan.save()
    figure = QuotedFigure.objects.create(
        plan=plan, key="people", label=words("Habitants"), value=Decimal(1200), printed="1200", kind="count",
        source=make_source(),
    )  # fmt: skip
    release = publish_release(plan=plan, title=words("Un"), summary=words(""), on=TODAY, by=None)
    QuotedFigure.objects.filter(pk=figure.pk).update(value=Decimal(9999))
    with translation.override("en"):
        assert document(frozen(release), Edition.of(release))["introduction"].plain == "1,200 personnes."


def test_the_document_of_a_release_tells_the_status_of_its_day(plan):
    make_action(plan, "A1.01", ends_on="2026-12-31")
    release = publish_release(plan=plan, title=words("Un"), summary=words(""), on=TODAY, by=None)
    held = frozen(release)
    with translation.override("en"):
        assert [row["status"] for row in document(held, Edition.of(release))["actions"]] == ["on_track"]
        assert [row["status"] for row in document(held, Edition(date(2027, 1, 1)))["actions"]] == ["late"]


def test_an_empty_plan_makes_a_document():
    with translation.override("en"):
        made = document(Contents(()), WORKING)
    assert (made["actions"], made["map"], made["invented"]) == ([], {}, [])


def furnish(plan):
    make_axis(plan, "rights", title=words("Accès aux droits", "Access to rights"))
    area = make_area("Champigny-sur-Test", parent=plan.area, tile_col=0, tile_row=0, names={"ar": "شامبيني"})
    lead = make_organisation("Maison # des *langues*")
    make_action(
        plan, "A1.01", title=words("Cours de français", "French lessons"), axis="rights", areas=[area.code],
        lead=lead.key, partners=[{"organisation": lead.key}], what=words("Trois cours.\n\n- un\n- deux"),
        is_invented=True,
    )  # fmt: skip
    make_idea(plan, "I.1")


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fr", "Cours de français"), ("en", "French lessons"), ("ar", "Champigny")],
)
def test_the_pdf_is_tagged_and_in_its_language(plan, language, expected):
    furnish(plan)
    pdf = plan_pdf(contents(plan), WORKING, language=language)
    assert b"/MarkInfo" in pdf
    assert re.search(rb"/Lang\s*\(" + language.encode(), pdf)
    assert b"pdfuaid" in pdf
    if language == "ar":
        assert "خطة" in text_of(pdf)[:400] or "ةطخ" in text_of(pdf)[:400]
    else:
        assert expected in text_of(pdf)


def test_what_a_person_typed_is_never_read_as_markup(plan):
    furnish(plan)
    pdf = plan_pdf(contents(plan), WORKING, language="en")
    assert "Maison # des *langues*" in re.sub(r"\s+", " ", text_of(pdf))


def test_a_release_is_set_once_for_each_language(plan, settings, tmp_path):
    settings.DATA = tmp_path
    furnish(plan)
    release = publish_release(plan=plan, title=words("Un"), summary=words(""), on=TODAY, by=None)
    held, edition = frozen(release), Edition.of(release)
    first = kept_pdf(held, edition, language="fr")
    made_at = first.stat().st_mtime_ns
    assert kept_pdf(held, edition, language="fr") == first
    assert first.stat().st_mtime_ns == made_at
    kept_pdf(held, edition, language="en")
    assert len(list((tmp_path / "documents").iterdir())) == 2


def test_everyone_downloads_the_document(plan, client, settings, tmp_path):
    settings.DATA = tmp_path
    furnish(plan)
    publish_release(plan=plan, title=words("Un"), summary=words(""), on=TODAY, by=None)
    with translation.override("fr"):
        answers = [client.get(reverse("plan:document-pdf")), client.get(reverse("plan:release-pdf", args=[1]))]
    for answer in answers:
        assert answer["Content-Type"] == "application/pdf"
        assert BytesIO(b"".join(answer)).read(5) == b"%PDF-"
    assert answers[1]["Content-Disposition"] == f'inline; filename="{plan.slug}-1-fr.pdf"'


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_the_pages_show_every_action(plan, client, language):
    furnish(plan)
    publish_release(plan=plan, title=words("Un"), summary=words(""), on=TODAY, by=None)
    with translation.override(language):
        for first in (reverse("plan:document"), reverse("plan:release", args=[1])):
            pages = [client.get(url).content.decode() for url in chapters_of(client, first)]
            assert re.findall(r'<article [^>]*id="action-([^"]+)"', "".join(pages)) == ["A1.01", "I.1"]


def chapters_of(client, first):
    """The addresses that the table of contents of a document leads to."""
    page = client.get(first).content.decode()
    return list(dict.fromkeys(re.findall(rf'href="({first}[\w-]+/)"', page)))


def test_the_contents_lead_to_each_chapter_that_holds_something(plan, client):
    furnish(plan)
    make_challenge(plan)
    with translation.override("fr"):
        first = reverse("plan:document")
        assert [url.removeprefix(first) for url in chapters_of(client, first)] == [
            "challenges/", "axis-rights/", "ideas/", "actions/", "actors/", "sources/",
        ]  # fmt: skip
        assert client.get(f"{first}workshops/").status_code == 404
        assert client.get(f"{first}axis-unknown/").status_code == 404


def test_a_chapter_stands_between_its_neighbours(plan, client):
    furnish(plan)
    with translation.override("en"):
        stops = client.get(reverse("plan:document-chapter", args=["ideas"])).context["stops"]
    assert [(stop.label, stop.state) for stop in stops] == [
        ("1. Access to rights", "next"), ("Ideas", "current"), ("Table of actions", "next"),
    ]  # fmt: skip


def large(plan, n=45):
    """A plan of so many actions, each as wordy as those of the demo, in one axis."""
    make_axis(plan, "rights")
    organisations = [make_organisation(f"Association des habitantes et habitants du quartier {k}") for k in range(n)]
    areas = [make_area(parent=plan.area, tile_col=k % 8, tile_row=k // 8) for k in range(n)]
    for k in range(n):
        what = words("Une longue explication en français, avec **des accents** et une suite. " * 12)
        members = [{"organisation": row.key} for row in organisations[:6]]
        make_action(plan, f"A1.{k:02}", axis="rights", what=what, why=what, lead=organisations[k].key,
                    partners=members, areas=[area.code for area in areas])  # fmt: skip


def test_every_page_of_a_document_of_45_actions_is_light(plan, client):
    large(plan)
    publish_release(plan=plan, title=words("Un"), summary=words(""), on=TODAY, by=None)
    for language in ("fr", "en", "ar"):
        with translation.override(language):
            for first in (reverse("plan:document"), reverse("plan:release", args=[1])):
                urls = [first, *chapters_of(client, first)]
                assert len(urls) == 5
                assert {url: n for url in urls if (n := len(client.get(url).content)) > 150_000} == {}


def test_an_action_is_found_on_its_page_of_the_chapter(plan, client):
    make_axis(plan, "rights")
    for k in range(30):
        make_action(plan, f"A1.{k:02}", axis="rights")
    page = client.get(reverse("plan:document-chapter", args=["axis-rights"]), {"action": "A1.29"})
    assert "A1.29" in [row["code"] for row in page.context["rows"]]
    assert page.context["page"].number == 3


def test_the_chapters_of_a_release_say_what_those_of_the_plan_said(plan, client):
    furnish(plan)
    publish_release(plan=plan, title=words("Un"), summary=words(""), on=TODAY, by=None)
    with translation.override("fr"):
        for slug in ("axis-rights", "ideas", "actions", "actors"):
            now = client.get(reverse("plan:document-chapter", args=[slug])).context
            then = client.get(reverse("plan:release-chapter", args=[1, slug])).context
            for name in ("rows", "actions", "actors"):
                assert without_urls(now.get(name)) == without_urls(then.get(name))


def without_urls(rows):
    return [{name: str(value) for name, value in row.items() if name != "url"} for row in rows or []]


def test_a_release_of_no_number_is_not_found(plan, client):
    assert client.get(reverse("plan:release-chapter", args=[3, "actions"])).status_code == 404
    assert client.get(reverse("plan:release", args=[3])).status_code == 404
    assert client.get(reverse("plan:release-pdf", args=[3])).status_code == 404


def test_the_page_costs_the_same_for_one_action_and_for_three(plan, client):
    slugs = ("axis-rights", "ideas", "actions", "actors", "sources")

    def queries():
        found = []
        for url in [reverse("plan:document"), *(reverse("plan:document-chapter", args=[slug]) for slug in slugs)]:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            found.append(len(captured))
        return found

    furnish(plan)
    queries()
    one = queries()
    make_action(plan, "A1.02", axis="rights", lead=make_organisation().key)
    make_idea(plan, "I.2")
    make_action(plan, "A1.03", axis="rights", partners=[{"organisation": make_organisation().key}])
    assert queries() == one


def test_a_figure_cited_on_the_page_leads_to_its_explanation(plan, client):
    plan.introduction = words("{figure:people} personnes.")
    plan.save()
    QuotedFigure.objects.create(
        plan=plan, key="people", label=words("Habitants"), value=Decimal(1200), printed="1200", kind="count",
        source=make_source(),
    )  # fmt: skip
    page = client.get(reverse("plan:document")).content.decode()
    assert re.findall(r'href="#(figure-[^"]+)"', page) == ["figure-people"]
    assert re.findall(r'id="(figure-[^"]+)"', page) == ["figure-people"]
