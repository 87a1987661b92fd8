"""The plan's figures: what the site counts itself ("plan.…"), and what the sources print (every other key)."""

from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from parcours.directory.models import Organisation
from parcours.kit.figures import PERCENT, Figure, register
from parcours.plan.choices import Stage
from parcours.plan.models import Action, Plan, QuotedFigure, Release
from parcours.plan.rules import CRITERIA
from parcours.plan.units import period_in_words, section_in_words

UNITS = {"percent": PERCENT, "euro": "€"}


def quoted(figure: QuotedFigure) -> Figure:
    """A number as its source prints it."""
    return Figure(
        key=figure.key,
        label=figure.label.text,
        value=figure.value,
        unit=UNITS.get(figure.unit, ""),
        period=period_in_words(figure.period),
        source=f"{figure.source.title.text}, {section_in_words(figure.section)}" if figure.source else "",
        n=figure.n,
        base=figure.base,
        quoted=True,
        decimals=printed_decimals(figure.value),
    )


def printed_decimals(value: Decimal) -> int:
    """The digits after the mark that a number needs: 1 for 27.400."""
    return max(0, -int(value.normalize().as_tuple().exponent))


def find_quoted(key: str) -> Figure | None:
    figure = QuotedFigure.objects.select_related("source").filter(key=key, plan__is_current=True).first()
    return quoted(figure) if figure else None


def counts(plan: Plan) -> dict[str, Figure]:
    """What the plan holds today, counted from its rows; three queries."""
    ideas = Q(stage=Stage.IDEA)
    held = (
        Action.objects.filter(plan=plan)
        .public()
        .aggregate(
            actions=Count("pk", filter=~ideas),
            ideas=Count("pk", filter=ideas),
            led=Count("pk", filter=ideas & Q(lead__isnull=False)),
            invented=Count("pk", filter=Q(invented_fields__contains=["stage"])),
        )
    )
    how = _("public actions beyond the idea")
    if held["invented"]:
        how = _("public actions beyond the idea; for %(n)d of them this stage is invented for the demonstration") % {
            "n": held["invented"]
        }
    made = [
        Figure.count("plan.actions", _("Actions"), held["actions"], how=how),
        Figure.count("plan.ideas", _("Ideas"), held["ideas"], how=_("public actions still at the stage of an idea")),
        Figure.share(
            "plan.ideas_led",
            _("Ideas with a lead"),
            n=held["led"],
            base=held["ideas"],
            base_label=_("ideas"),
            decimals=0,
        ),
        Figure.count(
            "plan.organisations",
            _("Organisations"),
            Organisation.objects.public().count(),
            how=_("organisations of the directory that may be named"),
        ),
        Figure.count("plan.challenges", _("Challenges"), plan.challenges.count()),
    ]
    return {figure.key: figure for figure in made}


def ideas_as_published(release: Release) -> list[Figure]:
    """What the ideas of a release said of themselves: with a lead, a schedule, an indicator; one query."""
    ideas = [item.data for item in release.items.filter(kind="action", stage=Stage.IDEA)]
    met = {criterion.key: criterion.met for criterion in CRITERIA}
    said = {
        "lead": _("ideas with a lead"),
        "schedule": _("ideas with a schedule"),
        "indicator": _("ideas with an indicator"),
    }
    return [
        Figure.share(
            f"release.{release.number}.ideas.{key}",
            label,
            n=sum(met[key](idea) for idea in ideas),
            base=len(ideas),
            base_label=_("ideas"),
            source=release.title.text,
            decimals=0,
        )
        for key, label in said.items()
    ]


def find_counted(key: str) -> Figure | None:
    plan = Plan.objects.filter(is_current=True).first()
    return counts(plan).get(key) if plan else None


def register_figures() -> None:
    register("plan", find_counted)
    register("", find_quoted)
