"""A page of a questionnaire as fields. It takes whatever is typed: the questionnaire judges it, not Django."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django import forms
from django.http import QueryDict
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from parcours.engines.questionnaire.answers import LONGEST, Answers, Fault, clean
from parcours.engines.questionnaire.form import Group, Question
from parcours.kit.widgets import PlainCheckboxes, PlainSelect
from parcours.survey.places import Place
from parcours.survey.said import Wording

# more choices than these are a list to open
FEW = 12
LOST = ("not_a_choice", "too_long")  # what is not kept even until it is mended
# names of fields that no question can have: the stamp of what the page was made from, what it showed, what to do
BASE, SHOWN, DO = "page:base", "page:shown", "page:do"
CONTACTS = {"phone": "tel", "email": "email", "website": "url"}


@dataclass(frozen=True)
class Typed:
    """What a page sent, by `Question.key`: `values` can be kept, `faults` say what cannot, `all` is both.

    `shown` are the keys that the page showed: nothing is said of the others.
    """

    values: Answers
    all: Answers
    faults: list[Fault]
    shown: set[str]

    @classmethod
    def read(cls, place: Place, data: QueryDict) -> "Typed":
        named = set(data.get(SHOWN, "").split())
        asked = [one for one in place.questions() if one.key in named]
        read = {one.key: (one, *clean(one, _raw(one, data))) for one in asked}
        lost = {key: code for key, (_one, _value, code) in read.items() if code in LOST}
        return cls(
            {key: value for key, (_one, value, _code) in read.items() if key not in lost},
            {key: value for key, (_one, value, _code) in read.items()},
            [Fault(read[key][0].path, place.row, code) for key, code in lost.items()],
            set(read),
        )


def _raw(question: Question, data: QueryDict) -> Any:
    """PostgreSQL keeps no NUL character, and browsers end lines in their own way."""
    found = [one.replace("\0", "").replace("\r\n", "\n") for one in data.getlist(question.key)]
    return found if question.kind == "many" else next(iter(found), "")


@dataclass(frozen=True)
class Block:
    """What stands on the page, in order: a field, a note, or the heading of a group."""

    kind: Literal["field", "note", "heading"]
    text: str = ""
    field: Any = None


class Free(forms.Field):
    """Takes anything; `required` is only said."""

    def clean(self, value: Any) -> Any:
        return value


class Choices(PlainCheckboxes):
    """Boxes of which some stand alone: none of these, don't know."""

    def __init__(self, alone: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alone = set(alone)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value in self.alone:
            option["attrs"]["data-alone"] = True
        return option


class Faces(forms.RadioSelect):
    """A scale, from least to most: a face above each of its words, for whoever reads little."""

    template_name = "survey/faces.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = [option for _group, options, _index in context["widget"]["optgroups"] for option in options]
        scale = max(len(options) - 1, 1)
        for place, option in enumerate(options):
            option["mouth"] = round(24 + 12 * (2 * place / scale - 1))  # where the curve's handle is: from down to up
        return context


class PageForm(forms.Form):
    """The questions of a page that are relevant now, with what is there or was typed; `known` keys are prefilled."""

    use_required_attribute = False

    def __init__(self, values: Mapping[str, Any], *, place: Place, wording: Wording, known: Iterable[str] = ()) -> None:
        super().__init__(data={key: _as_typed(value) for key, value in values.items()})
        self.place, self.wording, self.known = place, wording, set(known)
        for question in place.questions():
            if wording.sight.shows(question, place.row):
                self.fields[question.key] = self._field(question)

    def blame(self, faults: Iterable[Fault]) -> None:
        """Say beside each field what is wrong with it."""
        keys = {question.path: question.key for question in self.place.questions()}
        for fault in faults:
            if fault.row == self.place.row and keys.get(fault.path) in self.fields:
                self.add_error(keys[fault.path], self.wording.fault(fault))

    def show_theirs(self, theirs: Answers) -> None:
        """Say beside each field what somebody else wrote there meanwhile."""
        for question in self.place.questions():
            mine = self.data.get(question.key)
            if question.key in self.fields and _as_typed(theirs.get(question.key)) != mine:
                said = self.wording.answer(question, theirs.get(question.key)) or _("nothing")
                self.add_error(question.key, _("Somebody else with this link wrote: %(text)s") % {"text": said})

    @property
    def is_live(self) -> bool:
        """Whether what is answered here decides what else is shown here."""
        names = {question.name for question in self.place.questions()}
        deciding = [one for question in self.place.page.questions()
                    for one in (*question.relevant, question.choice_filter) if one]  # fmt: skip
        return any(one.names & names for one in deciding)

    @property
    def shown(self) -> str:
        return " ".join(self.fields)

    def blocks(self) -> list[Block]:
        return list(self._blocks(self.place.page.items))

    def _blocks(self, items: tuple[Question | Group, ...]) -> Iterator[Block]:
        for item in items:
            if isinstance(item, Group):
                if inner := list(self._blocks(item.items)):
                    heading = self.wording.say(item.label)
                    yield from [Block("heading", heading), *inner] if heading else inner
            elif item.key in self.fields:
                yield Block("field", field=self[item.key])
            elif item.kind == "note" and self.wording.sight.shows(item, self.place.row):
                yield Block("note", _paragraphs(self.wording.label(item, self.place.row)))

    def _field(self, question: Question) -> Free:
        return Free(
            label=self.wording.label(question, self.place.row),
            help_text=self._help(question),
            required=bool(question.required),
            widget=self._widget(question),
        )

    def _help(self, question: Question) -> SafeString:
        hint = self.wording.hint(question, self.place.row)
        is_known = format_html('<p class="known">{}</p>', _("This is what we know. Is it still true?"))
        return (_paragraphs(hint) if hint else SafeString("")) + (is_known if question.key in self.known else "")

    def _widget(self, question: Question) -> forms.Widget:
        if question.kind in ("one", "many"):
            return self._choices(question)
        if question.kind == "acknowledge":
            return forms.CheckboxInput(attrs={"value": "OK"})
        if question.kind in ("date", "time"):
            return forms.TextInput(attrs={"type": question.kind})
        if question.kind in ("integer", "decimal"):
            mode = "numeric" if question.kind == "integer" else "decimal"
            return forms.TextInput(attrs={"inputmode": mode, "dir": "ltr", "maxlength": 30})
        free = {"maxlength": LONGEST, "dir": "auto"}
        if "multiline" in question.appearance:
            return forms.Textarea(attrs={**free, "rows": 4})
        contact = CONTACTS.get(question.fills.partition(".")[2])
        return forms.TextInput(attrs=free | ({"type": contact, "dir": "ltr"} if contact else {}))

    def _choices(self, question: Question) -> forms.Widget:
        offered = [(one.name, self.wording.choice(one)) for one in self.wording.sight.choices(question, self.place.row)]
        if question.kind == "many":
            return Choices(question.of_role("none") | question.of_role("unknown"), choices=offered)
        if "likert" in question.appearance and question.kind == "one":
            return Faces(choices=offered)
        if len(offered) > FEW or "minimal" in question.appearance:
            return PlainSelect(choices=[("", _("Choose")), *offered])
        return forms.RadioSelect(choices=offered)


def _as_typed(value: Any) -> Any:
    """An answer as a field shows it."""
    return value if isinstance(value, list) else "" if value is None else str(value)


def _paragraphs(text: str) -> SafeString:
    return SafeString(linebreaks(text, autoescape=True))
