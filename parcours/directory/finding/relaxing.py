"""What to give up when nothing fits: as little as possible, in an order that is always the same, and said.

Words and languages are not given up here: what has only some of the words, or does not say which languages it speaks,
fits in part and is shown below what fits (`finding.find`). Never given up: a women's or men's service that was asked
for, and a condition of stay.
"""

from collections.abc import Callable, Iterator

from parcours.directory.finding.question import WIDEST_KM, Question


def _in_area(question: Question) -> Question:
    """The area above the place where one looks: a commune's département."""
    spot = question.spot
    if spot is None or question.km is None or len(spot.path) < 2:
        return question
    return question.but(km=None, within=spot.path[-2])


Step = tuple[str, Callable[[Question], Question]]
STEPS: tuple[Step, ...] = (
    ("when", lambda q: q.but(when="")),
    ("farther", lambda q: q.but(km=min(q.km * 2, WIDEST_KM)) if q.km else q),
    ("area", _in_area),
    ("everywhere", lambda q: q.but(km=None, within="")),
    ("is_accessible", lambda q: q.but(is_accessible=False)),
    ("is_remote", lambda q: q.but(is_remote=False)),
    ("has_places", lambda q: q.but(has_places=False)),
    ("is_free", lambda q: q.but(is_free=False)),
    ("publics", lambda q: q.but(publics=())),
    ("level", lambda q: q.but(level=None)),
    ("age", lambda q: q.but(age=None)),
)
# What goes further than another makes that one needless to say.
IMPLIED = {"area": {"farther"}, "everywhere": {"farther", "area"}}


def relaxations(question: Question) -> Iterator[tuple[tuple[str, ...], Question]]:
    """Ever wider questions with what was given up: first one thing alone, then one after the other."""
    for name, change in STEPS:
        if (wider := change(question)) != question:
            yield (name,), wider
    given_up: tuple[str, ...] = ()
    wider = question
    for name, change in STEPS:
        if (next_one := change(wider)) != wider:
            wider = next_one
            given_up = (*(each for each in given_up if each not in IMPLIED.get(name, ())), name)
            if len(given_up) > 1:
                yield given_up, wider
