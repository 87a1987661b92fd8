"""An action's record as it stood at an earlier version, out of the changes that are kept."""

from parcours.plan.models import Action
from parcours.plan.records import Record, read_record


def record_at(action: Action, version: int) -> Record:
    """What an editor who opened this version saw; the present record for the present version."""
    record = read_record(action)
    for before in action.changes.filter(version__gt=version).order_by("-version").values_list("before", flat=True):
        record.update(before)
    return record


def changed_since(action: Action, version: int) -> set[str]:
    """The names of the fields that changed after this version."""
    kept = action.changes.filter(version__gt=version).values_list("after", flat=True)
    return {name for after in kept for name in after}


def version_sent(text: str) -> int:
    """The version that a form was filled on; 0, older than any, for what is not a number."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0
