"""The plan's document chapter by chapter, of a release or of the working plan: each page reads what it shows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from parcours.plan.choices import Stage
from parcours.plan.document import Edition, Section, Writer
from parcours.plan.models import Plan, Release
from parcours.plan.named import EXTRACT, actors_of
from parcours.plan.pdf import labels
from parcours.plan.snapshot import Contents, Data, frozen_part, part

AXIS, IDEAS, OTHERS, TABLE, ACTORS, SOURCES = "axis-", "ideas", "other-actions", "actions", "actors", "sources"
# What each page shows of the frame beside the plan and its axes; the first page has no slug.
FRAME: dict[str, tuple[str, ...]] = {
    "": ("principle", "objective", "definition", "area"),
    "challenges": ("challenge", "public"),
    "workshops": ("workshop",),
    "steering": ("body", "funding_source", "evaluation_question", "risk", "communication"),
}
# What actions name.
NAMING = ("theme", "challenge", "public", "funding_source")

# (axis, is an idea): how many actions
Sizes = Mapping[tuple[str, bool], int]


class Book(Protocol):
    """A document that can be read in parts."""

    edition: Edition

    def sizes(self) -> Sizes: ...
    def kinds(self) -> set[str]:
        """The kinds of the frame that hold something."""
        ...

    def codes(self, slug: str) -> list[str]:
        """The actions of a chapter, in reading order."""
        ...

    def actors(self) -> list[str]: ...
    def sources(self) -> Contents:
        """All that is cited, whatever cites it."""
        ...

    def part(self, *, kinds: Collection[str], codes: Collection[str], organisations: Collection[str]) -> Contents: ...
    def url(self, slug: str = "") -> str: ...


def _chapter_of(axis: str, *, is_idea: bool) -> str:
    if is_idea:
        return IDEAS
    return f"{AXIS}{axis}" if axis else OTHERS


def _narrowed(slug: str, axis: str, no_axis: Q) -> Q:
    """The actions of a chapter; `axis` is the column with their axis's key."""
    if slug == TABLE:
        return Q()
    if slug == IDEAS:
        return Q(stage=Stage.IDEA)
    place = no_axis if slug == OTHERS else Q(**{axis: slug.removeprefix(AXIS)})
    return ~Q(stage=Stage.IDEA) & place


@dataclass(frozen=True)
class ReleaseBook:
    """A release: a constant number of queries, whatever it holds."""

    release: Release

    @property
    def edition(self) -> Edition:
        return Edition.of(self.release)

    @cached_property
    def _counts(self) -> list[tuple[str, str, str, int]]:
        rows = self.release.items.order_by().values_list("kind", "axis", "stage")
        return list(rows.annotate(n=Count("pk")))

    def sizes(self) -> Sizes:
        found: dict[tuple[str, bool], int] = {}
        for kind, axis, stage, n in self._counts:
            if kind == "action":
                key = (axis, stage == Stage.IDEA)
                found[key] = found.get(key, 0) + n
        return found

    def kinds(self) -> set[str]:
        return {kind for kind, *_rest in self._counts}

    def codes(self, slug: str) -> list[str]:
        rows = self.release.items.filter(_narrowed(slug, "axis", Q(axis="")), kind="action")
        return list(rows.order_by("key").values_list("key", flat=True))

    def actors(self) -> list[str]:
        return list(self.release.items.filter(kind="organisation").values_list("key", flat=True))

    def sources(self) -> Contents:
        return frozen_part(self.release, kinds=("plan", "axis"))

    def part(self, *, kinds: Collection[str], codes: Collection[str], organisations: Collection[str]) -> Contents:
        return frozen_part(self.release, kinds=kinds, codes=codes, organisations=organisations)

    def url(self, slug: str = "") -> str:
        number = self.release.number
        return reverse("plan:release-chapter", args=[number, slug]) if slug else self.release.get_absolute_url()


@dataclass(frozen=True)
class WorkingBook:
    """The plan as it stands today."""

    plan: Plan
    today: date

    @property
    def edition(self) -> Edition:
        return Edition(self.today)

    def sizes(self) -> Sizes:
        rows = self.plan.actions.public().order_by().values_list("axis__key", "stage").annotate(n=Count("pk"))
        found: dict[tuple[str, bool], int] = {}
        for axis, stage, n in rows:
            key = (axis or "", stage == Stage.IDEA)
            found[key] = found.get(key, 0) + n
        return found

    def kinds(self) -> set[str]:
        parts: dict[str, Any] = {
            "challenge": self.plan.challenges,
            "public": self.plan.publics,
            "workshop": self.plan.workshops,
            "body": self.plan.bodies,
            "funding_source": self.plan.funding_sources,
            "evaluation_question": self.plan.evaluation_questions,
            "risk": self.plan.risks,
            "communication": self.plan.communications,
        }
        some = {f"has_{kind}": Exists(rows.filter(plan=OuterRef("pk"))) for kind, rows in parts.items()}
        held = Plan.objects.filter(pk=self.plan.pk).annotate(**some).values(*some).get()
        return {kind for kind in parts if held[f"has_{kind}"]}

    def codes(self, slug: str) -> list[str]:
        rows = self.plan.actions.public().filter(_narrowed(slug, "axis__key", Q(axis__isnull=True)))
        return list(rows.order_by("code").values_list("code", flat=True))

    def actors(self) -> list[str]:
        return actors_of(self.plan)

    def sources(self) -> Contents:
        return part(self.plan, kinds=("plan", "axis"), everything_cited=True)

    def part(self, *, kinds: Collection[str], codes: Collection[str], organisations: Collection[str]) -> Contents:
        return part(self.plan, kinds=kinds, codes=codes, organisations=organisations)

    def url(self, slug: str = "") -> str:
        return reverse("plan:document-chapter", args=[slug]) if slug else reverse("plan:document")


