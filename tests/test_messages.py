"""The interface's messages: nothing missing in French, nothing wrong elsewhere, and the tool that keeps them so."""

import os
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils.translation import to_locale

from parcours.translations import catalogues
from parcours.translations.catalogues import Key, Message

PACKAGE = Path(catalogues.__file__).parents[1]
LOCALE = PACKAGE / "locale"
LANGUAGES = catalogues.languages_in(LOCALE)


@pytest.fixture(scope="module")
def messages() -> dict[Key, Message]:
    return catalogues.extract(PACKAGE)


def test_french_and_arabic_have_catalogues_and_every_catalogue_is_a_language_of_the_site() -> None:
    assert {"fr", "ar"} <= set(LANGUAGES)
    assert set(LANGUAGES) <= {to_locale(code) for code, _name in settings.LANGUAGES}


def test_french_is_complete(messages: dict[Key, Message]) -> None:
    report = catalogues.check(catalogues.catalogue_path(LOCALE, "fr"), "fr", messages)
    assert report.untranslated == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wrong_in_a_catalogue(language: str, messages: dict[Key, Message]) -> None:
    report = catalogues.check(catalogues.catalogue_path(LOCALE, language), language, messages)
    assert report.errors == [], "run: manage.py messages extract"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_counts_as_django_counts(language: str) -> None:
    ours = catalogues.read(catalogues.catalogue_path(LOCALE, language))
    assert ours.metadata["Plural-Forms"] == catalogues.plural_forms(language)


@pytest.mark.parametrize(("language", "count"), [("fr", 2), ("ar", 6), ("ru", 4), ("uk", 4), ("es", 3)])
def test_each_language_has_its_number_of_plural_forms(language: str, count: int) -> None:
    assert catalogues.plural_count(language) == count


# The tool, on a small package of its own

CODE = """
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy as many
from django.utils.translation import pgettext
_("Plain")
_("Joined " "together")
_("Named %(n)s") % {"n": 1}
many("%(n)d stop", "%(n)d stops", "n")
pgettext("month", "May")
_(variable)
other("Not a message")
"""
TEMPLATE = """{% load i18n %}
    {% translate "In a template" %}
  {# Translators: the button #}
  {% translate "Send" context "verb" %}
      {% blocktranslate count n=rows trimmed %}
        {{ n }} row
      {% plural %}
        {{ n }} rows
      {% endblocktranslate %}
{{ x|default:_("none") }} {% include "x.html" with label=_("a label") %}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    for name, text in {
        "views.py": CODE,
        "templates/shop/page.html": TEMPLATE,
        "static/shop/shop.js": 'show(gettext("In a script"));',
        "tests/test_views.py": '_("Only in a test")',
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_messages_are_read_from_code_templates_and_scripts(package: Path) -> None:
    found = {key: message.plural for key, message in catalogues.extract(package).items()}
    assert found == {
        (None, "Plain"): "",
        (None, "Joined together"): "",
        (None, "Named %(n)s"): "",
        (None, "%(n)d stop"): "%(n)d stops",
        ("month", "May"): "",
        (None, "In a template"): "",
        ("verb", "Send"): "",
        (None, "%(n)s row"): "%(n)s rows",
        (None, "none"): "",
        (None, "a label"): "",
        (None, "In a script"): "",
    }


def test_a_message_says_where_it_stands(package: Path) -> None:
    assert catalogues.extract(package)[None, "In a template"].places == ["shop/templates/shop/page.html"]


def write(path: Path, language: str, *messages: Message) -> polib.POFile:
    catalogue = catalogues.merge(path, language, messages)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    return catalogue


def translate(path: Path, **texts: str) -> None:
    catalogue = catalogues.read(path)
    for entry in catalogue:
        entry.msgstr = texts.get(entry.msgid, entry.msgstr)
    catalogue.save(str(path))


def test_extracting_again_keeps_translations_and_drops_what_is_no_longer_used(tmp_path: Path) -> None:
    path = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    write(path, "fr", Message((None, "Stop")), Message((None, "Path")))
    translate(path, Stop="Arrêt", Path="Chemin")
    write(path, "fr", Message((None, "Stops")), Message((None, "Path")))
    assert [(entry.msgid, entry.msgstr, entry.obsolete) for entry in catalogues.read(path)] == [
        ("Stops", "", 0),
        ("Path", "Chemin", 0),
    ]


def test_extracting_twice_changes_no_byte(tmp_path: Path, package: Path) -> None:
    path = tmp_path / "ar" / "LC_MESSAGES" / "django.po"
    found = catalogues.extract(package).values()
    write(path, "ar", *found)
    once = path.read_bytes()
    write(path, "ar", *found)
    assert path.read_bytes() == once


def entry(msgid: str, *texts: str, plural: str = "") -> polib.POEntry:
    if plural:
        return polib.POEntry(msgid=msgid, msgid_plural=plural, msgstr_plural=dict(enumerate(texts)))
    return polib.POEntry(msgid=msgid, msgstr=texts[0])


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        (entry("%(n)s rows", "%(n)s lignes"), []),
        (entry("%(n)s rows", "lignes"), ["lacks %(n)s"]),
        (entry("Hello {name}", "Bonjour {nom}"), ["lacks {name}", "has {nom} too often"]),
        (entry("<a href='%(url)s'>Go</a>", "<a href='%(url)s'>Aller"), ["lacks </a"]),
        (entry("100 %% of it", "100 % de cela"), ["lacks %%"]),
        (entry("One\n", "Un"), ["begins or ends with a line end where the other does not"]),
        (entry("%(n)s row", "une ligne", "%(n)s lignes", plural="%(n)s rows"), []),
        (entry("%(n)s row", "une ligne", "lignes", plural="%(n)s rows"), ["lacks %(n)s"]),
        (entry("%(n)s row", "%(m)s ligne", "%(n)s lignes", plural="%(n)s rows"), ["unknown %(m)s"]),
        (entry("%(n)s row", "a", "b", "%(n)s", plural="%(n)s rows"), ["3 plural forms instead of 2"]),
    ],
)
def test_a_wrong_translation_is_seen(given: polib.POEntry, faults: list[str]) -> None:
    assert catalogues.faults(given, 2) == faults


def test_a_broken_catalogue_is_reported_not_raised(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text('msgid "a"\nmsgstr "b', encoding="utf-8")
    report = catalogues.check(path, "fr", {(None, "a"): Message((None, "a"))})
    assert (len(report.errors), report.untranslated, report.percent) == (1, ["a"], 0)


def test_a_catalogue_is_compiled_only_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    write(path, "fr", Message((None, "Stop")))
    translate(path, Stop="Arrêt")
    assert catalogues.compile_catalogue(path) is True
    assert catalogues.compile_catalogue(path) is False
    assert [(one.msgid, one.msgstr) for one in polib.mofile(str(path.with_suffix(".mo")))] == [("Stop", "Arrêt")]
    later = path.with_suffix(".mo").stat().st_mtime + 5
    os.utime(path, (later, later))
    assert catalogues.compile_catalogue(path) is True


def test_the_check_fails_when_the_main_language_lacks_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with override_settings(LOCALE_PATHS=[tmp_path]):
        call_command("messages", "extract", "--language", "fr", "--language", "ru")
        call_command("messages", "check", "--language", "ru")  # may be under way
        assert capsys.readouterr().out.splitlines()[-1].startswith("ru: 0 % of ")
        with pytest.raises(CommandError):
            call_command("messages", "check", "--language", "fr")
