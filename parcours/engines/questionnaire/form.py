"""A questionnaire as it is asked: its pages, questions and choices, read from the sheets of an XLSForm."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from parcours.engines.questionnaire.expressions import Expression

Texts = dict[str, str]  # by language code; "" for a form that names no language
Kind = Literal[
    "text", "integer", "decimal", "date", "time", "note", "one", "many", "acknowledge", "calculate", "hidden", "unasked"
]
ASKED: tuple[Kind, ...] = ("text", "integer", "decimal", "date", "time", "one", "many", "acknowledge")
ChoiceRole = Literal["", "none", "unknown", "other"]


@dataclass(frozen=True)
class Choice:
    """An option; `role`: it means none of these, don't know, or something else. `cells` serve choice filters."""

    name: str
    label: Texts
    role: ChoiceRole = ""
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One thing that is asked, said (a note) or computed.

    `path` names it in the whole form: "you/name", "actions/title"; `kind` "unasked" stands for the types that only a
    field app can ask (places, pictures…). `fills` is the fact of the directory that it tells (`parcours_field`).
    """

    path: str
    name: str
    type: str
    kind: Kind
    label: Texts
    row: int
    hint: Texts = field(default_factory=dict)
    required: Expression | None = None
    required_message: Texts = field(default_factory=dict)
    relevant: tuple[Expression, ...] = ()  # its own and those of the groups it stands in: all must hold
    constraint: Expression | None = None
    constraint_message: Texts = field(default_factory=dict)
    calculation: Expression | None = None
    choice_filter: Expression | None = None
    choices: tuple[Choice, ...] = ()
    list_name: str = ""
    default: str = ""
    appearance: str = ""
    fills: str = ""
    repeat: str = ""  # the path of the repeat it stands in

    @property
    def is_asked(self) -> bool:
        return self.kind in ASKED

    @property
    def key(self) -> str:
        """Its name in a row of answers: the path, or what of it comes after the repeat's."""
        return self.path.removeprefix(f"{self.repeat}/") if self.repeat else self.path

    def choice(self, name: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.name == name), None)

    def of_role(self, role: ChoiceRole) -> set[str]:
        return {choice.name for choice in self.choices if choice.role == role}


@dataclass(frozen=True)
class Group:
    """Questions that belong together; a repeat's are asked as often as there are things to tell."""

    path: str
    name: str
    label: Texts
    row: int
    items: tuple["Question | Group", ...] = ()
    hint: Texts = field(default_factory=dict)
    is_repeat: bool = False
    appearance: str = ""


@dataclass(frozen=True)
class Page:
    """What is asked at once: a group, a repeat, or questions that stand beside each other in no group."""

    key: str
    label: Texts
    items: tuple["Question | Group", ...]
    group: Group | None = None

    @property
    def is_repeat(self) -> bool:
        return self.group is not None and self.group.is_repeat

    def questions(self) -> Iterator[Question]:
        return walk(self.items)


@dataclass(frozen=True)
class Form:
    """The whole questionnaire. `languages`: codes, the default one first, and the names its author gave them."""

    title: str
    form_id: str
    version: str
    languages: dict[str, str]
    items: tuple["Question | Group", ...]

    @property
    def default_language(self) -> str:
        return next(iter(self.languages), "")

    def questions(self) -> Iterator[Question]:
        """Every question in order, those of groups and repeats too."""
        return walk(self.items)

    def groups(self) -> Iterator[Group]:
        return groups_in(self.items)

    def repeats(self) -> list[Group]:
        return [group for group in self.groups() if group.is_repeat]

    def question(self, path: str) -> Question | None:
        return next((question for question in self.questions() if question.path == path), None)

    def pages(self) -> list[Page]:
        """In the order in which they are asked: each group, each repeat, and what stands between them."""
        return list(_pages(self.items, None))


def _pages(items: tuple["Question | Group", ...], inside: Group | None) -> Iterator[Page]:
    """A group that holds repeats is asked in turns: what stands before a repeat, the repeat, what comes after."""
    loose: list[Question | Group] = []
    for item in items:
        if isinstance(item, Group) and (inside is None or _has_repeat(item)):
            yield from _page(loose, inside)
            loose = []
            yield from _pages(item.items, item) if _has_repeat(item) and not item.is_repeat else _page([item], item)
        else:
            loose.append(item)
    yield from _page(loose, inside)


def _page(items: list["Question | Group"], group: Group | None) -> Iterator[Page]:
    shown = [question for question in walk(tuple(items)) if question.kind not in ("calculate", "hidden")]
    if shown:
        is_whole = group is not None and items == [group]
        key = (group.path if group and is_whole else shown[0].path).replace("/", ".")
        yield Page(key, group.label if group else {}, group.items if group and is_whole else tuple(items), group)


def _has_repeat(group: Group) -> bool:
    return group.is_repeat or any(_has_repeat(item) for item in group.items if isinstance(item, Group))


def walk(items: tuple["Question | Group", ...]) -> Iterator[Question]:
    for item in items:
        if isinstance(item, Group):
            yield from walk(item.items)
        else:
            yield item


def groups_in(items: tuple["Question | Group", ...]) -> Iterator[Group]:
    for item in items:
        if isinstance(item, Group):
            yield item
            yield from groups_in(item.items)


def said(texts: Texts, language: str, default: str) -> str:
    """A text in a language, else in the form's own, else in any."""
    return texts.get(language) or texts.get(default) or texts.get("") or next(iter(texts.values()), "")
