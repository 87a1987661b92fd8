"""Estimates and rules of the snowball in words: computed from what, by which formula, under which assumptions."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parcours.engines.coverage import Estimate
from parcours.kit.figures import Figure
from parcours.survey.models import Wave
from parcours.survey.snowball import Snowball

REASONS: Mapping[str, str | Promise] = {
    "not_begun": gettext_lazy("Nobody has answered yet."),
    "still_new": gettext_lazy("Go on: the last circle still named many that nobody had named before."),
    "few_new": gettext_lazy("Stop: the last circle named hardly anybody new."),
    "last_circle": gettext_lazy("Stop: the last circle that this survey asks has answered."),
}
ASSUMPTIONS: Mapping[str, str | Promise] = {
    "closed": gettext_lazy("No organisation began or ended between the two."),
    "matched": gettext_lazy("Two spellings of one organisation were recognised as one."),
    "independent": gettext_lazy(
        "Being in the directory makes an organisation neither more nor less likely to be named."
    ),
    "equal_chance": gettext_lazy("In at least one of the two, every organisation had the same chance to be."),
    "lower_bound": gettext_lazy("It is the least there is: nobody can name an organisation that works alone."),
}


@dataclass(frozen=True)
class Shown:
    """An estimate as a page shows it."""

    figure: Figure
    interval: str
    formula: str
    citation: str
    assumptions: list[str | Promise]


def estimates_of(wave: Wave, found: Snowball) -> list[Shown]:
    """Chapman's from two lists, then Chao's lower bound, each where there is something to compute it from."""
    shown = []
    if found.by_lists:
        how = _("%(known)d known to the directory before, %(named)d named in answers, %(both)d in both.") % {
            "known": found.known,
            "named": found.named,
            "both": found.both,
        }
        title = _("organisations in all, from two lists")
        formula = "N = (n₁ + 1)(n₂ + 1) / (m + 1) − 1"
        cited = "Chapman 1951; Seber 1982"
        shown.append(_shown(wave, "lists", title, found.by_lists, how, formula, cited))
    if found.by_namings:
        how = _("%(named)d were named, %(once)d of them by one organisation only.") % {
            "named": found.named,
            "once": found.once,
        }
        title = _("partners in all, at least, from how often each was named")
        formula = "N ≥ S + f₁² / (2 f₂)"
        shown.append(_shown(wave, "namings", title, found.by_namings, how, formula, "Chao 1987"))
    return shown


def _shown(wave: Wave, key: str, title: str, one: Estimate, how: str, formula: str, cited: str) -> Shown:
    figure = Figure(
        f"survey.snowball.{key}", title, round(one.total), source=wave.source.title.text, how=how, base=one.seen,
        base_label=_("organisations found"), period=str(wave),
    )  # fmt: skip
    between = _("Between %(low)d and %(high)d, 95 times out of 100, if what is assumed holds.")
    interval = between % {"low": round(one.low), "high": round(one.high)}
    if one.low == one.high:
        interval = _("No interval: nothing seems to be missing, which two short lists cannot prove.")
    return Shown(figure, interval, formula, cited, [ASSUMPTIONS[name] for name in one.assumptions])
