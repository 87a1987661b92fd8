"""Portfolios that a pack invents, so that the demonstration has something to read."""

from datetime import UTC, date, datetime, timedelta

from parcours.packs.pack import Row
from parcours.people.models import Person
from parcours.portfolio.choices import SaidBy
from parcours.portfolio.models import ActionStep, Activity, Claim, Cv, Experience, Goal, Portfolio, Share, Tutoring

TEXTS = ("title", "place", "starts", "ends", "words", "translation", "language", "is_in_cv", "is_hidden", "is_going_on")
CLAIM = ("words", "translation", "level", "is_to_develop", "is_in_cv")


def load_portfolio(person: Person, told: Row, *, today: date) -> Portfolio:
    """Write one; `today` dates its steps and what is shared with the tutor."""
    at = datetime.combine(today, datetime.min.time(), tzinfo=UTC)
    portfolio = Portfolio.objects.create(person=person, language=told["language"], is_invented=True)
    activities = _experiences(portfolio, told["experiences"])
    for position, row in enumerate(told["claims"]):
        Claim.objects.create(
            portfolio=portfolio,
            activity=activities.get(row.get("activity", "")),
            said_by=row.get("said_by", SaidBy.ME),
            said_at=at,
            position=position,
            **{name: row[name] for name in CLAIM if name in row},
        )
    for row in told["goals"]:
        _goal(portfolio, row, today)
    if cv := told.get("cv"):
        Cv.objects.create(portfolio=portfolio, **cv)
    tutoring = Tutoring.objects.filter(enrolment__person=person).first()
    for part in told["shares"] if tutoring else []:
        Share.objects.create(portfolio=portfolio, part=part, tutoring=tutoring, given_at=at)
    return portfolio


def _experiences(portfolio: Portfolio, rows: list[Row]) -> dict[str, Activity]:
    """Write them; gives the activities by their French text."""
    made = {}
    for position, row in enumerate(rows):
        experience = Experience.objects.create(
            portfolio=portfolio,
            strand=row["strand"],
            position=position,
            title_translation=row["title_fr"],
            **{name: row[name] for name in TEXTS if name in row},
        )
        for number, (text, translation) in enumerate(row["activities"]):
            made[translation] = Activity.objects.create(
                experience=experience, text=text or translation, translation=translation, position=number
            )
    return made


def _goal(portfolio: Portfolio, row: Row, today: date) -> None:
    goal = Goal.objects.create(
        portfolio=portfolio, text=row["text"], translation=row["translation"], until=row.get("until", "")
    )
    for position, step in enumerate(row["steps"]):
        due = today + timedelta(days=step["in_days"])
        ActionStep.objects.create(
            goal=goal,
            text=step["text"],
            translation=step["translation"],
            due_on=due,
            with_whom=step["with_whom"],
            done_on=due if step.get("done") else None,
            position=position,
        )
