"""The pages of a questionnaire. What is read changes nothing; what is saved says where one goes on."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.engines.questionnaire.answers import MOST_ROWS, Answers, Fault, Judgement, judge
from parcours.survey.actions import answers as verbs
from parcours.survey.actions.asks import decline, note_opened
from parcours.survey.forms.answering import BASE, DO, LOST, PageForm, Typed
from parcours.survey.places import Place, place_of, rows_of, stamp
from parcours.survey.said import Section
from parcours.survey.ways import Way


def start(request: HttpRequest, way: Way) -> HttpResponse:
    """What is asked, by whom, until when; where one stopped; the way to say that one will not answer."""
    now = timezone.now()
    is_open = _is_open(way)
    if request.method == "POST":
        if way.ask and request.POST.get(DO) == "decline":
            decline(ask=way.ask, at=now)
            return redirect(way.to())
        if way.ask and is_open and way.by is None:
            note_opened(ask=way.ask, at=now)
        return redirect(_first_unseen(way) if is_open else way.to())
    context = {
        "is_open": is_open,
        "is_early": timezone.localdate(now) < way.wave.opens_on,
        "number": len(way.form.pages()),
        **_own(request, way),
    }
    return _render(request, way, "survey/answer_start.html", context)


def page(request: HttpRequest, way: Way, page: str, row: int | None = None) -> HttpResponse:
    """One page, the list of a repeat's rows, or one row."""
    place = place_of(way.form, page, row)
    if place is None:
        raise Http404
    if request.method != "POST" and not _is_open(way):
        return redirect(way.to())
    if place.page.is_repeat and place.row is None:
        return _list(request, way, place)
    if request.method == "POST":
        return _take(request, way, place, Typed.read(place, request.POST))
    kept = place.stands(way.answers)
    known = {key: value for key, value in way.known(place).items() if key not in kept}
    return _page(request, way, place, known | kept, base=stamp(kept), known=known)


def check(request: HttpRequest, way: Way) -> HttpResponse:
    """All that was answered, to be read again; then it is finished."""
    if way.response is None:
        return redirect(way.to())
    now, faults = timezone.now(), []
    if request.method == "POST":
        try:
            way.response = verbs.complete(response=way.response, at=now, by=way.by)
        except verbs.NotOpen:
            return redirect(way.to())
        if way.is_complete:
            return redirect(way.to("-thanks"))
        faults = judge(way.form, way.answers, today=timezone.localdate(now)).faults
    is_open, is_refused = _is_open(way), request.method == "POST"
    told = [(one, way.to("-page", one.key) if is_open else "") for one in sections(way, faults)]
    context = {"sections": told, "is_open": is_open, "is_refused": is_refused}
    return _render(
        request, way, "survey/answer_check.html", context, here=("-check",), status=422 if is_refused else 200
    )


def thanks(request: HttpRequest, way: Way) -> HttpResponse:
    """What becomes of the answers, a copy to keep, and the right to correct or withdraw."""
    if not way.is_complete:
        return redirect(way.to("-check"))
    context = {"is_open": _is_open(way), "root": _root(way), **_own(request, way)}
    return _render(request, way, "survey/answer_thanks.html", context, here=("-thanks",))


def copy(request: HttpRequest, way: Way) -> HttpResponse:
    """One's answers as a page to print or to keep."""
    if way.response is None:
        return redirect(way.to())
    told = [(one, "") for one in sections(way, [])]
    return _render(request, way, "survey/answer_copy.html", {"sections": told}, here=("-copy",))


def withdraw(request: HttpRequest, way: Way) -> HttpResponse:
    """What is erased and what stays; then it is done."""
    if way.response is None:
        return redirect(way.to())
    if request.method == "POST":
        verbs.withdraw(response=way.response, at=timezone.now())
        return redirect(way.to())
    return _render(request, way, "survey/answer_withdraw.html", {}, here=("-withdraw",))


