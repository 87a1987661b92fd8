from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import translate_url
from django.utils.translation import override

from parcours.translations.fields import Translated
from parcours.translations.sections import translated_models
from parcours.translations.tests.conftest import Source, make_source

pytestmark = pytest.mark.django_db
INDEX = "/en/translations/"


def edit_url(source: Any, language: str = "en", field: str = "title") -> str:
    return f"/en/translations/{language}/directory.source/{source.pk}/{field}/"


@pytest.fixture
def office(client: Client, translator: Any) -> Client:
    client.force_login(translator)
    return client


def send(office: Client, url: str, text: str, state: str = "reviewed", **changes: str) -> Any:
    opened = office.get(url).context["form"]["base_digest"].value()
    return office.post(url, {"text": text, "state": state, "base_digest": opened} | changes)


@pytest.mark.parametrize("path", ["", "en/", "en/directory.source/1/title/"])
def test_only_translators_enter(client: Client, person: Any, translator: Any, path: str) -> None:
    assert client.get(INDEX + path).status_code == 302
    client.force_login(person)
    assert client.get(INDEX + path).status_code == 403


def test_the_index_counts_what_is_left_in_each_language(office: Client) -> None:
    make_source("a", title={"fr": "Droits", "en": "Rights"}, note={"fr": "Note"})
    languages = {row["code"]: row["total"] for row in office.get(INDEX).context["progress"]}
    assert {code: (row.missing, row.reviewed) for code, row in languages.items() if code in ("fr", "en", "ar")} == {
        "fr": (0, 0),
        "en": (1, 1),
        "ar": (2, 0),
    }


@pytest.mark.parametrize("count", [1, 3])
def test_the_index_takes_the_same_queries_for_one_and_for_three(
    office: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        make_source(f"s{number}", title={"fr": "Titre"})
    with django_assert_max_num_queries(len(translated_models()) + 6):
        assert office.get(INDEX).status_code == 200


def test_the_list_keeps_to_its_filters(office: Client) -> None:
    make_source("a", title={"fr": "Droits", "en": "Rights"})
    make_source("b", title={"fr": "Mémoire"})
    page = office.get(INDEX + "en/?state=missing&model=directory.source")
    assert [section.obj.key for section in page.context["page"]] == ["b"]
    nonsense = office.get(INDEX + "en/?state=nonsense&model=nothing")
    assert [section.obj.key for section in nonsense.context["page"]] == ["a", "b"]


def test_a_translation_is_saved_and_the_next_text_opens(office: Client) -> None:
    first, second = make_source("a", title={"fr": "Droits"}), make_source("b", title={"fr": "Mémoire"})
    answer = send(office, edit_url(first) + "?state=missing", "Rights")
    assert (answer.status_code, answer.url) == (302, edit_url(second) + "?state=missing")
    assert Source.objects.get(key="a").title == Translated.of({"fr": "Droits", "en": "Rights"})


def test_a_draft_stays_a_draft(office: Client) -> None:
    source = make_source("a", title={"fr": "Droits"})
    send(office, edit_url(source), "Rights", "draft")
    assert Source.objects.get().title.state("en") == "draft"


def test_a_conflict_shows_both_texts_and_saving_again_is_a_choice(office: Client) -> None:
    source = make_source("a", title={"fr": "Droits"})
    opened = office.get(edit_url(source)).context["form"]["base_digest"].value()
    Source.objects.update(title=Translated.of({"fr": "Droits", "en": "Rights first"}))
    answer = send(office, edit_url(source), "Rights second", base_digest=opened)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Rights first" in page
    assert "Rights second</textarea>" in page
    fresh = answer.context["form"]["base_digest"].value()
    assert send(office, edit_url(source), "Rights second", base_digest=fresh).status_code == 302
    assert Source.objects.get().title.text_in("en") == "Rights second"


def test_a_lost_figure_is_an_error_beside_the_text(office: Client) -> None:
    source = make_source("a", title={"fr": "Soit {figure:survey.share}"})
    answer = send(office, edit_url(source), "That is 27 %")
    assert answer.context["form"].errors == {
        "text": ["These references must be the same in both texts: {figure:survey.share}"]
    }


def test_the_texts_say_their_language_and_direction(office: Client) -> None:
    source = make_source("a", title={"fr": "Droits"})
    page = office.get(edit_url(source, "ar")).content.decode()
    assert 'class="source-text" lang="fr" dir="ltr"' in page
    form = office.get(edit_url(source, "ar")).context["form"]
    assert 'lang="ar" dir="rtl"' in str(form["text"])


def test_an_outdated_text_shows_what_changed_in_its_source(office: Client) -> None:
    organisation = apps.get_model("directory.Organisation").objects.create(
        key="a", name="Maison", kind="association", description=Translated.of({"fr": "Accueil", "en": "Welcome"})
    )
    organisation.description = organisation.description.with_source("Accueil écoute")
    organisation.save()
    page = office.get(f"/en/translations/en/directory.organisation/{organisation.pk}/description/")
    assert page.context["changes"].count("<ins>") == 1


def test_an_outdated_text_whose_source_is_not_kept_says_so(office: Client) -> None:
    source = make_source("a", title=Translated.of({"fr": "Droits", "en": "Rights"}).with_source("Droits."))
    assert "The older source text is not kept" in office.get(edit_url(source)).content.decode()


@pytest.mark.parametrize(
    "path", ["xx/", "en/directory.source/999999/title/", "en/directory.source/1/key/", "en/auth.permission/1/name/"]
)
def test_what_is_not_there_is_not_found(office: Client, path: str) -> None:
    assert office.get(INDEX + path).status_code == 404


def test_a_text_has_no_translation_into_its_own_language(office: Client) -> None:
    assert office.get(edit_url(make_source("a", title={"fr": "Droits"}), "fr")).status_code == 404


def test_the_language_switch_keeps_the_page_and_its_query(office: Client) -> None:
    here = "/fr/translations/en/?state=missing&page=2"
    with override("fr"):
        assert translate_url(here, "ar") == "/ar/translations/en/?state=missing&page=2"
    page = office.get(here).content.decode()
    assert 'href="/ar/translations/en/?state=missing&amp;page=2"' in page


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_the_office_is_read_in_the_direction_of_its_language(office: Client, language: str) -> None:
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in office.get(f"/{language}/translations/").content.decode()
