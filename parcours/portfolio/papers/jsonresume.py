"""The CV as JSON Resume 1 (jsonresume.org); what it has no section for stands in `meta`."""

import json
from typing import Any

from parcours.portfolio.papers.records import Lived, Paper

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"


def json_resume(paper: Paper) -> bytes:
    """In French; dates stay as partial as they are known, which the schema allows."""
    email = next((one for one in paper.contact if "@" in one), "")
    phone = next((one for one in paper.contact if one.startswith("+")), "")
    basics = {
        "name": paper.latin_name or paper.name,
        "label": paper.headline[0],
        "email": email,
        "phone": phone,
        "summary": paper.summary[0],
    }
    found = {
        "$schema": SCHEMA,
        "basics": _full(basics),
        "work": [_work(one) for one in paper.lived if one.strand == "professional"],
        "volunteer": [_volunteer(one) for one in paper.lived if one.strand == "social"],
        "skills": [_full({"name": one.label[0], "level": one.level[0]}) for one in paper.can],
        "languages": [{"language": one.name[0], "fluency": one.cefr} for one in paper.speaks],
        "meta": {
            "canonical": SCHEMA,
            "version": "v1.0.0",
            "parcours": {
                "experiences": [_other(one) for one in paper.lived if one.strand not in ("professional", "social")],
                "invented": paper.is_invented,
            },
        },
    }
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def _work(one: Lived) -> dict[str, Any]:
    return _full({"position": one.title[0], "location": one.place, **_rest(one)})


def _volunteer(one: Lived) -> dict[str, Any]:
    return _full({"position": one.title[0], "organization": one.place, **_rest(one)})


def _other(one: Lived) -> dict[str, Any]:
    return _full({"strand": one.strand, "title": one.title[0], "location": one.place, **_rest(one)})


def _rest(one: Lived) -> dict[str, Any]:
    return {
        "startDate": one.since,
        "endDate": one.until,
        "summary": one.words[0],
        "highlights": [pair[0] for pair in one.did],
    }


def _full(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}
