"""The files a person takes away: PDF, DOCX, JSON Resume, Europass. No name of anybody in a file's name."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from parcours.kit.documents import render_pdf
from parcours.portfolio.models import Portfolio
from parcours.portfolio.papers.docx import cv_docx
from parcours.portfolio.papers.europass import europass_xml
from parcours.portfolio.papers.gather import cv_paper, plan_paper, portfolio_paper
from parcours.portfolio.papers.jsonresume import json_resume
from parcours.portfolio.papers.records import Paper

TYPST = Path(__file__).resolve().parents[1] / "typst"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def pdf(paper: Paper) -> bytes:
    """The paper as PDF/UA-1."""
    name = "cv" if paper.layout in ("classic", "competences", "one-page") else paper.layout
    return render_pdf(TYPST / f"{name}.typ", asdict(paper), "fr")


def paper_file(portfolio: Portfolio, what: str, form: str) -> tuple[bytes, str] | None:
    """Content and media type; None for what we do not make."""
    makers: dict[tuple[str, str], Any] = {
        ("cv", "pdf"): lambda: (pdf(cv_paper(portfolio)), "application/pdf"),
        ("cv", "docx"): lambda: (cv_docx(cv_paper(portfolio)), DOCX),
        ("cv", "json"): lambda: (json_resume(cv_paper(portfolio)), "application/json"),
        ("cv", "xml"): lambda: (europass_xml(cv_paper(portfolio)), "application/xml"),
        ("portfolio", "pdf"): lambda: (pdf(portfolio_paper(portfolio)), "application/pdf"),
        ("plan", "pdf"): lambda: (pdf(plan_paper(portfolio)), "application/pdf"),
    }
    maker = makers.get((what, form))
    return maker() if maker else None
