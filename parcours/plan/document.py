"""The plan as one document: the same structure is set in HTML and, by Typst, as tagged PDF.

`document(contents, …)` reads contents in the active language. Short texts are `Shown`, prose is `Passage`: both say
when they are a fallback. `as_json` turns them into what the Typst template reads.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parcours.directory.choices import OrganisationKind
from parcours.kit.dates import PartialDate
from parcours.kit.motif import axis_key, axis_shape
from parcours.kit.punctuation import colon, listed
from parcours.plan.choices import PartnerRole, SeatRole, Stage
from parcours.plan.diffs import OUTCOME_OF_LINK
from parcours.plan.documentmap import map_section
from parcours.plan.models import Release
from parcours.plan.named import cited_figures
from parcours.plan.recorded import status_of
from parcours.plan.records import BY_NAME
from parcours.plan.rules import completeness
from parcours.plan.snapshot import KINDS, Contents, Data
from parcours.plan.units import section_in_words
from parcours.plan.wording import CODED, Passage, Reader, date_in_words, line_in_words
from parcours.translations.fields import Shown

Section = dict[str, Any]
Address = Callable[[str, Data], str]


@dataclass(frozen=True)
class Edition:
    """Which plan a document shows: a release, or the working plan of a day. Statuses are those of that day."""

    on: date
    number: int | None = None
    title: str = ""
    is_invented: bool = False

    @classmethod
    def of(cls, release: Release) -> "Edition":
        return cls(release.published_on, release.number, release.title.text, release.is_invented)

    @property
    def label(self) -> str:
        """ "Release 2 · 3 May 2026" or "Working plan · 22 November 2026"."""
        name = _("Release %(number)d") % {"number": self.number} if self.number else _("Working plan")
        return f"{name} · {PartialDate(self.on).formatted()}"

    @property
    def status_note(self) -> str:
        if self.number:
            return _("This is a published release: it never changes. The working plan goes on.")
        return _("This is the working plan: it changes from day to day. Quote a numbered release.")


def document(contents: Contents, edition: Edition) -> Section:
    """The whole document in the active language."""
    writer = Writer(contents, edition)
    plan, read = contents.plan, writer.read
    return {
        "title": read.text(plan.get("title")),
        "summary": read.passage(plan.get("summary")),
        "territory": named_area(plan),
        "edition": edition.label,
        "edition_title": edition.title,
        "status_note": edition.status_note,
        "introduction": read.passage(plan.get("introduction")),
        "map": map_section(contents),
        "principles": writer.parts("principle"),
        "objectives": writer.parts("objective"),
        "definitions": writer.parts("definition"),
        "challenges": writer.parts("challenge"),
        "publics": writer.parts("public"),
        "axes": writer.axes(),
        "others": writer.chapter(code for code, row in writer.rows.items() if not row["axis"] and not row["is_idea"]),
        "ideas": writer.chapter(code for code, row in writer.rows.items() if row["is_idea"]),
        "workshops": writer.parts("workshop"),
        "funding": writer.parts("funding_source"),
        "bodies": writer.parts("body"),
        "questions": writer.parts("evaluation_question"),
        "risks": writer.parts("risk"),
        "communications": writer.parts("communication"),
        "actors": writer.actors(),
        "actions": list(writer.rows.values()),
        "figures": writer.figures(),
        "sources": writer.sources(),
        "invented": writer.invented(),
    }


def named_area(plan: Data) -> str:
    """The territory's name in the active language."""
    area, language = plan.get("area", {"name": "", "names": {}}), get_language() or ""
    return str(area["names"].get(language) or area["names"].get(language.split("-")[0]) or area["name"])