@dataclass(frozen=True)
class Chapter:
    """A page of the document; `n` counts its actions, None where it has none."""

    slug: str
    title: str
    url: str
    n: int | None = None
    colour: str = ""


class Pages:
    """The pages of one document in the active language."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def chapters(self, contents: Contents) -> list[Chapter]:
        """Those that hold something, in reading order; `contents` names the axes."""
        writer, sizes, kinds, said = Writer(contents, self.book.edition), self.book.sizes(), self.book.kinds(), labels()
        found: list[tuple[str, str, int | None, str]] = []
        if kinds & set(FRAME["challenges"]):
            found.append(("challenges", _("Challenges and publics"), None, ""))
        for axis in map(writer.axis, contents.all("axis")):
            title = f"{axis['number']}. {axis['title'].text}"
            found.append((f"{AXIS}{axis['key']}", title, sizes.get((axis["key"], False), 0), axis["colour"]))
        if others := sizes.get(("", False), 0):
            found.append((OTHERS, said["others"], others, ""))
        if ideas := sum(n for (_axis, is_idea), n in sizes.items() if is_idea):
            found.append((IDEAS, said["ideas"], ideas, ""))
        if "workshop" in kinds:
            found.append(("workshops", said["workshops"], None, ""))
        if kinds & set(FRAME["steering"]):
            found.append(("steering", _("Steering, funding, evaluation, risks"), None, ""))
        found.append((TABLE, said["table"], sum(sizes.values()), ""))
        found += [(ACTORS, said["actors"], None, ""), (SOURCES, said["sources"], None, "")]
        return [Chapter(slug, title, self.book.url(slug), n, colour) for slug, title, n, colour in found]

    def read(self, slug: str, *, codes: Collection[str] = (), organisations: Collection[str] = ()) -> Contents:
        """What a page shows, and the axes."""
        if slug == SOURCES:
            return self.book.sources()
        kinds = {"plan", "axis", *FRAME.get(slug, ()), *(NAMING if codes else ())}
        return self.book.part(kinds=kinds, codes=codes, organisations=organisations)

    def writer(self, contents: Contents) -> Writer:
        return Writer(contents, self.book.edition, self.address)

    def address(self, code: str, data: Data) -> str:
        """The page that tells an action in full, at its place there."""
        slug = _chapter_of(data["axis"], is_idea=data["stage"] == Stage.IDEA)
        return f"{self.book.url(slug)}?action={code}#action-{code}"


def is_list_of_actions(slug: str) -> bool:
    return slug.startswith(AXIS) or slug in (IDEAS, OTHERS, TABLE)


def kinds_shown(slug: str) -> tuple[str, ...]:
    """Whose texts a chapter prints."""
    if slug in (TABLE, ACTORS, SOURCES):
        return ()
    return ("axis", "action") if is_list_of_actions(slug) else FRAME[slug]


def opening(writer: Writer) -> Section:
    """The first page."""
    return {name: writer.parts(kind) for name, kind in
            (("principles", "principle"), ("objectives", "objective"), ("definitions", "definition"))}  # fmt: skip


def body(writer: Writer, slug: str) -> Section:
    """What a chapter shows, by the name that its template gives it."""
    if slug == TABLE:
        return {"actions": list(writer.rows.values())}
    if slug == ACTORS:
        return {"actors": [_extract(row) for row in writer.actors()]}
    if slug == SOURCES:
        return {"sources": writer.sources()}
    if slug == "workshops":
        return {"workshops": [_extract(row) for row in writer.parts("workshop")]}
    if is_list_of_actions(slug):
        key = slug.removeprefix(AXIS) if slug.startswith(AXIS) else ""
        return {"axis": writer.axis(key) if key else None, "rows": writer.chapter(writer.rows)}
    names = {"challenge": "challenges", "public": "publics", "body": "bodies", "funding_source": "funding",
             "evaluation_question": "questions", "risk": "risks", "communication": "communications"}  # fmt: skip
    return {names[kind]: writer.parts(kind) for kind in FRAME[slug]}


def _extract(row: Section) -> Section:
    """A row with its long lists of actions cut; `more_leads`, `more_actions`… say how many were left out."""
    cut: dict[str, Any] = {}
    for name in ("leads", "takes_part", "actions"):
        if name in row:
            cut |= {name: row[name][:EXTRACT], f"more_{name}": max(0, len(row[name]) - EXTRACT)}
    return row | cut


def neighbours(chapters: Sequence[Chapter], slug: str) -> tuple[Chapter | None, Chapter | None]:
    """The chapters before and after one."""
    slugs = [chapter.slug for chapter in chapters]
    place = slugs.index(slug)
    return (chapters[place - 1] if place else None, chapters[place + 1] if place + 1 < len(chapters) else None)


def page_of(codes: Iterable[str], code: str, per_page: int) -> int | None:
    """The number of the page that holds an action; None when none does."""
    return next((number // per_page + 1 for number, held in enumerate(codes) if held == code), None)
