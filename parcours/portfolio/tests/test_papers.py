"""Papers: what an employer reads, in two languages; nothing that was hidden or taken back; hostile text stays text."""

import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document
from jsonschema import Draft7Validator

from parcours.delivery.tests.cast import signed_in
from parcours.people.actions.consents import withdraw_consent
from parcours.people.models import SpokenLanguage
from parcours.portfolio.actions import sharing, telling
from parcours.portfolio.choices import Part
from parcours.portfolio.models import Claim, Cv, Experience, Goal
from parcours.portfolio.papers import files
from parcours.portfolio.papers.files import paper_file, pdf
from parcours.portfolio.papers.gather import cv_paper
from parcours.portfolio.reading import parts_for
from parcours.portfolio.tests import cast

pytestmark = pytest.mark.django_db
SCHEMA = Path(__file__).parent / "data" / "jsonresume-1.json"
HOSTILE = '#evil[x] $y$ *b* "q" \\ 😀'


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.fixture
def played(settings):
    settings.PARCOURS_STAFF_MFA = False
    made = cast.play()
    SpokenLanguage.objects.create(person=made.person, language="ar", level="native")
    for strand, title, french in (("professional", "خياطة", "Couturière"), ("migration", "الطريق", "Le trajet")):
        telling.save_experience(
            experience=Experience(
                portfolio=made.portfolio, strand=strand, title=title, title_translation=french, starts="2008",
                ends="2014-05", language="ar", is_in_cv=True, place="حلب",
            ),
            activities=[("أخيط", f"{french} : je faisais")],
            base=0,
        )  # fmt: skip
    telling.save_claim(
        claim=Claim(portfolio=made.portfolio, words="أخيط بدقة", translation="Coudre avec précision", level=4),
        at=timezone.now(),
    )
    goal = telling.save_goal(goal=Goal(portfolio=made.portfolio, text="عمل", translation="Un travail", until="2027"))
    telling.save_step(
        step=goal.steps.model(goal=goal, text="زيارة", translation="Visiter", due_on=timezone.localdate())
    )
    Cv.objects.create(
        portfolio=made.portfolio, second_language="ar", headline="خياطة", headline_translation="Couturière"
    )
    return made


@pytest.mark.parametrize("layout", ["classic", "competences", "one-page"])
def test_each_layout_says_what_was_chosen_in_french_and_in_arabic(played, layout):
    Cv.objects.update(layout=layout)
    text = text_of(pdf(cv_paper(played.portfolio)))
    for word in ("Salma AL-HADDAD", "Couturière", "Coudre avec précision", "2008", "خياطة"):
        assert word in text, word
    if layout == "one-page":
        assert len(pypdfium2.PdfDocument(pdf(cv_paper(played.portfolio)))) == 1


def test_hidden_parts_and_what_is_only_for_me_are_in_no_cv(played):
    telling.hide_part(portfolio=played.portfolio, part=Part.MIGRATION, is_hidden=True)
    Claim.objects.update(is_hidden=True)
    paper = cv_paper(played.portfolio)
    assert [one.title[0] for one in paper.lived] == ["Couturière"]
    assert paper.can == ()


def test_one_page_says_how_many_lines_it_leaves_out(played):
    for number in range(9):
        telling.save_claim(claim=Claim(portfolio=played.portfolio, words=f"c{number}", level=1), at=timezone.now())
    Cv.objects.update(layout="one-page")
    paper = cv_paper(played.portfolio)
    assert (len(paper.can), paper.left_out, paper.can[0].label[0]) == (6, 4, "Coudre avec précision")


@pytest.mark.parametrize(
    ("language", "words"),
    [("ti", "ሰላም ስራሕ"), ("uk", "Кравчиня"), ("ta", "தையல் வேலை"), ("fa", "معلم ریاضی"), ("am", "አማርኛ")],
)
def test_every_script_can_be_read_back(played, language, words):
    played.portfolio.language = language
    played.portfolio.save()
    Cv.objects.update(second_language=language, headline=words, headline_translation="Un métier")
    text = text_of(pdf(cv_paper(played.portfolio)))
    assert words.split()[0][:3] in text.replace("\u200c", "")


def test_hostile_text_stays_text_in_every_file(played):
    Cv.objects.update(headline=HOSTILE, headline_translation=HOSTILE)
    Experience.objects.update(words="")
    row = Experience.objects.filter(strand="professional").get()
    row.words, row.translation = HOSTILE, HOSTILE * 100
    row.save()
    assert "#evil[x] $y$ *b*" in text_of(pdf(cv_paper(played.portfolio)))
    for form in ("docx", "json", "xml"):
        content, _kind = paper_file(played.portfolio, "cv", form)
        assert content


def test_the_docx_opens_and_holds_the_words(played):
    content, _kind = paper_file(played.portfolio, "cv", "docx")
    text = "\n".join(one.text for one in Document(io.BytesIO(content)).paragraphs)
    assert "Couturière" in text
    assert "خياطة" in text
    assert "سلمى" in text


def test_json_resume_is_valid_by_its_schema(played):
    content, _kind = paper_file(played.portfolio, "cv", "json")
    resume = json.loads(content)
    Draft7Validator(json.loads(SCHEMA.read_text())).validate(resume)
    assert resume["work"][0]["position"] == "Couturière"
    assert resume["meta"]["parcours"]["experiences"][0]["strand"] == "migration"


def test_europass_is_well_formed_and_says_that_it_is_a_best_effort(played):
    content, _kind = paper_file(played.portfolio, "cv", "xml")
    root = ET.fromstring(content)
    assert root.tag == "{http://www.europass.eu/1.0}Candidate"
    texts = [one.text for one in root.iter() if one.text]
    assert "Couturière" in texts
    assert any("Best effort" in one for one in texts)


def test_the_sheet_for_the_fridge_and_the_whole_portfolio(played):
    client = signed_in(played.salma)
    for what, word in (("plan", "Visiter"), ("portfolio", "Couturière")):
        answer = client.get(reverse("portfolio:paper", args=[what, "pdf"]))
        assert word in text_of(answer.content)
        assert answer["Content-Disposition"] == f'attachment; filename="{what}.pdf"'
    assert client.get(reverse("portfolio:paper", args=["cv", "exe"])).status_code == 404
    assert signed_in(played.helene).get(reverse("portfolio:paper", args=["cv", "pdf"])).status_code == 404


def test_what_is_invented_says_so(played):
    played.person.is_invented = True
    played.person.save()
    assert "Invent" in text_of(pdf(cv_paper(played.portfolio)))


def test_what_is_taken_back_while_a_cv_is_made_stops_at_once_and_the_file_stays_its_owners(
    played, monkeypatch, tmp_path, settings
):
    """The owner takes a share back in another window while the server is drawing their CV."""
    settings.DATA = tmp_path
    share = sharing.share(portfolio=played.portfolio, part=Part.PROFESSIONAL, at=timezone.now())
    drawn = files.render_pdf

    def takes_it_back(*args, **kwargs):
        withdraw_consent(consent=share.consent, at=timezone.now())
        return drawn(*args, **kwargs)

    monkeypatch.setattr(files, "render_pdf", takes_it_back)
    address = reverse("portfolio:paper", args=["cv", "pdf"])
    answer = signed_in(played.person.account).get(address)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert parts_for(played.helene, played.portfolio, at=timezone.now()) == ()
    assert signed_in(played.helene).get(address).status_code == 404
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
