"""What became of ties between two waves: has the plan fostered partnerships?"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from parcours.engines.network import Change, change
from parcours.kit.figures import Figure
from parcours.network.reading import Actor, Reading, read
from parcours.survey.models import Wave


@dataclass(frozen=True)
class Compared:
    """Two waves, what became of the ties told in them, and who the organisations are."""

    before: Wave
    after: Wave
    change: Change
    actors: dict[int, Actor]

    def pairs(self, which: str) -> list[tuple[Actor, Actor]]:
        """The pairs that are "kept", "new", "gone" or "not_comparable", in reading order."""
        found = [(self.actors[one], self.actors[other]) for one, other in getattr(self.change, which)]
        return sorted(found, key=lambda pair: (pair[0].sort_key, pair[1].sort_key))

    @property
    def figures(self) -> list[Figure]:
        made, those = self.change, _("pairs tied in one of the two waves, among those who answered both")
        base = len(made.kept) + len(made.new) + len(made.gone)
        labels = {"kept": _("ties kept"), "new": _("new ties"), "gone": _("ties gone")}
        counted = [
            Figure(
                f"network.{name}",
                label,
                len(getattr(made, name)),
                n=len(getattr(made, name)),
                base=base,
                base_label=those,
            )
            for name, label in labels.items()
        ]
        unknown = Figure.count("network.not_comparable", _("not comparable"), len(made.not_comparable),
                               how=_("One of the two was not asked, or did not answer, in one wave."))  # fmt: skip
        return [*counted, unknown]

    @property
    def shares(self) -> list[Figure]:
        """How many of the possible pairs were tied, before and after."""
        return [
            Figure.share(f"network.tied_{name}", wave.title, n=share.part, base=share.whole, decimals=1,
                         base_label=_("pairs of organisations that answered both times"))
            for name, wave, share in (("before", self.before, self.change.before),
                                      ("after", self.after, self.change.after))
        ]  # fmt: skip


def compare(before: Wave, after: Wave, *, everyone: bool = False) -> Compared:
    old, now = (_said_in(wave, everyone=everyone) for wave in (before, after))
    return Compared(before, after, change(old.said, now.said), {**old.actors, **now.actors})


def _said_in(wave: Wave, *, everyone: bool) -> Reading:
    return read(wave=wave.key, everyone=everyone)
