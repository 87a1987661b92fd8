"""Coding open answers: the questions to code, a code book, one answer after another, and how far coders agree."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parcours.engines.questionnaire.form import Question
from parcours.survey.actions.coding import code_answer, delete_code, move_code, save_code, settle_answer
from parcours.survey.coding_reading import Read, Spot, pairs, readings, written
from parcours.survey.columns import OPEN, Columns
from parcours.survey.forms.coding import CodeForm, CodingForm
from parcours.survey.models import Code, Response, Wave
from parcours.survey.readable import Words
from parcours.survey.tables import dotted, question_label

runs = permission_required("survey.run", raise_exception=True)


@dataclass(frozen=True)
class Desk:
    """One open question of a wave, its answers and what was read in them."""

    wave: Wave
    columns: Columns
    question: Question

    @classmethod
    def of(cls, key: str, name: str) -> "Desk":
        wave = _wave(key)
        columns = Columns.of(wave)
        for question in columns.questions.values():
            if question.kind in OPEN and dotted(question.path) == name:
                return cls(wave, columns, question)
        raise Http404

    @property
    def name(self) -> str:
        return dotted(self.question.path)

    @property
    def title(self) -> str:
        return Words(self.columns.form.default_language).said(
            question_label(self.columns, self.question), self.question.path
        )

    @property
    def book(self) -> QuerySet[Code]:
        return Code.objects.filter(
            questionnaire=self.wave.version.questionnaire_id, question=self.question.path
        ).order_by("order", "label")

    @property
    def texts(self) -> dict[Spot, str]:
        return written(self.columns, self.question)

    @property
    def read(self) -> dict[Spot, Read]:
        """What was read in the answers that are there now."""
        found = readings(self.wave).get(self.question.path, {})
        return {spot: found[spot] for spot in self.texts if spot in found}

    def response(self, spot: Spot) -> Response:
        return get_object_or_404(Response.objects.select_related("version"), pk=spot.response)


def _wave(key: str) -> Wave:
    return get_object_or_404(Wave.objects.select_related("version__questionnaire"), key=key)


@runs
def questions(request: HttpRequest, key: str) -> HttpResponse:
    """The open questions of a wave, and how far each is coded."""
    wave = _wave(key)
    columns, read = Columns.of(wave), readings(wave)
    words = Words(columns.form.default_language)
    rows = []
    for question in columns.questions.values():
        if question.kind in OPEN:
            texts, found = written(columns, question), read.get(question.path, {})
            rows.append(
                {
                    "name": dotted(question.path),
                    "title": words.said(question_label(columns, question), question.path),
                    "answers": len(texts),
                    "coded": sum(spot in texts and one.holds is not None for spot, one in found.items()),
                    "differ": sum(spot in texts and one.holds is None for spot, one in found.items()),
                }
            )
    return render(request, "survey/coding.html", {"wave": wave, "rows": rows})


@runs
def codes(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """The code book of a question; a new code is added below it."""
    desk = Desk.of(key, name)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        code = Code(questionnaire=desk.wave.version.questionnaire, question=desk.question.path)
        if _saved(form, code):
            return redirect("survey:codes", key, name)
    mine = sum(request.user.pk in one.by_coder for one in desk.read.values())
    context = {
        "desk": desk,
        "book": desk.book.annotate(used=Count("codings")),
        "form": form,
        "answers": len(desk.texts),
        "mine": mine,
    }
    return render(request, "survey/codes.html", context)


@runs
def code(request: HttpRequest, key: str, name: str, pk: int) -> HttpResponse:
    """Rename or define a code; move it; delete one that no answer has."""
    desk = Desk.of(key, name)
    shown = get_object_or_404(desk.book, pk=pk)
    does = request.POST.get("do", "")
    if does in ("up", "down"):
        move_code(code=shown, up=does == "up")
        return redirect("survey:codes", key, name)
    if does == "delete":
        try:
            delete_code(code=shown)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        return redirect("survey:codes", key, name)
    form = CodeForm(request.POST or None, initial={"label": shown.label, "definition": shown.definition})
    if form.is_valid() and _saved(form, shown):
        return redirect("survey:codes", key, name)
    return render(request, "survey/code.html", {"desk": desk, "shown": shown, "form": form})


def _saved(form: CodeForm, code: Code) -> bool:
    try:
        save_code(code=code, **form.cleaned_data)
    except ValidationError as error:
        form.add_error("label", error.messages)
        return False
    return True


@runs
def answer(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """The next answer that this coder has not coded, or the one that is asked for; nothing of what others said."""
    desk = Desk.of(key, name)
    texts, read, coder = desk.texts, desk.read, request.user.pk
    todo = [spot for spot in texts if spot not in read or coder not in read[spot].by_coder]
    spot = _spot(request.POST.get("at") or request.GET.get("at"), texts) or next(iter(todo), None)
    if spot is None:
        messages.success(request, _("You have coded every answer to this question."))
        return redirect("survey:agreement", key, name)
    own = read[spot].by_coder.get(coder, ()) if spot in read else ()
    form = CodingForm(request.POST or None, book=desk.book, initial={"codes": own})
    if request.method == "POST" and form.is_valid():
        code_answer(
            response=desk.response(spot), question=desk.question.path, row=spot.row, coder=request.user,
            codes=form.cleaned_data["codes"], at=timezone.now(),
        )  # fmt: skip
        return redirect("survey:code-answer", key, name)
    context = {
        "desk": desk,
        "form": form,
        "text": texts[spot],
        "at": _written(spot),
        "left": len(todo),
        "all": len(texts),
    }
    return render(request, "survey/code_answer.html", context)


def _written(spot: Spot) -> str:
    return f"{spot.response}.{'' if spot.row is None else spot.row}"


def _spot(at: str | None, texts: dict[Spot, str]) -> Spot | None:
    """The answer that an address names; 404 for one that is not there."""
    if not at:
        return None
    for spot in texts:
        if _written(spot) == at:
            return spot
    raise Http404


@runs
def agreement(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """How far coders agree, and where they differ: of the answers that the reader has coded too."""
    desk = Desk.of(key, name)
    texts, read, book = desk.texts, desk.read, list(desk.book)
    names = {str(one.pk): one.label for one in book}
    people = dict(get_user_model().objects.filter(pk__in={pk for one in read.values() for pk in one.by_coder})
                  .values_list("pk", "name"))  # fmt: skip
    open_ones = [spot for spot, one in read.items() if one.holds is None and request.user.pk in one.by_coder]
    context = {
        "desk": desk,
        "pairs": [(people[one.first], people[one.second], one.agreement) for one in pairs(read, book)],
        "names": names,
        "differ": sum(one.holds is None for one in read.values()),
        "rows": [(_written(spot), texts[spot], _said(read[spot], people, names)) for spot in open_ones],
        "book": book,
    }
    return render(request, "survey/agreement.html", context)


def _said(read: Read, people: dict[int, str], names: dict[str, str]) -> list[tuple[str, list[str]]]:
    """What each coder read in an answer."""
    return [(people[coder], [names[code] for code in names if code in codes]) for coder, codes in read.by_coder.items()]


@runs
@require_POST
def settle(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Decide between coders who differ; only one who coded the answer has seen what they say."""
    desk = Desk.of(key, name)
    spot = _spot(request.POST.get("at", ""), desk.texts)
    read = desk.read.get(spot) if spot else None
    if spot is None or read is None or request.user.pk not in read.by_coder:
        raise Http404
    form = CodingForm(request.POST, book=desk.book)
    if form.is_valid():
        settle_answer(
            response=desk.response(spot), question=desk.question.path, row=spot.row, by=request.user,
            codes=form.cleaned_data["codes"], at=timezone.now(),
        )  # fmt: skip
    return redirect("survey:agreement", key, name)