def sections(way: Way, faults: list[Fault]) -> list[Section]:
    """Each page read again."""
    today = timezone.localdate()
    wording = way.wording(way.answers, on=today)
    seen = way.response.seen if way.response else []
    return [wording.section(one, way.answers, faults, is_seen=one.key in seen) for one in way.pages(on=today)]


def _take(request: HttpRequest, way: Way, place: Place, typed: Typed) -> HttpResponse:
    """Save what was typed; or only show the page anew, for what was typed decides what it asks."""
    base, do = request.POST.get(BASE, ""), request.POST.get(DO, "next")
    values = place.stands(way.answers) | typed.all
    if do == "look":
        return _page(request, way, place, values, base=base)
    try:
        response = way.response or verbs.begin(ask=_asked(way), at=timezone.now(), language=way.language)
        saved = verbs.save_page(response=response, place=place, typed=typed.values, base=base, at=timezone.now(),
                                language=way.language, by=way.by)  # fmt: skip
    except verbs.NotOpen:
        return _page(request, way, place, values, base=base, status=409, is_closed=True)
    except verbs.Changed as changed:
        return _page(request, way, place, values, base=stamp(changed.stands), status=409, theirs=changed.stands)
    except verbs.TooManyRows:
        messages.error(request, _("You have told %(number)d: no more can be told here.") % {"number": MOST_ROWS})
        return redirect(way.to("-page", place.page.key))
    way.response, judgement, place = saved
    return _after(request, way, place, typed, judgement, do)


def _after(request: HttpRequest, way: Way, place: Place, typed: Typed, judgement: Judgement, do: str) -> HttpResponse:
    """On to where the button leads; back to the page where something is missing, wrong, or newly asked."""
    sight = way.sight(way.answers, on=timezone.localdate())
    new = [one for one in place.questions() if one.key not in typed.shown and sight.shows(one, place.row)]
    unread = {one.path for one in new}  # nobody is blamed for what was not on the page
    faults = [*typed.faults, *(one for one in _faults_of(place, judgement) if one.path not in unread)]
    if typed.faults or (faults and do == "next"):
        kept = place.stands(way.answers)
        return _page(request, way, place, kept | typed.all, base=stamp(kept), faults=faults, status=422)
    if new and do == "next" and typed.shown:
        messages.info(request, _("Your answer brings another question."))
        return redirect(_address(way, place) + f"#field-{new[0].key}")
    if do == "stop":
        messages.success(request, _("Saved. The same link brings you back here, on any device."))
        return redirect(way.to())
    if place.row is not None:
        return redirect(way.to("-page", place.page.key))
    return redirect(_beside(way, place, -1 if do == "back" else 1))


def _list(request: HttpRequest, way: Way, place: Place) -> HttpResponse:
    """The rows of a repeat: to add one, change one, take one out, and go on."""
    do = request.POST.get(DO, "next")
    if request.method == "POST" and do.startswith("remove:"):
        return _remove(request, way, place, do.removeprefix("remove:"))
    if request.method == "POST":
        return _take(request, way, place, Typed({}, {}, [], set()))
    kept = rows_of(way.answers, place.page)
    wording = way.wording(way.answers, on=timezone.localdate())
    faults = judge(way.form, way.answers, today=timezone.localdate()).faults
    section = wording.section(place.page, way.answers, faults, is_seen=True)
    urls = [way.to("-row", place.page.key, number) for number in range(len(kept) + 1)]
    context = {
        "section": section,
        "rows": list(zip(section.rows, map(stamp, kept), urls, strict=False)),
        "add_url": urls[-1],
        "may_add": len(kept) < MOST_ROWS,
        "hint": wording.say(place.page.group.hint) if place.page.group else "",
    }
    return _render(
        request, way, "survey/answer_rows.html", context | _frame(way, place), here=("-page", place.page.key)
    )


