"""By which names the candidates of a wave are known, and which of them a new naming means."""

from collections.abc import Iterable, Mapping

from parcours.directory.records import Values
from parcours.geo.rules import fold
from parcours.survey.models import Candidate

ALSO = "also"  # in a candidate's details, the spellings that people joined to it


def match_key(values: Values) -> str:
    """What makes two namings one candidate: the folded name, and the commune where it is told."""
    return f"{fold(values['name'])}|{values.get('area') or ''}"[:200]


def spellings(candidates: Iterable[Candidate]) -> dict[str, Candidate]:
    """Each candidate by its match key, and by those that were joined to it."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        found[candidate.match_key] = candidate
        found |= {other["match_key"]: candidate for other in candidate.details.get(ALSO, [])}
    return found


def named_alike(values: Values, spelt: Mapping[str, Candidate]) -> Candidate | None:
    """The candidate of this name and commune; where only one of the two tells a commune, the only one of this name."""
    name, _bar, area = match_key(values).rpartition("|")
    if exact := spelt.get(f"{name}|{area}"):
        return exact
    same = {one.pk: one for key, one in spelt.items() if key.rpartition("|")[0] == name and not (area and one.area_id)}
    return next(iter(same.values())) if len(same) == 1 else None
