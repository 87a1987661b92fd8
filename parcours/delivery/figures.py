"""The numbers of editions and programmes, each computed once and cited.

Keys: `delivery.<programme>.<year>.enrolled`, `.started`, `.finished`, `.friends`; for the public they are withheld when
they would count fewer than PARCOURS_SMALLEST_COUNT people.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from parcours.delivery.choices import CAME, EndReason, EnrolmentState, Money, Referral
from parcours.delivery.models import Attendance, BudgetLine, Edition, Enrolment, Programme
from parcours.delivery.queries.rates import finishers, starters
from parcours.kit import figures, published
from parcours.kit.figures import Figure
from parcours.kit.published import Total


@dataclass(frozen=True)
class Printed:
    """A number that a programme's source prints, which of our figures repeats it, and of which year our rows are.

    `figure`: the last part of a figure's key, or "cost", the euros that editions cost; `what`: its field.
    """

    key: str
    number: int
    programme: str
    figure: str
    what: str = "n"
    year: int = 2017
    period: str = "2017"


# "Around 68 %" is said of the association's other activities together, which our rows play by its French workshops.
# The sheet on Migrant Tour bears no date: the year of its rows is made up.
PRINTED = [
    Printed("migrapass.enrolled_2017", 38, "migrapass", "enrolled"),
    Printed("migrapass.finished_2017", 32, "migrapass", "finished"),
    Printed("migrapass.finished_share_2017", 84, "migrapass", "finished", "value"),
    Printed("migrapass.other_activities_2017", 68, "autremonde-francais", "finished", "value"),
    Printed("migrant-tour.volunteers", 12, "guides-migrant-tour", "enrolled", year=2018, period=""),
    Printed("migrant-tour.guides", 5, "guides-migrant-tour", "finished", year=2018, period=""),
    Printed("migrant-tour.training_euros", 15_000, "guides-migrant-tour", "cost", year=2018, period=""),
]


def _four(prefix: str, enrolments: "QuerySet[Enrolment]", *, period: str, source: str) -> list[Figure]:
    """Enrolled, started, finished, came with a friend who took part."""
    enrolled = enrolments.were_enrolled()  # type: ignore[attr-defined]
    n, started, finished = enrolled.count(), starters(enrolments).count(), finishers(enrolments).count()
    friends = enrolled.filter(referral=Referral.FRIEND_TOOK_PART).count()
    asked = enrolled.exclude(referral=Referral.NOT_ASKED).count()
    about = {"period": period, "source": source}
    return [
        Figure.count(f"{prefix}.enrolled", _("people enrolled"), n, how=_("People who were given a place."), **about),
        Figure.share(
            f"{prefix}.started", _("have started"), n=started, base=n, base_label=_("people enrolled"), decimals=0,
            how=_("Came to at least one session."), **about,
        ),
        Figure.share(
            f"{prefix}.finished", _("followed it to the end"), n=finished, base=n, base_label=_("people enrolled"),
            decimals=0,
            how=_("Started, did not leave, and came to the programme’s share of the sessions held."), **about,
        ),
        Figure.share(
            f"{prefix}.friends", _("came with a friend who took part"), n=friends, base=asked, decimals=0,
            base_label=_("enrolled who were asked"), how=_("What brought them, as they said."), **about,
        ),
    ]  # fmt: skip


def rates_of(edition: Edition) -> list[Figure]:
    """For those who work in it, and know its people: nothing is withheld."""
    prefix = f"edition.{edition.key}"
    return [*_four(prefix, edition.enrolments.all(), period=edition.title, source=_source(edition)), _presence(edition)]


def reasons_of(edition: Edition) -> list[Figure]:
    """Why people left before the end, for those who work with them: the reasons given, most frequent first."""
    return _reasons(f"edition.{edition.key}", edition.enrolments.all(), edition.title, _source(edition))


def reasons_over_years(programme: Programme) -> list[Figure]:
    """The same over all editions, for the territory; none at all where one of them would show few people."""
    found = _reasons(
        f"delivery.{programme.key}.all",
        Enrolment.objects.filter(edition__programme=programme),
        _("all editions"),
        _source(programme),
    )
    return found if all(one.n >= settings.PARCOURS_SMALLEST_COUNT for one in found if one.n is not None) else []


def _reasons(prefix: str, enrolments: "QuerySet[Enrolment]", period: str, source: str) -> list[Figure]:
    left = enrolments.filter(state=EnrolmentState.LEFT).order_by().values("end_reason").annotate(n=Count("pk"))
    base = sum(row["n"] for row in left)
    return [
        Figure.share(
            f"{prefix}.left.{row['end_reason']}", EndReason(row["end_reason"]).label, n=row["n"], base=base,
            base_label=_("left before the end"), decimals=0, period=period, source=source,
            how=_("The reason as it was told to the team, in a few kinds; never more than one."),
        )
        for row in sorted(left, key=lambda row: (-row["n"], row["end_reason"]))
    ]  # fmt: skip


def _presence(edition: Edition) -> Figure:
    rows = Attendance.objects.of_enrolled().filter(session__edition=edition, session__cancelled_at=None)
    return Figure.share(
        f"edition.{edition.key}.presence",
        _("attendance"),
        n=rows.filter(presence__in=CAME).count(),
        base=rows.count(),
        base_label=_("noted"),
        decimals=0,
        period=edition.title,
        source=_source(edition),
        how=_("Present or late, of all that was noted at its sessions."),
    )


def _source(thing: Edition | Programme) -> str:
    own = _("rows of Parcours")
    return f"{own} ({_('invented')})" if thing.is_invented else own


def _of_year(programme: Programme, year: int) -> list[Figure]:
    enrolments = Enrolment.objects.filter(edition__programme=programme, edition__starts_on__year=year)
    invented = enrolments.filter(is_invented=True).exists()
    source = f"{_('rows of Parcours')} ({_('invented')})" if invented else _("rows of Parcours")
    return _four(f"delivery.{programme.key}.{year}", enrolments, period=str(year), source=source)


def of_year(programme: Programme, year: int) -> list[Figure]:
    """A programme's year, by the day on which its editions began; what would show few people is withheld."""
    return [one.withheld(settings.PARCOURS_SMALLEST_COUNT) for one in _of_year(programme, year)]


