"""Pages agree: every template is used, every public page answers in every language, no reading writes."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

ROOT = Path(__file__).parents[1]
TEMPLATES = sorted((ROOT / "parcours").glob("*/templates/**/*.html"))
# Found by Django or allauth by their names alone.
FOUND_BY_NAME = re.compile(r"^(\d{3}\.html|account/|mfa/|allauth/|kit/(form|field)\.html)")


def name_of(template: Path) -> str:
    return str(template).partition("/templates/")[2]


def test_every_template_is_used():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "parcours").rglob("*.py")]
    sources += [template.read_text(encoding="utf-8") for template in TEMPLATES]
    everything = "\n".join(sources)
    components = set(re.findall(r'_render\(\s*"(\w+)"', everything))
    unused = [
        name
        for name in map(name_of, TEMPLATES)
        if not FOUND_BY_NAME.match(name)
        and f'"{name}' not in everything
        and name.removeprefix("kit/").removesuffix(".html") not in components
    ]
    assert unused == []


def test_no_template_has_inline_style_or_script():
    guilty = [
        name_of(template)
        for template in TEMPLATES
        if re.search(r"\sstyle=|<style|<script(?![^>]*(src=|application/json))|\son\w+=\"", template.read_text("utf-8"))
    ]
    assert guilty == []


@pytest.fixture
def read_only() -> Any:
    """Whatever writes to the database while it stands fails."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", sql) and "django_session" not in sql:
            pytest.fail(f"a GET writes: {sql[:120]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def addresses(client: Client) -> list[str]:
    text = client.get(reverse("sitemap-xml")).content.decode()
    return sorted(set(re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", text)))


def test_every_public_page_answers_in_french_english_and_arabic_within_its_weight(demo, client, read_only):
    pages = [url for url in addresses(client) if url[:4] in ("/fr/", "/en/", "/ar/")]
    assert len(pages) > 3 * 200
    # every page of each kind once a language, every page once in some language
    kinds: dict[str, list[str]] = {}
    for url in pages:
        kind = re.sub(
            r"(actions|organisations|services|communes|axes|workshops|document|waves|releases/\d+)/[^/]+/",
            r"\1/x/",
            url,
        )
        kinds.setdefault(kind, []).append(url)
    shown = {url for urls in kinds.values() for url in urls[:2]} | {url for url in pages if url.startswith("/fr/")}
    for url in sorted(shown):
        response = client.get(url)
        assert response.status_code == 200, url
        page = response.content.decode()
        assert f'lang="{url[1:3]}"' in page, url
        assert ('dir="rtl"' in page[:300]) == url.startswith("/ar/"), url
        assert "{figure:" not in page, url
        assert "{quoted:" not in page, url
        assert len(response.content) < 150_000, f"{url} weighs {len(response.content)}"


def test_the_sitemap_lists_each_page_in_every_language(demo, client):
    found = addresses(client)
    french = {url[3:] for url in found if url.startswith("/fr/")}
    for code in ("en", "ar"):
        assert {url[3:] for url in found if url.startswith(f"/{code}/")} == french


def test_the_language_switch_keeps_the_page_and_its_question(demo, client):
    page = client.get("/fr/plan/actions/?axis=rights").content.decode()
    assert 'href="/en/plan/actions/?axis=rights"' in page
    assert 'href="/ar/plan/actions/?axis=rights"' in page


@pytest.mark.parametrize("path", ["/fr/plan/office/", "/fr/organisations/people/", "/fr/translations/", "/fr/imports/"])
def test_what_is_not_public_asks_to_sign_in(demo, client, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/fr/accounts/login/")


@pytest.mark.parametrize("address", ["/fr/plan/coverage/?area=%00", "/fr/search/?q=%00", "/fr/communes/a%00b/"])
def test_a_null_character_in_an_address_is_refused(db, client, address):
    assert client.get(address).status_code == 400


def test_an_unknown_page_says_so_in_the_readers_language(demo, client):
    for code in ("fr", "en", "ar"):
        response = client.get(f"/{code}/plan/actions/NOTHING/")
        assert response.status_code == 404
        assert f'lang="{code}"' in response.content.decode()
