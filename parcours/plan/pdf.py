"""The plan's document as tagged PDF; those of releases are kept on disk, since a release never changes."""

import hashlib
import json
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from parcours.kit.documents import render_pdf
from parcours.kit.punctuation import comma
from parcours.plan.document import Edition, as_json, document
from parcours.plan.snapshot import Contents

TEMPLATE = Path(__file__).parent / "typst" / "plan.typ"


def plan_pdf(contents: Contents, edition: Edition, *, language: str) -> bytes:
    """The document in a language, as PDF/UA-1."""
    return render_pdf(TEMPLATE, _data(contents, edition, language), language)


def kept_pdf(contents: Contents, edition: Edition, *, language: str) -> Path:
    """The file of a release's document; made once for what it says and how it looks."""
    data = _data(contents, edition, language)
    looks = b"".join(path.read_bytes() for path in sorted(TEMPLATE.parent.glob("*.typ")))
    said = json.dumps(data, sort_keys=True).encode() + looks
    name = f"release-{edition.number}-{language}-{hashlib.sha256(said).hexdigest()[:16]}.pdf"
    path = settings.DATA / "documents" / name
    if not path.exists():
        _write(path, render_pdf(TEMPLATE, data, language))
    return path


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, also when two people ask at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)  # noqa: PTH105 - same folder: one atomic step


def _data(contents: Contents, edition: Edition, language: str) -> dict[str, Any]:
    with translation.override(language):
        return {**as_json(document(contents, edition)), "labels": labels()}


# The document's own words.
LABELS = {
    "contents": _("Contents"),
    "about": _("About this plan"),
    "marks": _(
        "A small language code after a text: it is not translated yet and stands in that language. "
        "A star: its translation is not reviewed yet, or renders an older text."
    ),
    "map": _("The territory"),
    "actions_named": _("actions that name it"),
    "commune": _("Commune"),
    "number": _("Number"),
    "principles": _("Principles"),
    "objectives": _("Objectives"),
    "definitions": _("Definitions"),
    "challenges": _("Challenges"),
    "publics": _("Publics"),
    "priority": _("priority"),
    "axes": _("Axes and actions"),
    "others": _("Other actions"),
    "ideas": _("Ideas"),
    "ideas_note": _("Ideas are not decided yet. Each says what it still lacks to become an action."),
    "workshops": _("Workshops"),
    "funding": _("Funding"),
    "steering": _("Steering"),
    "questions": _("Evaluation questions"),
    "risks": _("Risks"),
    "communication": _("Communication"),
    "appendices": _("Appendices"),
    "actors": _("Table of actors"),
    "table": _("Table of actions"),
    "sources": _("Sources"),
    "invented": _("What is invented"),
    "invented_tag": _("invented"),
    "invented_note": _("Made up for the demonstration: no source says it."),
    "nothing_invented": _("Nothing in this document is invented."),
    "what": _("What is done"),
    "why": _("Why"),
    "nature": _("Nature"),
    "lead": _("Who leads"),
    "partners": _("With whom"),
    "for_whom": _("For whom"),
    "where": _("Where"),
    "when": _("When"),
    "milestones": _("Milestones"),
    "budget": _("Budget"),
    "funded_by": _("Possible funding"),
    "measured_by": _("Measured by"),
    "answers": _("Answers"),
    "blocked": _("What blocks it"),
    "stopped": _("Why it stopped"),
    "taken_over": _("Taken over by"),
    "remarks": _("Remarks"),
    "completeness": _("Description"),
    "lacks": _("Still lacks"),
    "theme": _("Theme"),
    "of": _("of"),
    "action": _("Action"),
    "axis": _("Axis"),
    "status": _("Status"),
    "organisation": _("Organisation"),
    "kind": _("Kind"),
    "place": _("Place"),
    "leads": _("Leads"),
    "takes_part": _("Takes part in"),
    "from_workshops": _("What came of it"),
    "facilitated": _("Facilitated by"),
    "watched_by": _("Watched by"),
    "mitigation": _("What is done about it"),
    "members": _("Members"),
    "no_action": _("No action here yet"),
    "source": _("Source"),
    "figures": _("About the figures"),
}


def labels() -> dict[str, str]:
    """The document's own words, in the active language."""
    return {"comma": comma(), **{name: str(label) for name, label in LABELS.items()}}