class Writer:
    """Writes the sections of one document, or of a part of one."""

    def __init__(self, contents: Contents, edition: Edition, address: Address = lambda code, data: "") -> None:
        """`address` gives the URL of an action of the document, from its code and its title, axis and stage."""
        self.contents, self.edition, self.address, self.read = contents, edition, address, Reader(contents)
        self.rows = {code: self.action(code, data) for code, data in contents.all("action").items()}

    def parts(self, kind: str) -> list[Section]:
        return [self.part(kind, key, data) for key, data in self.contents.all(kind).items()]

    def part(self, kind: str, key: str, data: Data) -> Section:
        """A part of the frame: its texts read, its codes and keys in words."""
        made: Section = {"key": key, "cite": self.cite(data), "is_invented": data["is_invented"]}
        for name, value in data.items():
            if isinstance(value, dict) and "texts" in value:
                prose = name in ("text", "remark", "mitigation", "aim", "role", "description")
                made[name] = self.read.passage(value) if prose else self.read.text(value)
            elif (kind, name) in CODED:
                made[name] = str(dict(CODED[kind, name].choices).get(value, value))
        return made | self.special(kind, data)

    def special(self, kind: str, data: Data) -> Section:
        """What some kinds have beside their texts."""
        if kind == "body":
            seats = [self.member("seats", seat, SeatRole.MEMBER) for seat in data["seats"]]
            return {"acronym": data["acronym"], "seats": seats}
        if kind == "workshop":
            when = date_in_words(data["held_on"]) or data["period"]
            names = [self.read.name("organisation", key) for key in data["facilitators"]]
            return {"when": when, "facilitators": names, "actions": self.links(data["actions"])}
        if kind == "funding_source":
            ceiling = (
                _("pays up to %(n)d %% of the cost") % {"n": data["ceiling_percent"]} if data["ceiling_percent"] else ""
            )
            return {"funder": self.read.name("organisation", data["funder"]), "ceiling": ceiling}
        if kind == "risk":
            return self.risk(data)
        return {name: data[name] for name in ("letter", "number", "authority", "is_priority") if name in data}

    def risk(self, data: Data) -> Section:
        rating = ""
        if data["likelihood"]:
            numbers = {"likelihood": data["likelihood"], "impact": data["impact"]}
            rating = _("likelihood %(likelihood)d of 4, impact %(impact)d of 4") % numbers
        owner = self.read.name("organisation", data["owner"])
        return {"rating": rating, "rating_invented": bool(rating) and data["is_rating_invented"], "owner": owner}

    def axes(self) -> list[Section]:
        return [
            self.axis(key)
            | {"actions": self.chapter(c for c, row in self.rows.items() if row["axis"] == key and not row["is_idea"])}
            for key in self.contents.all("axis")
        ]

    def axis(self, key: str) -> Section:
        """What an axis says of itself, with its number and its look."""
        axes = self.contents.all("axis")
        position = list(axes).index(key) + 1
        look = {"number": position, "colour": colour(key, position), "shape": axis_shape(colour(key, position))}
        return self.part("axis", key, axes[key]) | look

    def chapter(self, codes: Iterable[str]) -> list[Section]:
        """Some actions in full."""
        return [self.rows[code] | self.details(self.contents.all("action")[code]) for code in codes]

    def action(self, code: str, data: Data) -> Section:
        """An action in one line, for tables."""
        months = self.contents.plan.get("silent_after_months", 6)
        status = status_of(data, on=self.edition.on, silent_after_months=months)
        return {
            "code": code,
            "title": self.read.text(data["title"]),
            "is_idea": data["stage"] == Stage.IDEA,
            "axis": data["axis"],
            "axis_name": self.axis_name(data["axis"]),
            "axis_colour": self.axis_colour(data["axis"]),
            "status": str(status),
            "status_label": str(status.label),
            "lead": self.read.name("organisation", data["lead"]),
            "when": period(data),
            "is_invented": data["is_invented"],
            "invented_parts": invented_parts(data),
            "url": self.address(code, data),
        }

    def axis_name(self, key: str) -> str:
        data = self.contents.get("axis", key)
        return (self.read.text(data["short_title"]) or self.read.text(data["title"])).text if data else ""

    def axis_colour(self, key: str) -> str:
        keys = list(self.contents.all("axis"))
        return colour(key, keys.index(key) + 1) if key in keys else ""

    def details(self, data: Data) -> Section:
        """The rest of an action."""
        held = completeness(data)
        names = {name: [self.read.name(kind, key) for key in data[name]] for name, kind in NAMED_LISTS.items()}
        lines = {name: [line_in_words(self.read, name, line) for line in data[name]] for name in LINES[1:]}
        taken = [link["target"] for link in data["links"] if link["kind"] in OUTCOME_OF_LINK.values()]
        return {
            **{name: self.read.passage(data[name]) for name in ("what", "why", "nature", "remarks")},
            **{name: self.read.text(data[name]) for name in ("blocked_reason", "stop_reason")},
            **names,
            **lines,
            "partners": [self.member("partners", line, PartnerRole.PARTNER) for line in data["partners"]],
            "theme": self.read.name("theme", data["theme"]),
            "taken_over_by": self.links(taken),
            "met": len(held.met),
            "criteria": held.total,
            "lacking": [str(criterion.label) for criterion in held.lacking],
            "invented_fields": [] if data["is_invented"] else invented_parts(data),
            "cite": self.cite(data),
        }

    def member(self, field: str, line: Data, usual: str) -> str:
        """An organisation, with its role unless that is the usual one, and whether it is invented."""
        words = (
            [] if line["role"] == usual else [str(dict(CODED[field, "role"].choices).get(line["role"], line["role"]))]
        )
        words += [_("invented")] if line["is_invented"] else []
        name = self.read.name("organisation", line["organisation"])
        return f"{name} ({', '.join(words)})" if words else name

    def links(self, codes: Iterable[str]) -> list[Section]:
        found = ((code, self.read.find("action", code)) for code in codes)
        return [
            {"code": code, "title": self.read.text(data["title"]), "url": self.address(code, data)}
            for code, data in found
            if data
        ]

    def cite(self, data: Data) -> str:
        """Where a fact comes from, in a few words."""
        source = self.read.find("source", data.get("source", ""))
        if source is None:
            return ""
        return listed(
            part for part in (self.read.text(source["title"]).text, str(section_in_words(data["section"]))) if part
        )

    def actors(self) -> list[Section]:
        """Every organisation named, with the actions that it leads or takes part in."""
        kinds = dict(OrganisationKind.choices)
        return [
            {
                "name": self.read.organisation_name(data),
                "acronym": data["acronym"],
                "kind": str(kinds.get(data["kind"], data["kind"])),
                "place": data["place"],
                "leads": data["leads"],
                "takes_part": data["takes_part"],
                "is_invented": data["is_invented"],
            }
            for data in self.contents.all("organisation").values()
        ]

    def figures(self, kinds: Iterable[str] = KINDS) -> list[Section]:
        """The figures that the texts of some kinds cite, each with what one must know to believe it."""
        cited = cited_figures({kind: dict(self.contents.all(kind)) for kind in kinds})
        found = [self.read.figure(key) for key in self.contents.all("figure") if key in cited]
        return [{"anchor": each.anchor, "text": each.formatted(), "citation": each.citation()} for each in found]

    def sources(self) -> list[Section]:
        return [
            {
                "title": self.read.text(data["title"]),
                "publisher": data["publisher"],
                "year": str(data["year"] or ""),
                "note": self.read.passage(data["note"]),
            }
            for data in self.contents.all("source").values()
        ]

    def invented(self) -> list[str]:
        """What was made up for the demonstration, one line each; empty when all of it is real."""
        found = []
        if self.edition.is_invented:
            found.append(_("this release"))
        for row in self.rows.values():
            if row["is_invented"]:
                found.append(f"{row['code']} {row['title'].text}")
            elif row["invented_parts"]:
                found.append(f"{row['code']} {row['title'].text}{colon()}{listed(row['invented_parts'])}")
        return found


