from datetime import UTC, datetime

import pytest
from django.utils.translation import gettext_lazy, override

from parcours.kit.documents import PACKAGE, DocumentError, render_pdf
from parcours.kit.figures import Figure
from parcours.kit.prose import to_typst_blocks
from parcours.kit.tests.pdf import text_of

EXAMPLE = PACKAGE / "kit" / "tests" / "documents" / "example.typ"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="5" height="5"/></svg>'


def rights(_key: str) -> Figure:
    return Figure.share("survey.rights", "Rights", n=36, base=62, base_label="respondents", source="survey")


def words_of(pdf: bytes) -> str:
    return " ".join(text_of(pdf).split())


@pytest.mark.parametrize("language", ["fr", "en", "ar", "es", "ru", "uk", "fr-ca"])
def test_a_document_is_tagged_for_everybody(language):
    pdf = render_pdf(EXAMPLE, {"title": "خطة Droits Ґанок 1\u202f365\u202f000 – « 58,1\xa0% » · €"}, language)
    assert pdf.startswith(b"%PDF")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"/MarkInfo" in pdf
    assert f"<rdf:li>{language.split('-')[0]}</rdf:li>".encode() in pdf


def test_prose_and_figures_stand_in_a_document_with_their_citation():
    with override("en"):
        blocks = to_typst_blocks(
            "**So** {figure:survey.rights} chose.\n\n- [a](/x)\n- *b*\n\n1. {quoted:3 200}", rights
        )
        pdf = render_pdf(EXAMPLE, {"title": gettext_lazy("The plan"), "prose": blocks}, "en")
    assert (
        words_of(pdf)
        == "The plan So 58.1%1 chose. • a • b 1. “3 200” 1Rights · 36 of 62 respondents · source: survey 1 / 1"
    )


def test_what_a_person_typed_is_never_markup():
    typed = '#panic("x") *a* $x$ <b> \\ " {figure:a}'
    assert words_of(render_pdf(EXAMPLE, {"title": typed}, "en")) == f"{typed} 1 / 1"


def test_letters_without_font_do_not_stop_a_document():
    assert words_of(render_pdf(EXAMPLE, {"title": "Merci 👩 日"}, "fr")) == "Merci ? ? 1 / 1"


def test_a_picture_says_what_it_shows():
    assert render_pdf(EXAMPLE, {"title": "t", "chart": SQUARE, "alt": "A square"}, "en").startswith(b"%PDF")
    with pytest.raises(DocumentError, match="missing alt text"):
        render_pdf(EXAMPLE, {"title": "t", "chart": SQUARE, "alt": ""}, "en")


def test_the_same_data_make_the_same_document():
    at = datetime(2018, 2, 28, tzinfo=UTC)
    assert render_pdf(EXAMPLE, {"title": "t"}, "en", at=at) == render_pdf(EXAMPLE, {"title": "t"}, "en", at=at)


def test_a_template_outside_the_package_is_refused(tmp_path):
    template = tmp_path / "t.typ"
    template.write_text("x")
    with pytest.raises(DocumentError, match="not a template of this package"):
        render_pdf(template, {}, "en")


def test_a_mistake_in_a_template_is_reported():
    with pytest.raises(DocumentError, match="title"):
        render_pdf(EXAMPLE, {}, "en")
