"""What the owner of a portfolio tells: kept as they say it, and never written over unseen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from parcours.accounts.models import User
from parcours.kit.dates import UnreadableDate, written
from parcours.people.models import Person
from parcours.portfolio.choices import Part, SaidBy
from parcours.portfolio.models import ActionStep, Activity, Claim, Evidence, Experience, Goal, LevelStep, Portfolio
from parcours.translations.texts import Translated

MOST_ACTIVITIES = 12


class Changed(Exception):
    """Somebody (or another window) saved it meanwhile; `stands` is what is kept now."""

    def __init__(self, stands: Experience) -> None:
        super().__init__()
        self.stands = stands


@transaction.atomic
def begin_portfolio(*, person: Person) -> Portfolio:
    """Their portfolio, made when there is none."""
    made, _new = Portfolio.objects.get_or_create(
        person=person, defaults={"language": person.language, "is_invented": person.is_invented}
    )
    return made


@transaction.atomic
def save_experience(
    *, experience: Experience, activities: Sequence[tuple[str, str]], base: int, by: User | None = None
) -> Experience:
    """Keep an experience with what the person did in it, (their words, the same in the other language) a line.

    `base` is the revision it was read at. Raises Changed, or ValidationError for what cannot be a date.
    """
    if experience.pk:
        stands = Experience.objects.select_for_update().get(pk=experience.pk)
        if stands.revision != base:
            raise Changed(stands)
        experience.revision = base + 1
    faults = {}
    for name in ("starts", "ends"):
        try:
            setattr(experience, name, written(getattr(experience, name)))
        except UnreadableDate as error:
            faults[name] = [str(error)]
    if (
        not faults
        and experience.starts
        and experience.ends
        and experience.ends < experience.starts[: len(experience.ends)]
    ):
        faults["ends"] = [_("It ends before it begins.")]
    if faults:
        raise ValidationError(faults)
    if experience.is_going_on:
        experience.ends = ""
    if by and experience.portfolio.person.account_id != by.pk:
        experience.recorded_by = by
    experience.full_clean(exclude=["key"])
    experience.save()
    _keep_activities(experience, activities[:MOST_ACTIVITIES])
    return experience


def _keep_activities(experience: Experience, lines: Sequence[tuple[str, str]]) -> None:
    """Line by line, so that a competence stays tied to the line it came from."""
    kept = list(experience.activities.order_by("position", "pk"))
    wanted = [(text, beside) for text, beside in lines if text or beside]
    for position, (text, beside) in enumerate(wanted):
        row = kept[position] if position < len(kept) else Activity(experience=experience)
        row.text, row.translation, row.position = text or beside, beside, position
        row.save()
    for row in kept[len(wanted) :]:
        row.delete()


@transaction.atomic
def save_claim(*, claim: Claim, at: datetime, by: User | None = None) -> Claim:
    """Keep a competence that somebody says. What a tutor or a peer says stays theirs. Raises ValidationError."""
    if not (claim.words.strip() or claim.concept):
        raise ValidationError(_("Say it in your words, or choose a term."))
    if claim.level and not LevelStep.objects.filter(position=claim.level).exists():
        raise ValidationError({"level": [_("Choose one of the steps.")]})
    if claim._state.adding:
        claim.said_at = at
        claim.position = claim.portfolio.claims.count()
        if by and claim.portfolio.person.account_id != by.pk:
            claim.said_by, claim.said_by_user = SaidBy.TUTOR, by
    claim.save()
    return claim


@transaction.atomic
def save_goal(*, goal: Goal) -> Goal:
    """Keep what the person wants. Raises ValidationError."""
    try:
        goal.until = written(goal.until)
    except UnreadableDate as error:
        raise ValidationError({"until": [str(error)]}) from error
    if goal._state.adding:
        goal.position = goal.portfolio.goals.count()
    goal.save()
    return goal


@transaction.atomic
def save_step(*, step: ActionStep) -> ActionStep:
    if step._state.adding:
        step.position = step.goal.steps.count()
    step.save()
    return step


@transaction.atomic
def tick(*, step: ActionStep, at: datetime) -> ActionStep:
    """Done, or not done after all."""
    step.done_on = None if step.done_on else at.date()
    step.save(update_fields=["done_on"])
    return step


@transaction.atomic
def remove(*, row: Any) -> None:
    """Take an experience, a competence, a goal or a step out, with what hangs on it."""
    shown_by = [row] if isinstance(row, Evidence) else row.evidence.all() if hasattr(row, "evidence") else ()
    gone = [one.file for one in shown_by]
    row.delete()
    transaction.on_commit(lambda: [file.storage.delete(str(file.name)) for file in gone])


@transaction.atomic
def hide_part(*, portfolio: Portfolio, part: Part, is_hidden: bool) -> Portfolio:
    """Nobody but the owner sees a hidden part, whatever was shared."""
    portfolio.hidden = sorted({*portfolio.hidden, part} if is_hidden else {*portfolio.hidden} - {part})
    portfolio.save(update_fields=["hidden", "changed_at"])
    return portfolio


@transaction.atomic
def save_scale(*, step: LevelStep, texts: Mapping[str, str]) -> LevelStep:
    """Other words for a step of the scale, by language; French is its source."""
    step.label = Translated.of(texts, source="fr")
    step.save(update_fields=["label"])
    return step
