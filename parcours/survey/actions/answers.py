"""What a respondent does: begin, save page by page, finish, correct, withdraw. Each verb locks the response's row."""

from datetime import datetime
from secrets import token_hex, token_urlsafe

from django.db import transaction
from django.utils import timezone

from parcours.accounts.models import User
from parcours.engines.questionnaire.answers import HIDDEN, MOST_ROWS, Answers, Judgement, Sight, judge
from parcours.engines.questionnaire.form import Page
from parcours.kit.secret import secret_digest
from parcours.survey.actions.asks import note_opened
from parcours.survey.actions.register import forget_response
from parcours.survey.choices import Progress
from parcours.survey.models import Ask, Response, Wave
from parcours.survey.places import Place, rows_of, stamp


class NotOpen(Exception):
    """The wave does not run, the link has expired, or the answers were withdrawn: nothing is kept."""


class Changed(Exception):
    """Somebody else saved this page since it was read; `stands` is what they wrote, by `Question.key`."""

    def __init__(self, stands: Answers) -> None:
        super().__init__()
        self.stands = stands


class TooManyRows(Exception):
    """A repeat has as many rows as it may have."""


def may_answer(*, wave: Wave, ask: Ask | None, at: datetime) -> bool:
    return wave.is_running(on=timezone.localdate(at)) and (ask is None or ask.expires_at > at)


@transaction.atomic
def begin(*, ask: Ask, at: datetime, language: str) -> Response:
    """The response that a link leads to: the one that is there, or a new one. Raises NotOpen."""
    ask = Ask.objects.select_for_update(of=("self",)).select_related("wave").get(pk=ask.pk)
    own = Response.objects.filter(wave=ask.wave, organisation=ask.organisation_id).first()
    if found := Response.objects.filter(ask=ask).first() or own:
        if found.ask_id is None:
            found.ask = ask
            found.save(update_fields=["ask"])
        return found
    if not may_answer(wave=ask.wave, ask=ask, at=at):
        raise NotOpen
    note_opened(ask=ask, at=at)
    return new_response(wave=ask.wave, ask=ask, organisation_id=ask.organisation_id, language=language, at=at)


@transaction.atomic
def begin_openly(*, wave: Wave, at: datetime, language: str) -> tuple[Response, str]:
    """A response by the wave's open link, and the secret of its own. Raises NotOpen."""
    if not (wave.is_open_to_all and may_answer(wave=wave, ask=None, at=at)):
        raise NotOpen
    secret = token_urlsafe(24)
    return new_response(wave=wave, secret_digest=secret_digest(secret), language=language, at=at), secret


def new_response(*, wave: Wave, at: datetime, **values: object) -> Response:
    """An empty one, of the version that the wave asks now."""
    given = {"version_id": wave.version_id, "key": token_hex(8), "started_at": at, "saved_at": at, **values}
    return Response.objects.create(wave=wave, **given)


@transaction.atomic
def save_page(
    *,
    response: Response,
    place: Place,
    typed: Answers,
    base: str,
    at: datetime,
    language: str = "",
    by: User | None = None,
) -> tuple[Response, Judgement, Place]:
    """Keep what was typed on a page, by `Question.key`, and judge all; gives the place too, for a new row its own.

    `base` is the stamp of what the page was made from. What cannot be right is kept as well: it is judged wrong until
    it is mended. The same again changes nothing; a row that is emptied is taken out.

    Raises NotOpen, Changed, TooManyRows.
    """
    locked = _locked(response, at, by)
    place = _settled(locked, place, typed, base)
    stands, here = place.stands(locked.answers), place.over(locked.answers, typed)
    if stamp(stands) != base and here != stands:
        raise Changed(stands)
    answers = place.put(locked.answers, typed)
    if len(rows_of(answers, place.page)) > max(MOST_ROWS, len(rows_of(locked.answers, place.page))):
        raise TooManyRows
    judgement = _store(locked, answers, place.page, at, language, by)
    return locked, judgement, place if here else Place(place.page)


