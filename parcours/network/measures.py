"""What is known of a network, with its bases. What takes long is kept in the cache, by the network's own content."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar

from django.core.cache import cache
from django.utils.translation import gettext as _

from parcours.engines.network import Network, alone, degrees, density, reciprocity
from parcours.kit.figures import Figure
from parcours.network.reading import Actor, Reading

KEPT_FOR = 7 * 24 * 3600
T = TypeVar("T")


def remembered(name: str, network: Network, compute: Callable[[], T], *more: Any) -> T:
    """What was computed from this network, and from `more`, before; the same data always give the same result."""
    digest = hashlib.blake2b(repr((network.nodes, network.ties, more)).encode(), digest_size=16).hexdigest()
    found: T | None = cache.get_or_set(f"network:{name}:{digest}", compute, KEPT_FOR)
    return compute() if found is None else found


@dataclass(frozen=True)
class Line:
    """An organisation in the list. `names` is None while it has not answered: how many it works with is not known."""

    actor: Actor
    circle: int | None
    named_by: int
    names: int | None


SORTS = {
    "name": attrgetter("actor.sort_key"),
    "commune": attrgetter("actor.commune"),
    "circle": lambda line: (line.circle is None, line.circle or 0),
    "named_by": attrgetter("named_by"),
    "names": lambda line: (line.names is not None, line.names or 0),
}


def lines(reading: Reading, sort: str = "") -> list[Line]:
    """Every organisation, the most named first unless `sort` says otherwise ("name", "-name"…)."""
    known = degrees(reading.said)
    found = [
        Line(actor, actor.circle, int(known.incoming.values[pk] or 0), _whole(known.outgoing.values[pk]))
        for pk, actor in reading.actors.items()
    ]
    key, is_turned = sort.removeprefix("-"), sort.startswith("-")
    if key not in SORTS:
        key, is_turned = "named_by", True
    return sorted(sorted(found, key=SORTS["name"]), key=SORTS[key], reverse=is_turned)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def figures(reading: Reading) -> list[Figure]:
    """The network in a few numbers: none says anything of one organisation."""
    said, unnamed = reading.said, alone(reading.said)
    answered = len(said) - said.silent
    close, mutual = density(said), reciprocity(said)
    organisations, those = _("organisations"), _("organisations that answered")
    return [
        Figure.count("network.organisations", _("organisations"), len(said),
                     how=_("Asked in the survey, named by somebody, or taking part in steering the plan.")),
        Figure.share("network.answered", _("have answered"), n=answered, base=len(said), base_label=organisations,
                     how=_("Whom the others work with is not known.")),
        Figure.count("network.ties", _("ties told"), said.either.nnz // 2,
                     how=_("Pairs of organisations of which at least one named the other.")),
        Figure.share("network.density", _("of the possible ties exist"), n=close.part, base=close.whole,
                     base_label=_("ordered pairs among organisations that answered"),
                     how=_("Only between organisations that both answered.")),
        Figure.share("network.mutual", _("of the ties are told from both ends"), n=mutual.part, base=mutual.whole,
                     base_label=_("ties between organisations that answered")),
        Figure.count("network.unasked", _("named, never asked"), len(reading.unasked) + reading.strangers,
                     how=_("Of these, unknown to the directory: %(n)d.") % {"n": reading.strangers}),
        Figure.share("network.isolated", _("named nobody, and nobody named them"), n=len(unnamed.isolated),
                     base=answered, base_label=those),
    ]  # fmt: skip


def foremost(reading: Reading) -> Sequence[int]:
    """Whose name is shown first: the steering group, then those whom most named, then in reading order."""
    named = degrees(reading.network).incoming.values
    return sorted(reading.actors, key=lambda pk: (pk not in reading.core, -(named[pk] or 0)))
