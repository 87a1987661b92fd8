"""Search finds words in any of their forms, in any language of the row."""

import pytest

from parcours.directory.actions.organisations import save_organisation
from parcours.directory.choices import OrganisationKind, PublicationConsent
from parcours.directory.models import Organisation, Relation
from parcours.translations.fields import Translated

pytestmark = pytest.mark.django_db


def make_organisation(key: str, name: str, **values) -> Organisation:
    return save_organisation(organisation=Organisation(key=key, name=name, kind=OrganisationKind.ASSOCIATION, **values))


@pytest.mark.parametrize("words", ["hebergement", "Hébergements", "foyer", "hébergement foy", "FOYERS"])
def test_accents_plurals_and_beginnings_do_not_matter(words):
    found = make_organisation("foyers", "Hébergement en foyers")
    make_organisation("other", "Cours de danse")
    assert list(Organisation.objects.matching(words, "fr")) == [found]


def test_a_text_is_found_in_each_of_its_languages():
    description = Translated.of({"fr": "Droits des réfugiés", "en": "Rights of refugees", "ar": "حقوق اللاجئين"})
    found = make_organisation("rights", "Droits", description=description)
    for words, language in (("réfugié", "fr"), ("refugee", "en"), ("لاجئ", "ar")):
        assert list(Organisation.objects.matching(words, language)) == [found], words


@pytest.mark.parametrize("words", ["", "   ", "!!!", "' OR 1=1", "a & | b", "<->", "():*"])
def test_odd_questions_find_nothing_and_break_nothing(words):
    make_organisation("any", "Accueil")
    assert list(Organisation.objects.matching(words, "fr")) == []


def test_who_refused_to_be_named_is_not_public():
    make_organisation("silent", "Discrète", consent=PublicationConsent.REFUSED)
    make_organisation("asked", "Sollicitée", consent=PublicationConsent.ASKED)
    named = make_organisation("named", "Connue")
    assert list(Organisation.objects.public()) == [named]


def test_names_are_sorted_without_accents_or_case():
    for key, name in (("c", "Zèbre"), ("a", "école"), ("b", "Emmaüs")):
        make_organisation(key, name)
    assert [organisation.name for organisation in Organisation.objects.all()] == ["école", "Emmaüs", "Zèbre"]


def test_who_has_not_agreed_is_not_named_on_a_public_page(client):
    hidden = make_organisation("hidden", "Association discrète", consent=PublicationConsent.REFUSED)
    named = make_organisation("named", "Association connue")
    Relation.objects.create(origin=named, kind="member-of", target=hidden)
    page = client.get(named.get_absolute_url()).content.decode()
    assert "Association discrète" not in page
    assert client.get(hidden.get_absolute_url()).status_code == 404