def _remove(request: HttpRequest, way: Way, place: Place, number: str) -> HttpResponse:
    if way.response is None or not number.isdecimal():
        raise Http404
    row = Place(place.page, int(number))
    try:
        base = request.POST.get(f"{BASE}:{row.row}", "")
        verbs.remove_row(response=way.response, place=row, base=base, at=timezone.now(), by=way.by)
        messages.success(request, _("Taken out."))
    except verbs.Changed:
        messages.warning(request, _("This list has changed since you opened it. Please look again."))
    except verbs.NotOpen:
        return redirect(way.to())
    return redirect(way.to("-page", place.page.key))


def _page(
    request: HttpRequest,
    way: Way,
    place: Place,
    values: Answers,
    *,
    base: str,
    known: Answers | None = None,
    theirs: Answers | None = None,
    faults: list[Fault] | None = None,
    is_closed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page with these values; `theirs` is what somebody else wrote meanwhile."""
    answers = place.put(way.answers, values)
    wording = way.wording(answers, on=timezone.localdate())
    row = place.row if place.row is None else min(place.row, len(rows_of(way.answers, place.page)))
    form = PageForm(values, place=Place(place.page, row), wording=wording, known=known or ())
    form.blame(faults or [])
    if theirs is not None:
        form.show_theirs(theirs)
    is_lost = any(one.code in LOST for one in faults or [])
    context = {
        "form": form,
        "base": base,
        "draft": "unsaved" if status == 409 or is_lost else "saved" if status == 422 else "fresh",
        "list_url": way.to("-page", place.page.key),
        "is_clash": theirs is not None,
        "is_closed": is_closed,
        "title": wording.title(place.page),
    }
    address = ("-page", place.page.key) if row is None else ("-row", place.page.key, row)
    return _render(request, way, "survey/answer_page.html", context | _frame(way, place), here=address, status=status)


def _frame(way: Way, place: Place) -> dict[str, Any]:
    """How far one is."""
    keys = [one.key for one in way.pages(on=timezone.localdate())]
    at = keys.index(place.page.key) + 1 if place.page.key in keys else 1
    return {"place": place, "at": at, "of": max(len(keys), 1), "is_kept_here": way.by is None}


def _render(
    request: HttpRequest,
    way: Way,
    template: str,
    context: dict[str, Any],
    *,
    here: tuple[Any, ...] = ("",),
    status: int = 200,
) -> HttpResponse:
    """A page of the way; `here` is what `Way.to` takes to lead back to it."""
    context |= {f"{one}_url": way.to(f"-{one}") for one in ("check", "thanks", "copy", "withdraw")}
    context |= {"way": way, "response": way.response, "form_languages": way.languages(*here), "start_url": way.to()}
    return render(request, template, context, status=status)


def _own(request: HttpRequest, way: Way) -> dict[str, str]:
    return {"address": request.build_absolute_uri(_root(way))}


def _root(way: Way) -> str:
    return way.to().partition("?")[0]


def _asked(way: Way) -> Any:
    if way.ask is None:
        raise Http404
    return way.ask


def _is_open(way: Way) -> bool:
    return way.by is not None or verbs.may_answer(wave=way.wave, ask=way.ask, at=timezone.now())


def _faults_of(place: Place, judgement: Judgement) -> list[Fault]:
    paths = {one.path for one in place.questions()}
    return [one for one in judgement.faults if one.path in paths and one.row == place.row]


def _address(way: Way, place: Place) -> str:
    if place.row is None:
        return way.to("-page", place.page.key)
    return way.to("-row", place.page.key, place.row)


def _beside(way: Way, place: Place, step: int) -> str:
    """The page before or after this one that has something to show."""
    shown = {one.key for one in way.pages(on=timezone.localdate())} | {place.page.key}
    keys = [one.key for one in way.form.pages() if one.key in shown]
    at = keys.index(place.page.key) + step
    if at < 0:
        return way.to()
    return way.to("-page", keys[at]) if at < len(keys) else way.to("-check")


def _first_unseen(way: Way) -> str:
    """Where one goes on: the first page that was not saved yet."""
    seen = way.response.seen if way.response else []
    waiting = [one.key for one in way.pages(on=timezone.localdate()) if one.key not in seen]
    return way.to("-page", waiting[0]) if waiting else way.to("-check")