NAMED_LISTS = {"challenges": "challenge", "publics": "public", "areas": "area", "funding_sources": "funding_source"}
LINES = ("partners", "milestones", "budget_lines", "indicators")


def invented_parts(data: Data) -> list[str]:
    """What of an action was made up: the labels of its fields and of its lists that hold an invented line."""
    names = [name for name in data["invented_fields"] if name in BY_NAME]
    names += [name for name in LINES if any(line.get("is_invented") for line in data[name])]
    return [str(BY_NAME[name].label) for name in dict.fromkeys(names)]


def colour(key: str, position: int) -> str:
    """The axis of the palette for an axis of the plan; "" for one it has no colour for."""
    return axis_key(key) or axis_key(position)


def period(data: Data) -> str:
    """ "since May 2017", "until 2020", "2017 – 2020"; "" when no date is known."""
    start, end = date_in_words(data["starts_on"]), date_in_words(data["ends_on"])
    if start and end:
        return f"{start} – {end}"
    if start:
        return _("from %(date)s") % {"date": start}
    return _("until %(date)s") % {"date": end} if end else ""


def as_json(value: Any) -> Any:
    """The document as the Typst template reads it: `Shown` as {text, lang, remark}, `Passage` as blocks."""
    if isinstance(value, Passage):
        return value.blocks()
    if isinstance(value, Shown):
        return {"text": value.text, "lang": value.language, "remark": value.remark}
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, dict):
        return {name: as_json(inner) for name, inner in value.items()}
    return [as_json(inner) for inner in value] if isinstance(value, list | tuple) else value
