"""The CV as a text document that one can go on editing: headings and lists of the program's own styles."""

from io import BytesIO

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from parcours.portfolio.papers.records import Pair, Paper
from parcours.translations.languages import text_direction


def cv_docx(paper: Paper) -> bytes:
    """The same words as the PDF, in the order of its layout."""
    document = Document()
    document.core_properties.title = "CV"
    document.core_properties.author = ""
    document.core_properties.language = "fr-FR"
    if paper.is_invented:
        document.add_paragraph(paper.words["invented"][0])
    document.add_heading(paper.latin_name or paper.name, level=0)
    if paper.latin_name and paper.latin_name != paper.name:
        _line(document, (paper.name, ""), paper)
    _line(document, paper.headline, paper, bold=True)
    if paper.contact:
        document.add_paragraph(" · ".join(paper.contact))
    _line(document, paper.summary, paper)
    parts = [_lived, _can]
    for part in reversed(parts) if paper.layout == "competences" else parts:
        part(document, paper)
    if paper.speaks:
        _heading(document, paper.words["languages"])
        for one in paper.speaks:
            document.add_paragraph(f"{_joined(one.name)} : {_joined(one.level)}", style="List Bullet")
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _lived(document: Document, paper: Paper) -> None:
    for strand in dict.fromkeys(one.strand for one in paper.lived):
        rows = [one for one in paper.lived if one.strand == strand]
        _heading(document, rows[0].heading)
        for one in rows:
            dates = " – ".join(dict.fromkeys(filter(None, [one.starts, one.ends])))
            _line(document, one.title, paper, bold=True)
            document.add_paragraph(" · ".join(filter(None, [dates, one.place])))
            for pair in one.did or ([one.words] if one.words[0] else []):
                _line(document, pair, paper, style="List Bullet")


def _can(document: Document, paper: Paper) -> None:
    if not paper.can:
        return
    _heading(document, paper.words["competences"])
    for one in paper.can:
        label = f"{one.label[0]} ({one.level[0]})" if one.level[0] else one.label[0]
        _line(document, (label, one.label[1]), paper, style="List Bullet")


def _heading(document: Document, pair: Pair) -> None:
    document.add_heading(_joined(pair), level=1)


def _joined(pair: Pair) -> str:
    return " · ".join(dict.fromkeys(filter(None, pair)))


def _line(document: Document, pair: Pair, paper: Paper, *, style: str | None = None, bold: bool = False) -> None:
    """The French line, and the second language's in its own direction below it."""
    if pair[0]:
        document.add_paragraph(style=style).add_run(pair[0]).bold = bold
    if pair[1] and pair[1] != pair[0]:
        below = document.add_paragraph()
        run = below.add_run(pair[1])
        if text_direction(paper.second) == "rtl":
            below.alignment = WD_ALIGN_PARAGRAPH.LEFT  # of a paragraph that runs from the right: its start
            below._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
            run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))
        language = OxmlElement("w:lang")
        language.set(qn("w:bidi" if text_direction(paper.second) == "rtl" else "w:val"), paper.second)
        run._r.get_or_add_rPr().append(language)