def printed_of(programme: Programme) -> list[Figure]:
    """What the source of a programme prints, quoted."""
    labels = {"enrolled": _("people enrolled"), "finished": _("followed it to the end"), "cost": _("cost")}
    return [
        Figure.quote(
            one.key,
            labels[one.figure],
            one.number,
            unit="%" if one.what == "value" else "€" if one.figure == "cost" else "",
            period=one.period or _("no date given"),
            source=programme.source.partition(":")[0],
        )
        for one in PRINTED
        if one.programme == programme.key
    ]


def years_of(programme: Programme) -> list[int]:
    dates = (
        Enrolment.objects.were_enrolled()
        .filter(edition__programme=programme)
        .dates("edition__starts_on", "year", order="DESC")
    )
    return [day.year for day in dates]


def find(key: str) -> Figure | None:
    parts = key.split(".")
    if len(parts) != 4 or not parts[2].isdecimal():
        return None
    programme = Programme.objects.filter(key=parts[1]).first()
    found = of_year(programme, int(parts[2])) if programme else []
    return next((one for one in found if one.key == key), None)


def totals() -> Iterator[Total]:
    """What the sources print, beside our rows; nothing where their programme is not loaded."""
    known = {one.key: one for one in Programme.objects.all()}
    for one in PRINTED:
        if one.programme in known and years_of(known[one.programme]):
            yield Total(one.key, one.number, _recomputed(known[one.programme], one))


def _recomputed(programme: Programme, one: Printed) -> int | None:
    if one.figure == "cost":
        lines = BudgetLine.objects.filter(edition__programme=programme, edition__starts_on__year=one.year)
        return round(lines.filter(kind=Money.COST).aggregate(euros=Sum("actual"))["euros"] or 0)
    found = {figure.key.rpartition(".")[2]: figure for figure in _of_year(programme, one.year)}
    value = getattr(found[one.figure], one.what)
    return round(value) if value is not None else None


def register_figures() -> None:
    figures.register("delivery", find)
    published.register(totals)
