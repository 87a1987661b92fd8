"""The status of an action as a release keeps it: a test holds it to the answers of `ActionQuerySet.with_status`."""

from datetime import date
from typing import Any

from parcours.kit.dates import parse
from parcours.plan.choices import Stage, Status
from parcours.plan.rules import months_before

Data = dict[str, Any]
ENDED = {Stage.STOPPED: Status.STOPPED, Stage.DONE: Status.DONE}


def status_of(data: Data, *, on: date, silent_after_months: int = 6) -> Status:
    """What `ActionQuerySet.with_status` says of the action, from its kept data."""
    if data["stage"] in ENDED:
        return ENDED[Stage(data["stage"])]
    if data["status_override"]:
        return Status(data["status_override"])
    if data["blocked_reason"]["texts"]:
        return Status.BLOCKED
    if data["stage"] == Stage.IDEA:
        return Status.IDEA
    if _is_late(data, on):
        return Status.LATE
    silent = date.fromisoformat(data["last_news_on"]) < months_before(on, silent_after_months)
    return Status.SILENT if silent else Status.ON_TRACK


def _is_late(data: Data, on: date) -> bool:
    due = [date.fromisoformat(step["due_on"]) for step in data["milestones"] if not step["done_on"]]
    if data["ends_on"]:
        due.append(parse(data["ends_on"]).last)
    if data["starts_on"] and data["stage"] == Stage.PLANNED:
        due.append(parse(data["starts_on"]).date)
    return any(day < on for day in due)
