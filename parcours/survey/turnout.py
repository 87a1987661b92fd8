"""How far a wave is: of those asked, how many were reached, began, finished; figures with their base."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from parcours.kit.figures import Figure
from parcours.survey.choices import Circle, Progress
from parcours.survey.models import Ask, Wave

# how far an ask is, the farthest first: each ask is in one of these
STATES: dict[str, tuple[str | Promise, Q]] = {
    "withdrawn": (gettext_lazy("withdrawn"), Q(response__progress=Progress.WITHDRAWN)),
    "complete": (gettext_lazy("complete"), Q(response__progress=Progress.COMPLETE)),
    "declined": (gettext_lazy("will not answer"), Q(declined_at__isnull=False)),
    "started": (pgettext_lazy("survey", "started"), Q(response__progress=Progress.STARTED)),
    "opened": (gettext_lazy("link opened"), Q(opened_at__isnull=False)),
    "sent": (gettext_lazy("asked, no sign yet"), Q(sent_at__isnull=False)),
    "waiting": (gettext_lazy("not written to yet"), Q()),
}


def in_state(state: str) -> Q:
    """The asks that are in a state, and in none that is farther."""
    names = list(STATES)
    if state not in STATES:
        return Q()
    farther = [STATES[name][1] for name in names[: names.index(state)]]
    found = STATES[state][1]
    for one in farther:
        found &= ~Q(pk__in=Ask.objects.filter(one).values("pk"))
    return found


def state_of(ask: Ask) -> str:
    """The same of one ask, its response read with it."""
    response = getattr(ask, "response", None)
    if response and response.progress in ("withdrawn", "complete"):
        return str(response.progress)
    told = [("declined", ask.declined_at), ("started", response), ("opened", ask.opened_at), ("sent", ask.sent_at)]
    return next((name for name, is_so in told if is_so), "waiting")


@dataclass(frozen=True)
class Turnout:
    """A circle, or all: how many are at least so far, and what share finished."""

    label: str
    asked: int
    sent: int
    opened: int
    started: int
    complete: int
    declined: int
    withdrawn: int
    rate: Figure


@dataclass(frozen=True)
class Turnouts:
    """`beside` are those who answered without being asked: by the open link, on paper."""

    total: Turnout
    circles: list[Turnout]
    beside: Figure


def turnouts(wave: Wave) -> Turnouts:
    """Two queries, whatever was answered."""
    asks = list(wave.asks.select_related("response").only("circle", "sent_at", "opened_at", "declined_at", "wave",
                "response__progress", "response__ask").order_by("pk"))  # fmt: skip
    present = sorted({ask.circle for ask in asks})
    beside = wave.responses.filter(ask=None, progress=Progress.COMPLETE).count()
    how = _("finished answers of organisations that no message had asked: by the open link, by phone or on paper")
    return Turnouts(
        _turnout(wave, "all", _("have answered"), asks),
        [
            _turnout(wave, f"circle{one}", str(Circle(one).label), [ask for ask in asks if ask.circle == one])
            for one in present
        ],
        Figure.count(f"survey.{wave.key}.beside", _("answered unasked"), beside, source=wave.title, how=how),
    )


def _turnout(wave: Wave, key: str, label: str, asks: Iterable[Ask]) -> Turnout:
    rows = list(asks)
    states = Counter(state_of(ask) for ask in rows)
    rate = Figure.share(
        f"survey.{wave.key}.{key}",
        label,
        n=states["complete"],
        base=len(rows),
        base_label=_("organisations asked"),
        period=f"{wave.opens_on:%d/%m/%Y} – {wave.closes_on:%d/%m/%Y}",
        source=wave.title,
        how=_("those that finished; not those that only began, declined or withdrew"),
        decimals=0,
    )
    return Turnout(
        label,
        asked=len(rows),
        sent=sum(ask.sent_at is not None for ask in rows),
        opened=sum(ask.opened_at is not None for ask in rows),
        started=sum(getattr(ask, "response", None) is not None for ask in rows),
        complete=states["complete"],
        declined=states["declined"],
        withdrawn=states["withdrawn"],
        rate=rate,
    )