@transaction.atomic
def remove_row(*, response: Response, place: Place, base: str, at: datetime, by: User | None = None) -> Response:
    """Take one row out of a repeat. Raises NotOpen; Changed where it is not the row that was read."""
    locked = _locked(response, at, by)
    if stamp(stands := place.stands(locked.answers)) != base:
        raise Changed(stands)
    _store(locked, place.without(locked.answers), place.page, at, "", by)
    return locked


@transaction.atomic
def complete(*, response: Response, at: datetime, by: User | None = None) -> Response:
    """Finish, where nothing is missing or wrong and every page was seen; else it stays as it is. Raises NotOpen."""
    locked = _locked(response, at, by)
    if locked.progress != Progress.COMPLETE and not unseen(locked, at=at):
        locked.progress, locked.completed_at = Progress.COMPLETE, at
        _store(locked, locked.answers, None, at, "", by)
    return locked


@transaction.atomic
def withdraw(*, response: Response, at: datetime) -> Response:
    """Erase what was answered, what was made of it by hand and who was named; that somebody withdrew stays."""
    forget_response(response=response)
    locked = Response.objects.select_for_update().get(pk=response.pk)
    locked.codings.all().delete()
    locked.answers, locked.states, locked.seen = {}, {}, []
    locked.organisation = locked.entered_by = locked.completed_at = None
    locked.progress, locked.withdrawn_at = Progress.WITHDRAWN, locked.withdrawn_at or at
    locked.revision += 1
    locked.save()
    return locked


def unseen(response: Response, *, at: datetime) -> list[Page]:
    """Pages that have something to show and were not saved yet."""
    form, seen = response.version.form, set(response.seen)
    sight = Sight(form, response.answers, today=timezone.localdate(at))
    return [page for page in form.pages() if page.key not in seen and any(map(sight.shows, page.questions()))]


def _locked(response: Response, at: datetime, by: User | None) -> Response:
    """The office enters what came on paper when it comes; a respondent has until the wave closes."""
    rows = Response.objects.select_for_update(of=("self",)).select_related("wave", "version", "ask")
    locked = rows.defer("version__sheets").get(pk=response.pk)
    is_open = by is not None or may_answer(wave=locked.wave, ask=locked.ask, at=at)
    if locked.progress == Progress.WITHDRAWN or not is_open:
        raise NotOpen
    return locked


def _settled(locked: Response, place: Place, typed: Answers, base: str) -> Place:
    """Where a row goes: a new one after the last, unless it is the one that was just added."""
    if place.row is None or base != stamp({}):
        return place
    rows = rows_of(locked.answers, place.page)
    is_there = place.row < len(rows) and rows[place.row] == place.over({}, typed)
    return place if is_there else Place(place.page, len(rows))


def _store(
    locked: Response, answers: Answers, page: Page | None, at: datetime, language: str, by: User | None
) -> Judgement:
    """Judge and save, unless nothing changed. What is complete stays so as long as nothing is missing or wrong."""
    form, today = locked.version.form, timezone.localdate(at)
    seen = list(dict.fromkeys([*locked.seen, *([page.key] if page else [])]))
    judgement = judge(form, answers, today=today, seen=set(seen))
    if locked.progress == Progress.COMPLETE:
        whole = judge(form, answers, today=today)
        if whole.faults:
            locked.progress, locked.completed_at = Progress.STARTED, None
        else:
            judgement, answers = whole, shown_alone(answers, whole)
        if answers != locked.answers:
            locked.reviewed_at = locked.reviewed_by = None
    if page and (answers, seen) == (locked.answers, locked.seen) and language in ("", locked.language):
        return judgement
    locked.answers, locked.states, locked.seen = answers, judgement.states, seen
    locked.language = language or locked.language
    locked.entered_by = by or locked.entered_by
    locked.saved_at, locked.revision = at, locked.revision + 1
    locked.save()
    return judgement


def shown_alone(answers: Answers, judgement: Judgement) -> Answers:
    """The answers to what was shown; those that another answer made pointless are left out."""
    kept: Answers = {}
    for key, value in answers.items():
        state = judgement.states.get(key, HIDDEN)
        if isinstance(state, list):
            kept[key] = [
                {name: one for name, one in row.items() if states.get(name, HIDDEN) != HIDDEN}
                for row, states in zip(value, state, strict=True)
            ]
        elif state != HIDDEN:
            kept[key] = value
    return kept
